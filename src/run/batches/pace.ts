// How many rows a batch has, how long others are left alone with the database, and how long the rest will take.
import { settled, type Work } from '../../database/outcome.js'
import type { Batches } from '../../model/migration.js'
import { mostAtOnce, type Environment } from '../environment/environment.js'

/** How long a batch is to take. */
const TARGET_MS = 200

/** How long it may take where the time is not that of its rows: fewer would take as long. */
const LONGEST_MS = 10 * TARGET_MS

/** The rows of the first batch, and of the largest: those that code sees are all in memory, the pages of others in SQLite's cache. */
const FIRST = 500
const MOST = { update: 50_000, each: 5_000 }

/** Whoever waits for the lock asks again after this time at the latest, as SQLite does. */
const REST_MS = 100

/** For so long a rest there must have been work: then it costs a twentieth. */
const WORK_MS = 20 * REST_MS

/** What is left to do. */
interface Ahead {
  readonly done: number
  readonly total: number
}

/** Counts rows and time. */
export interface Pacer {
  readonly size: number
  /** Before a batch. */
  begin(): Work<void>
  /** After it. */
  note(rows: number, total: number): Work<void>
  /** Rows a second since the run began, and how long the rest takes at that rate. */
  outlook(ahead: Ahead): { readonly rate: number; readonly remainingMs: number }
  /** How long others are to be left alone now, in milliseconds. */
  rest(): number
}

/** Begins to count. */
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

/** Whether a batch takes long, and takes about as long with half or twice as many rows. */
const isOfNoRows = ({ count, took }: Took, before: Took | undefined): boolean =>
  before !== undefined &&
  took > TARGET_MS &&
  took < LONGEST_MS &&
  Math.abs(Math.log2(count / before.count)) > 0.9 &&
  Math.abs(took / before.took - 1) < 0.25
