// Renders which statements of a run took the time. Pure.
import { sqlInLine } from '../../../codegen/sql/one-line.js'
import type { ProfiledStatement } from '../profile/profile-run.js'
import { columns, printedWidth, type Style } from '../terminal/style.js'
import { count, duration } from '../terminal/quantities.js'

/** The most statements to show. */
const MOST = 10

/** The length of a statement that suffices to recognise it. */
const LONGEST = 100

/** The slowest ones, and each one with a bad query plan. */
export function renderProfile(profile: readonly ProfiledStatement[], style: Style): string[] {
  const statements = profile.filter(({ ofLockstep }) => !ofLockstep)
  const own = sum(profile.filter(({ ofLockstep }) => ofLockstep))
  const shown = statements.filter(({ warnings }, at) => at < MOST || warnings.length > 0)
  if (shown.length === 0) return []
  const all = sum(statements)
  const lines = columns(
    shown.map(({ durationMs, id, calls, rows }) => [
      duration(durationMs),
      id,
      calls > 1 ? count(calls, 'call') : '',
      rows > 0 ? count(rows, 'row') : '',
    ]),
  )
  const width = Math.max(...lines.map(printedWidth))
  return [
    `${headline(shown, statements)}, ${share(sum(shown), all)} of the ${duration(all)} that all took:`,
    ...shown.flatMap(({ sql, warnings }, at) => [
      `  ${lines[at]!.padEnd(width)}  ${style.dim(cut(sqlInLine(sql)))}`,
      ...warnings.flatMap((warning) => style.wrap(`    ${style.yellow('!')} ${warning}`)),
    ]),
    ...(own > 0
      ? [
          style.dim(
            `COMMIT and Lockstep's own statements in these steps took another ${duration(own)}.`,
          ),
        ]
      : []),
  ]
}

const headline = ({ length }: readonly unknown[], all: readonly unknown[]): string =>
  length === all.length
    ? count(length, 'statement')
    : `The slowest ${length} of ${count(all.length, 'statement')}`

const sum = (statements: readonly ProfiledStatement[]): number =>
  statements.reduce((total, { durationMs }) => total + durationMs, 0)

const share = (part: number, all: number): string =>
  `${Math.round((100 * part) / Math.max(all, part, Number.MIN_VALUE))} %`

const cut = (line: string): string =>
  line.length > LONGEST ? `${line.slice(0, LONGEST).trimEnd()}…` : line
