// Decides how many rows a batch has and how long to pause after it, and estimates how long the rest will take.
import { settled, type Work } from '../../database/outcome.js'
import type { Batches } from '../../model/migration.js'
import { mostAtOnce, type Environment } from '../environment/environment.js'

/** The target duration of a batch. */
const TARGET_MS = 200

/** The longest duration if the time does not depend on the number of rows: fewer rows would take as long. */
const LONGEST_MS = 10 * TARGET_MS

/** The rows of the first batch and of the largest: rows passed to code are all in memory, the pages of others in SQLite's cache. */
const FIRST = 500
const MOST = { update: 200_000, each: 5_000 }

/** Whoever waits for the lock retries after this time at the latest, as SQLite does. */
const REST_MS = 100

/** The minimum work before each pause, so that pauses cost at most a twentieth of the time. */
const WORK_MS = 20 * REST_MS

/** The progress so far. */
interface Ahead {
  readonly done: number
  readonly total: number
}

/** Tracks rows and time. */
export interface Pacer {
  readonly size: number
  /** Called before a batch. */
  begin(): Work<void>
  /** Called after a batch. */
  note(rows: number, total: number): Work<void>
  /** Rows per second since the run began, and how long the rest takes at that rate. */
  outlook(ahead: Ahead): { readonly rate: number; readonly remainingMs: number }
  /** How long to leave the database to others now, in milliseconds. */
  rest(): number
}

/** Starts counting. */
export function pacer<H>(
  env: Environment<H>,
  { size: wanted = Infinity, update }: Batches<H>,
): Pacer {
  const { driver, batchRows } = env
  const most = Math.min(wanted, MOST[update === undefined ? 'each' : 'update'])
  let size = Math.min(most, batchRows ?? FIRST)
  let [start, rows, ms, unrested] = [0, 0, 0, 0]
  let before: Took | undefined
  return {
    get size() {
      return size
    },
    *begin() {
      start = yield* settled(driver.now())
    },
    *note(count, total) {
      const took = Math.max(1, (yield* settled(driver.now())) - start)
      rows += count
      ms += took
      unrested += took
      const now = { count, took }
      const factor = isOfNoRows(now, before) ? 2 : Math.min(4, Math.max(0.5, TARGET_MS / took))
      before = now
      size = Math.max(1, Math.min(most, mostAtOnce(env, total), Math.round(size * factor)))
    },
    outlook({ done, total }) {
      const rate = (rows * 1000) / ms
      return { rate, remainingMs: ((total - done) * 1000) / rate }
    },
    rest() {
      if (unrested < WORK_MS) return 0
      unrested = 0
      return REST_MS
    },
  }
}

interface Took {
  readonly count: number
  readonly took: number
}

/** Whether a batch takes long, and about as long with half or twice as many rows. */
const isOfNoRows = ({ count, took }: Took, before: Took | undefined): boolean =>
  before !== undefined &&
  took > TARGET_MS &&
  took < LONGEST_MS &&
  Math.abs(Math.log2(count / before.count)) > 0.9 &&
  Math.abs(took / before.took - 1) < 0.25
