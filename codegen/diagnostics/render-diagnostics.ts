// Renders diagnostics as text for people, as JSON, and as annotations for GitHub. Pure: nothing is printed here. Must not load
// the rules, because they load the compiler.
import type { Diagnostic } from '../model/diagnostic.js'
import { jsonText, visibleText } from './visible-text.js'
import { adviseTheSame, foldAlike, isAboutColumns, type Folded } from './fold-alike.js'
import { codeFrame } from './code-frame.js'

/** The text of the files by their printed path; findings in other files are shown without their line. */
type Sources = ReadonlyMap<string, string>

/** How parts of a line are styled; `page` turns the path of a page into one that can be opened, `wrap` breaks long lines of prose. */
export type Paint = Readonly<
  Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>
> & {
  readonly page?: (address: string) => string
  readonly wrap?: (line: string) => string[]
}

/** The most hints of one code that are shown to people. */
const MOST_HINTS = 10

/**
 * For people: place, severity, code, the line with a mark, message and fix of each diagnostic in the given order, the page of a
 * code below its first, and the totals at the end. The same finding at several places is shown once, with the other places. Of hints with the same code only the first ten are shown, and the others counted. Returns lines, which
 * may hold text from outside; empty if there is nothing to say.
 */
export function renderText(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  paint: Paint,
): string[] {
  if (diagnostics.length === 0) return []
  const { shown, hidden } = withoutFlood(diagnostics)
  const top = new Map(shown.toReversed().map(({ first }) => [first.code, first]))
  const blocks = shown.flatMap(({ first, others }) => [
    ...renderBlock(first, sources, paint),
    ...(others.length > 0 ? wrapOf(paint)(elsewhere(first, others)) : []),
    ...(top.get(first.code) === first ? pageLine(first, paint) : []),
    '',
  ])
  const more = [...hidden].map(
    ([code, count]) => `… and ${count} more of ${code}; \`--json\` shows them all.`,
  )
  return [...blocks, ...(more.length > 0 ? [...more, ''] : []), summary(diagnostics)]
}

const wrapOf =
  ({ wrap }: Paint) =>
  (line: string): string[] =>
    wrap?.(line) ?? [line]

interface Shown {
  readonly shown: readonly Folded[]
  /** How many hints of a code are left out. */
  readonly hidden: ReadonlyMap<string, number>
}

function withoutFlood(diagnostics: readonly Diagnostic[]): Shown {
  const seen = new Map<string, number>()
  const hidden = new Map<string, number>()
  const shown = foldAlike(diagnostics).filter(({ first: { code, severity }, others }) => {
    if (severity !== 'info') return true
    const count = (seen.get(code) ?? 0) + 1
    seen.set(code, count)
    if (count > MOST_HINTS) hidden.set(code, (hidden.get(code) ?? 0) + 1 + others.length)
    return count <= MOST_HINTS
  })
  return { shown, hidden }
}

/** The other places of the same finding, for hints at most ten; at one place its other columns, each with its comment. */
function elsewhere(first: Diagnostic, others: readonly Diagnostic[]): string {
  const { severity, subject: about } = first
  const times = `${others.length} more ${others.length === 1 ? 'time' : 'times'}`
  if (severity !== 'info' && others.every((other) => isAboutColumns(first, other))) {
    const columns = others.map(({ subject, fix }) =>
      [subject, ...(COMMENT.exec(fix) ?? [])].join(': '),
    )
    return `  and the same ${times} here, for ${columns.join(', ')}`
  }
  const named = severity === 'info' ? others.slice(0, MOST_HINTS) : others
  const places = named.map(({ file, line, column, subject }) =>
    subject === about ? `${file}:${line}:${column}` : `${subject} (${file}:${line}:${column})`,
  )
  const rest = others.length - named.length
  const more = rest > 0 ? `, and ${rest} that \`--json\` shows` : ''
  const all = `${places.join(', ')}${more}`
  return others.some((other) => !adviseTheSame(first, other))
    ? `  and ${times} with another fix, which \`--json\` shows: ${all}`
    : `  and the same ${times}: ${all}`
}

/** What switches a finding off. */
const COMMENT = /`(?:--|\/\/) lockstep-ignore [^`]*`/

function renderBlock(
  { file, line, column, severity, code, message, fix }: Diagnostic,
  sources: Sources,
  paint: Paint,
): string[] {
  const color = { error: paint.red, warning: paint.yellow, info: paint.cyan }[severity]
  const frame = codeFrame(sources.get(file) ?? '', line, column)
  const wrap = wrapOf(paint)
  return [
    `${paint.bold(`${file}:${line}:${column}`)} ${color(severity)} ${paint.dim(code)}`,
    ...wrap(`  ${message}`),
    ...(frame?.code
      ? [paint.dim(frame.gutter) + frame.code, paint.dim(frame.margin) + color(frame.mark)]
      : []),
    ...wrap(`  ${paint.green('fix:')} ${fix}`),
  ]
}

const pageLine = ({ page }: Diagnostic, { dim, page: link = dim }: Paint): string[] =>
  page === undefined ? [] : [`  ${dim('see:')} ${link(page)}`]

/** `2 errors, 1 warning`. */
function summary(diagnostics: readonly Diagnostic[]): string {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => {
    const count = diagnostics.filter((one) => one.severity === severity).length
    return count === 0 ? '' : `${count} ${severity}${count === 1 ? '' : 's'}`
  })
  return counts.filter((text) => text !== '').join(', ')
}

/** For programs: `{ ok, diagnostics }`; `ok` means that there is no error. Keys may be added, never renamed. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  const ok = !diagnostics.some(({ severity }) => severity === 'error')
  const plain = diagnostics.map(
    ({ code, severity, subject, message, fix, file, line, column, page }) => ({
      code,
      severity,
      subject,
      message,
      fix,
      file,
      line,
      column,
      page,
    }),
  )
  return jsonText({ ok, diagnostics: plain })
}

/** For GitHub Actions: one workflow command per line, which becomes an annotation at the line of the file. */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ severity, file, line, column, code, message, fix }) => {
      const level = severity === 'info' ? 'notice' : severity
      const place = `file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(code)}`
      return `::${level} ${place}::${escapeData(shortened(`${message} ${fix}`))}`
    })
    .join('\n')
}

/** GitHub drops annotations that are too long, and nobody reads that much at a line of code. */
const shortened = (text: string): string => {
  const characters = [...text]
  return characters.length > 4_000 ? `${characters.slice(0, 4_000).join('')}…` : text
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').split('\n').map(visibleText).join('%0A')

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
