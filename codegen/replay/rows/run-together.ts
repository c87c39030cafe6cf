// Runs several versions as if they were one step, on the rows from before the first of them.
import { codeIn } from '../../../src/plan/scripts.js'
import { joined, type JoinedVersions } from '../sides/joined-versions.js'
import type { HistoryRun } from '../sides/history-run.js'
import { emptyControl } from './empty-control.js'
import {
  applyWith,
  beginJourney,
  carryOn,
  endJourney,
  type Applied,
  type Journey,
} from './journey.js'
import { moderateNumbers } from './fill/delete-rows.js'
import { tablesOf } from './fill/table-graph.js'
import type { StepSide } from './watch/observed-run.js'
import { prover } from './prover.js'

/** What to find out about them. */
export interface About {
  /** The tables to look at, in lower case. */
  readonly tables: readonly string[]
  readonly prove: Proving
}

/** Applies a side and judges the rows. */
export type Proving = (journey: Journey, side: StepSide) => Promise<Applied | null>

/** What was run, and its findings. */
interface Ran {
  readonly whole: JoinedVersions
  readonly applied: Applied
}

/** Null if the history ends before, `failed` if rows stop the versions. Works on a separate database. */
export async function runTogether(
  journey: Journey,
  versions: readonly [first: number, last: number],
  { tables, prove }: About,
): Promise<Ran | 'failed' | null> {
  const { run } = journey
  const [first, last] = versions
  const isCode = run.registry.slice(first - 1, last).some((one) => codeIn(one, 'up') !== null)
  const known = (isCode && run.anew?.()) || run.registry
  const [one, ...more] = known.slice(first - 1, last)
  if (!one) return null
  const whole = joined([one, ...more], tables)
  const { images: _, anew: __, ...same } = run
  const own = await journeyTo(journey, {
    ...same,
    registry: [...known.slice(0, first - 1), whole],
    provenTo: first - 1,
    report: () => run.report(last, 'up'),
  })
  if (!own) return null
  const side = { entry: whole, direction: 'up' } as const
  try {
    moderate(own)
    const applied = await applyWith(own, side, () => prove(own, side))
    if (!applied || applied.isEmpty) return applied && 'failed'
    return { whole, applied }
  } finally {
    endJourney(own)
  }
}

/** Each version is judged on extreme values by itself; a joined one would fail on what another computes from them. */
function moderate({ rows: { connection, situation } }: Journey): void {
  const now = situation()
  for (const table of tablesOf(now)) moderateNumbers(connection, now, table)
}

/** A journey that has reached the version before; if its state was not kept, the history is run again. */
async function journeyTo(
  { run: { reopen }, knowledge, before, behindRepair }: Journey,
  run: HistoryRun,
): Promise<Journey | null> {
  const memory = before?.get(run.registry.length)
  if (memory && reopen) {
    const rows = prover(await reopen(memory.database), run, knowledge, memory)
    return { run, knowledge, rows, bare: emptyControl(run, knowledge), behindRepair }
  }
  const { journey } = await beginJourney(run, behindRepair)
  for (const entry of run.registry.slice(0, -1)) {
    const up = await carryOn(journey, entry)
    if (!up) {
      endJourney(journey)
      return null
    }
    journey.rows.fill(up.attended, 'apart')
    journey.rows.fill(up.attended)
  }
  return journey
}
