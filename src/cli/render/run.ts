// What a run did, as a person reads it. Pure.
import type { DoneStep, RunReport } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { columns } from './columns.js'
import { count, duration } from './quantities.js'
import type { Style } from './style.js'

/** A run with the database that it was about. */
export interface ShownRun {
  readonly work: 'migrate' | 'rollback'
  readonly database: string
  readonly report: RunReport
}

/** One line for each step, and a summary. */
export function renderRun({ work, database, report }: ShownRun, style: Style): string {
  const { from, to, steps, durationMs } = report
  if (steps.length === 0) return nothingDone({ work, database, report }, style)
  const shown = steps.length > style.foldFrom ? steps.slice(-style.foldFrom / 2) : steps
  const hidden = steps.length - shown.length
  const lines = [
    ...(hidden > 0 ? [style.dim(`  … ${count(hidden, 'step')} before`)] : []),
    ...columns(shown.map((step) => row(step, style))).map((line) => `  ${line}`),
  ]
  const verb = work === 'migrate' ? 'applied' : 'undone'
  return [
    ...lines,
    `${style.bold(database)}  ${count(steps.length, 'migration')} ${verb} in ${duration(durationMs)}, from ${versionId(from)} to ${versionId(to)}.`,
  ].join('\n')
}

const row = ({ id, name, direction, durationMs }: DoneStep, style: Style): string[] => [
  direction === 'up' ? style.green('✓') : style.yellow('↓'),
  id,
  name,
  style.dim(duration(durationMs)),
]

function nothingDone({ work, database, report: { to } }: ShownRun, style: Style): string {
  const reason =
    work === 'migrate'
      ? `Nothing to do: the database is up to date at ${versionId(to)}.`
      : `Nothing to undo: the database is at ${versionId(to)}.`
  return `${style.bold(database)}  ${reason}`
}
