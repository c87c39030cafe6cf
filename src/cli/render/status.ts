// Renders the status of a database. Pure.
import type {
  AppliedMigration,
  PendingMigration,
  Problem,
  State,
  Status,
} from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { blocks, columns, type Style } from '../terminal/style.js'
import type { Sighting } from '../../../codegen/base-branch/find-applied.js'
import { count, duration, moment } from '../terminal/quantities.js'
import { pageLine } from '../terminal/failure.js'
import { namesOf, type Origins } from './origins.js'

/** A status with its database. */
export interface ShownStatus {
  readonly database: string
  readonly exists: boolean
  readonly status: Status
  /** Where migrations come from that the code lacks. */
  readonly origins?: Origins
}

/** The end of a summary if nothing blocks migrating. */
export const APPLY_PENDING = 'Apply with `lockstep migrate`.'

/** A line for the database, one for each migration, the problems with their fixes, and a summary. */
export function renderStatus(shown: ShownStatus, style: Style): string[] {
  const { status } = shown
  return blocks(
    [headline(shown, style)],
    listing(shown, style),
    ...status.problems.map((problem) => renderProblem(problem, style)),
    style.wrap(summary(status)),
  )
}

/** A problem with its code, and the fix below; for an error also how to read more. */
export function renderProblem({ code, severity, message, fix }: Problem, style: Style): string[] {
  const mark = severity === 'error' ? style.red(`✗ ${code}`) : style.yellow(`! ${code}`)
  const [said, ...more] = message.split('\n')
  const lines = [`${mark}  ${said}`, ...more, `  ${style.dim('→')} ${fix}`].flatMap(style.wrap)
  return severity === 'error' ? [...lines, `  ${pageLine(code, style)}`] : lines
}

const STATES: Readonly<Record<State, string>> = {
  empty: 'empty',
  unmanaged: 'not managed by these migrations',
  current: 'up to date',
  pending: 'behind the code',
  ahead: 'newer than the code',
  diverged: 'does not match the code',
  interrupted: 'interrupted',
}

const STALE = /^REGISTRY_(?:STALE|BEHIND|FILE_MISSING)$/

/** The database, and its state relative to the code. */
export function headline({ database, exists, status }: ShownStatus, style: Style): string {
  const { state, version, latest, problems } = status
  const paint = { current: style.green, pending: style.yellow, empty: style.yellow }[
    state as string
  ]
  const isStale = state === 'current' && problems.some(({ code }) => STALE.test(code))
  const said = isStale
    ? style.yellow('matches the registry, but the registry does not match the migrations')
    : (paint ?? style.red)(STATES[state])
  const word = exists ? said : (paint ?? style.red)('does not exist yet')
  return `${style.bold(database)}  ${word}  ${style.dim(`version ${versionId(version)} of ${versionId(latest)}`)}`
}

function listing({ status, origins }: ShownStatus, style: Style): string[] {
  const { applied, pending, problems } = status
  const rows = [
    ...folded(applied, style, 'last').map((one) => [
      ...appliedRow(one, style),
      ...originOf(origins?.sightings.get(one.version), style),
    ]),
    ...problems.filter(isInterruption).map((problem) => interruptedRow(problem, style)),
    ...folded(pending, style, 'first').map((one) => pendingRow(one, style)),
  ]
  if (rows.length === 0) return []
  const lines = columns(rows).map((line) => `  ${line}`)
  const hidden =
    applied.length + pending.length + problems.filter(isInterruption).length - rows.length
  const note =
    hidden > 0 ? [style.dim(`  … and ${hidden} more; \`lockstep status | cat\` shows all`)] : []
  return [...lines, ...note]
}

/** The relevant part of a long list: the newest applied, the next pending. */
function folded<T>(list: readonly T[], { foldFrom }: Style, end: 'first' | 'last'): readonly T[] {
  if (list.length <= foldFrom) return list
  return end === 'last' ? list.slice(-foldFrom / 2) : list.slice(0, foldFrom / 2)
}

const appliedRow = (
  { id, name, appliedAt, durationMs, downKept }: AppliedMigration,
  style: Style,
): string[] => [
  style.green('✓'),
  id,
  name,
  style.dim(moment(appliedAt)),
  style.dim(durationMs === null ? '' : duration(durationMs)),
  ...(downKept ? [style.dim('its down is kept in the database')] : []),
]

const originOf = (origin: Sighting | undefined, style: Style): string[] =>
  origin ? [style.yellow(`from ${namesOf(origin)}`)] : []

/** A step that was begun and did not end is neither applied nor pending. */
const isInterruption = ({ code }: Problem): boolean =>
  code === 'HISTORY_INTERRUPTED' || code === 'HISTORY_BATCHES_EDITED'

const interruptedRow = ({ facts }: Problem, style: Style): string[] => [
  style.red('✗'),
  versionId(Number(facts?.['version'])),
  String(facts?.['name']),
  style.red(facts?.['direction'] === 'down' ? 'being undone' : 'interrupted'),
]

const pendingRow = ({ id, name, progress, walks }: PendingMigration, style: Style): string[] => [
  style.yellow(progress ? '◐' : '○'),
  id,
  name,
  style.yellow(progress ? `partly done: ${doneOf(progress, walks)}` : 'pending'),
]

/** For a step with several walks, each that has begun. */
function doneOf(progress: NonNullable<PendingMigration['progress']>, walks = 0): string {
  if (progress.length === 0) return '0 rows'
  const begun = progress.map(({ done, total }) => `${done} of ${total}`)
  const left = walks - progress.length
  return `${begun.join(', ')} rows${left > 0 ? `, ${count(left, 'walk')} to come` : ''}`
}

function summary({ applied, pending, problems }: Status): string {
  const counts = `${applied.length} applied, ${pending.length} pending`
  const errors = problems.filter(
    ({ severity, code }) => severity === 'error' || (code === 'HISTORY_UNREADABLE' && pending[0]),
  ).length
  if (errors > 0)
    return `${counts}, ${count(errors, 'problem')}. Nothing can be applied until that is resolved.`
  if (problems.some(({ code }) => code === 'REGISTRY_BEHIND'))
    return `${counts}. Run \`lockstep gen\` first, then apply with \`lockstep migrate\`.`
  if (pending.length > 0) return `${counts}. ${APPLY_PENDING}`
  if (applied.length > 0) return `${counts}.`
  return 'There are no migrations yet. Write the first with `lockstep create <words…>`.'
}
