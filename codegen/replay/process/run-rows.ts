// Runs the proof with rows, in as many processes as it takes.
import type { PassJob } from './protocol.js'
import type { ReadyPasses } from './ready-passes.js'
import { runPass, type Limits, type PassEnd } from './run-pass.js'
import type { RunawayWatch } from './runaway-watch.js'
import { sideKey, type Runaway } from '../sides/runaways.js'

type RowsJob = PassJob & { readonly pass: 'rows' }

/** Starts over, with other rows for that side, whenever one runs away; all within one time limit. */
export async function runRows(
  job: RowsJob,
  { timeoutMs, signal, take }: Limits & Pick<ReadyPasses, 'take'>,
  watch: RunawayWatch,
): Promise<PassEnd<'rows'>> {
  const until = Date.now() + timeoutMs
  const runaways: Record<string, Runaway> = { ...job.runaways }
  for (;;) {
    const process = take()
    const watched = watch.over(process, runaways)
    const left = Math.max(1, until - Date.now())
    const end = await runPass({ ...job, runaways }, { timeoutMs: left, signal, process })
    const at = watched.end()
    if (!at || end.kind !== 'died') return end
    const side = sideKey(at.version, at.direction)
    const { statement = runaways[side]?.statement } = at
    const times = (runaways[side]?.times ?? 0) + 1
    runaways[side] = { times, ...(statement && { statement }) }
  }
}
