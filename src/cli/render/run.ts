// Renders what a run did. Pure.
import type { Losses } from '../../model/losses.js'
import type { DownSource } from '../command/down-source.js'
import type { StepEffect } from '../dry-run/measure-steps.js'
import type { ProfiledStatement } from '../profile/profile-run.js'
import type { DoneStep, Problem, RunReport } from '../../model/report.js'
import type { TouchedStep, UntriedStep } from '../dry-run/note-outside.js'
import { versionId } from '../../model/version.js'
import { shortSql } from '../../../codegen/sql/one-line.js'
import { columns, type Style } from '../terminal/style.js'
import { renderLosses } from './losses.js'
import { renderProfile } from './profile.js'
import { downOf } from './sources.js'
import { renderProblem } from './status.js'
import { count, duration } from '../terminal/quantities.js'

/** A run with its database. */
export interface ShownRun {
  readonly work: 'migrate' | 'rollback' | 'redo'
  readonly database: string
  readonly report: RunReport
  /** What each step changed in a dry run, which was done on a copy; null for a real run. */
  readonly effects: readonly StepEffect[] | null
  /** The steps that a dry run could not run as they will be run. */
  readonly untried: readonly UntriedStep[]
  /** The steps of a dry run that have touched the world outside the database. */
  readonly touched: readonly TouchedStep[]
  /** Problems of the dry run's copy afterwards. */
  readonly problems: readonly Problem[]
  /** The origin of each `down` that is not from the code. */
  readonly downs: readonly DownSource[]
  /** What is lost. */
  readonly losses: Losses | null
  /** Each statement, the slowest first; null unless requested. */
  readonly profile: readonly ProfiledStatement[] | null
  /** The copy that was made before the first step, as shown. */
  readonly backup: string | null
}

/** One line for each step, and a summary. */
export function renderRun(run: ShownRun, style: Style): string[] {
  const { database, report, effects, untried, touched, problems, backup, losses, profile } = run
  const { from, to, steps, durationMs } = report
  if (steps.length === 0) return [nothingDone(run, style)]
  const done = describeDone(run, effects ? 'would be ' : '')
  return [
    ...rows(run, style),
    ...(backup === null ? [] : [`Copied to ${backup} before the first step.`]),
    ...(losses ? ['What this affects:', ...renderLosses(losses).map((line) => `  ${line}`)] : []),
    `${style.bold(database)}  ${done} in ${duration(durationMs)}, from ${versionId(from)} to ${versionId(to)}.`,
    ...untried.map(describeUntried).flatMap(style.wrap),
    ...touched.map(describeTouched).flatMap(style.wrap),
    ...problems.flatMap((problem) => renderProblem(problem, style)),
    ...(profile ? renderProfile(profile, style) : []),
    ...(effects
      ? ['This was a dry run on a copy, which was removed; the database is unchanged.']
      : []),
  ]
}

/** For a redo, steps that were only undone are listed separately: the code has nothing in their place. */
function describeDone({ work, report: { steps } }: ShownRun, mood: 'would be ' | ''): string {
  if (work !== 'redo') return `${count(steps.length, 'migration')} ${mood}${WORDS[work].done}`
  const ups = steps.filter(({ direction }) => direction === 'up').length
  const only = steps.length - 2 * ups
  return `${count(ups, 'migration')} ${mood}redone${only > 0 ? ` and ${only} undone` : ''}`
}

const WORDS = {
  migrate: { done: 'applied', nothing: 'Nothing to do: the database is up to date at' },
  rollback: { done: 'undone', nothing: 'Nothing to undo: the database is at' },
  redo: { done: 'redone', nothing: 'Nothing to redo: the database is at' },
}

/** The last ones, if there are many. The effects of a dry run are in the order of its steps. */
function rows({ report, effects, downs }: ShownRun, style: Style): string[] {
  const all = report.steps.map((step, index) => [
    ...plainRow(step, report, style),
    ...(effects?.[index] ? describeEffect(effects[index]) : []),
    ...downs.filter((down) => isBy(step, down)).map((down) => `by ${downOf(down)}`),
  ])
  const shown = all.length > style.foldFrom ? all.slice(-style.foldFrom / 2) : all
  const hidden = all.length - shown.length
  return [
    ...(hidden > 0 ? [style.dim(`  … ${count(hidden, 'step')} before`)] : []),
    ...columns(shown).map((line) => `  ${line}`),
  ]
}

const isBy = ({ version, direction }: DoneStep, down: DownSource): boolean =>
  direction === 'down' && down.version === version

function describeEffect({ rowsChanged, pagesGrown, foreignKeyDelta }: StepEffect): string[] {
  const violations =
    foreignKeyDelta === null || foreignKeyDelta === 0
      ? ''
      : `${count(Math.abs(foreignKeyDelta), 'foreign-key violation')} ${foreignKeyDelta > 0 ? 'more' : 'fewer'}`
  return [
    count(rowsChanged, 'row'),
    `${pagesGrown < 0 ? '−' : '+'}${count(Math.abs(pagesGrown), 'page')}`,
    violations,
  ]
}

/** What was not tried of a step: the dry run touches no database but its copy. */
export function describeUntried({ version, databases, statements, started }: UntriedStep): string {
  const replaced =
    databases.length === 0 ? '' : `an empty database stood in for ${databases.join(', ')}`
  const skipped =
    statements.length === 0
      ? ''
      : `${count(statements.length, 'statement')} not run: ${statements.map(shortSql).join('; ')}`
  const apart =
    started.length === 0
      ? ''
      : `started, where Node has only empty databases: ${started.map(shortSql).join('; ')}`
  return `Not tried in ${versionId(version)}: ${[replaced, skipped, apart].filter((part) => part !== '').join('; ')}.`
}

/** What a dry run has really done. */
export const describeTouched = ({ id, name, effects }: TouchedStep): string =>
  `${id} (${name}) touches the world outside the database (${effects}): a dry run does that too, and it is not undone.`

/** A step that resumed may have taken longer than the whole run. */
const plainRow = (
  { id, name, direction, durationMs }: DoneStep,
  run: Pick<RunReport, 'durationMs'>,
  style: Style,
): string[] => [
  direction === 'up' ? style.green('✓') : style.yellow('↓'),
  id,
  name,
  style.dim(`${duration(durationMs)}${durationMs > run.durationMs ? ' with earlier runs' : ''}`),
]

const nothingDone = ({ work, database, report: { to } }: ShownRun, style: Style): string =>
  `${style.bold(database)}  ${WORDS[work].nothing} ${versionId(to)}.`
