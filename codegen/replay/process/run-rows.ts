// Has the history with rows proven, in as many processes as it takes.
import type { LineJob } from './protocol.js'
import type { ReadyLines } from './ready-lines.js'
import { runLine, type Limits, type LineEnd } from './run-line.js'
import type { RunawayWatch } from './runaway-watch.js'
import { halfKey, type Runaway } from '../sides/runaways.js'

type RowsJob = LineJob & { readonly line: 'rows' }

/** Begins anew, with other rows for that half, whenever one runs away; all within the one time limit. */
export async function runRows(
  job: RowsJob,
  { timeoutMs, signal, take }: Limits & Pick<ReadyLines, 'take'>,
  watch: RunawayWatch,
): Promise<LineEnd<'rows'>> {
  const until = Date.now() + timeoutMs
  const runaways: Record<string, Runaway> = { ...job.runaways }
  for (;;) {
    const process = take()
    const watched = watch.over(process, runaways)
    const left = Math.max(1, until - Date.now())
    const end = await runLine({ ...job, runaways }, { timeoutMs: left, signal, process })
    const at = watched.end()
    if (!at || end.kind !== 'died') return end
    const half = halfKey(at.version, at.direction)
    const { statement = runaways[half]?.statement } = at
    const times = (runaways[half]?.times ?? 0) + 1
    runaways[half] = { times, ...(statement && { statement }) }
  }
}
