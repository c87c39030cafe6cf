// Renders a failure: what happened, where, what was done before, what to do, where to read more.
import type { ErrorDescription } from './describe-error.js'
import { codePage, pageUrl } from './code-page.js'
import type { RunReport } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { count } from './quantities.js'
import type { Style } from './style.js'

/** With `full`, the stacks of the error and its causes follow. */
export function renderFailure(
  error: ErrorDescription,
  style: Style,
  depth: 'brief' | 'full',
): string[] {
  const { code, message, fix, facts, report, stacks } = error
  const [said, ...more] = message.split('\n')
  return [
    ...[`${style.red(`✗ ${code}`)}  ${said}`, ...more].flatMap(style.wrap),
    ...whereItIs(error, style),
    ...(report && !report.dryRun ? style.wrap(stateNow(report, facts?.['history'])) : []),
    ...style.wrap(`${style.dim('→')} ${fix}`),
    pageLine(code, style),
    ...(depth === 'full' ? stackLines(stacks).map(style.dim) : []),
  ]
}

/** Where to read more. */
export const pageLine = (code: string, { dim, link }: Style): string =>
  dim(`  see: ${link(`lockstep explain ${code}`, pageUrl(codePage(code)))}`)

const stackLines = (stacks: readonly string[]): string[] =>
  stacks.join('\n\ncaused by ').split(/\r?\n/)

function whereItIs({ place, frame }: ErrorDescription, style: Style): string[] {
  if (!place) return []
  const lines = [`  ${style.bold(`${place.file}:${place.line}:${place.column}`)}`]
  if (frame) {
    lines.push(
      style.dim(frame.gutter) + frame.code,
      style.dim(frame.margin) + style.red(frame.mark),
    )
  }
  return lines
}

/** Committed steps stay; a person has to know, and where the database is now. */
function stateNow({ steps, to }: RunReport, history: unknown): string {
  const subject = history === undefined ? 'The database' : `History ${String(history)}`
  const now = `${subject} is at ${versionId(to)}.`
  if (steps.length === 0) return now
  const names = steps.map(({ id, name }) => `${id} ${name}`)
  const shown = names.length > 5 ? [...names.slice(0, 2), '…', ...names.slice(-2)] : names
  const verb = steps[0]?.direction === 'down' ? 'undone' : 'applied'
  const stay = steps.length === 1 ? 'stays' : 'stay'
  return `Before that, ${count(steps.length, 'migration')} had been ${verb}, and ${stay} so: ${shown.join(', ')}. ${now}`
}
