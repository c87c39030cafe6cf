// Renders how long steps take at a million rows. Pure.
import { listed } from '../../../codegen/diagnostics/listed.js'
import { fileStart } from '../../../codegen/diagnostics/problem.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { stepEstimated } from '../../../codegen/replay/process/replay-problems.js'
import type { StepEstimate } from '../generate/estimate-steps.js'
import { columns, type Style } from '../terminal/style.js'

/** Shorter times are not worth mentioning. */
const WORTH_TELLING_MS = 1_000

/** The steps that take long, in the order they run; empty if there are none. */
export function renderEstimates(
  estimates: readonly StepEstimate[],
  left: readonly string[],
  style: Style,
): string[] {
  const long = longOf(estimates)
  const others =
    left.length > 0
      ? style.wrap(`Not estimated, because the newer ones used up the time: ${listed(left)}.`)
      : []
  if (long.length === 0) return others
  const measured = Math.max(...long.map(({ measuredRows }) => measuredRows))
  const lines = columns(long.map((one) => [titleOf(one), ...costsOf(one)]))
  return [
    ...style.wrap(
      `With a million rows in each table that they read or change, estimated from up to ${measured.toLocaleString('en-US')} rows on this machine:`,
    ),
    ...long.flatMap((one, at) => [`  ${lines[at]}`, ...warning(one, style)]),
    ...others,
  ]
}

/** The same as notes in the steps' files, for formats that only have findings. */
export const estimateNotes = (estimates: readonly StepEstimate[]): Diagnostic[] =>
  longOf(estimates).map((one) => {
    const measured = one.measuredRows.toLocaleString('en-US')
    const said = `Migration ${titleOf(one)} ${costsOf(one).join(' and ')}, with a million rows in each table that it reads or changes`
    return stepEstimated(
      fileStart(one.file),
      `${said}; estimated from up to ${measured} rows on this machine.`,
      whyLonger(one) ?? 'Nothing needs to be done.',
    )
  })

const longOf = (estimates: readonly StepEstimate[]): StepEstimate[] =>
  estimates.filter(({ durationMs }) => durationMs >= WORTH_TELLING_MS)

const titleOf = ({ history, id, name }: StepEstimate): string =>
  history === undefined ? `${id} (${name})` : `${history} ${id} (${name})`

const costsOf = ({ locks, durationMs, bytes }: StepEstimate): string[] => [
  `${locks ? 'holds the write lock for about' : 'takes about'} ${roughTime(durationMs)}`,
  `writes about ${roughSize(bytes)}`,
]

const ON_REAL_ROWS =
  '`lockstep migrate --dry-run --profile` on real rows shows which statement is to blame.'

/** Why it may take longer than that. */
function whyLonger({ growth, rereads }: StepEstimate): string | null {
  if (growth !== 1) return `Its time grows faster than the number of rows. ${ON_REAL_ROWS}`
  return rereads.length > 0
    ? `It reads all of ${listed(rereads)} for each row that meets its condition, which may be far more with real data. ${ON_REAL_ROWS}`
    : null
}

function warning(one: StepEstimate, style: Style): string[] {
  const why = whyLonger(one)
  return why === null ? [] : style.wrap(`    ${style.yellow('!')} ${why}`)
}

function roughTime(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 100) return `${rough(seconds)} s`
  if (seconds < 100 * 60) return `${rough(seconds / 60)} min`
  const hours = seconds / 3600
  return hours < 48 ? `${rough(hours)} hours` : `${rough(hours / 24)} days`
}

function roughSize(bytes: number): string {
  const megabytes = bytes / 2 ** 20
  return megabytes < 1000 ? `${rough(megabytes)} MB` : `${rough(megabytes / 1024)} GB`
}

/** Rounded to one or two significant digits. */
const rough = (value: number): string =>
  Number(value.toPrecision(value < 10 ? 1 : 2)).toLocaleString('en-US')
