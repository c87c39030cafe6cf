// Groups findings that say the same about several places, for people: each group is one decision. Pure.
import { tokenize } from '../../src/sql/tokenize.js'
import { foldCase, unquote } from '../../src/sql/names.js'
import type { Diagnostic } from '../model/diagnostic.js'

/** A finding, and later ones that say the same. */
export interface Folded {
  readonly first: Diagnostic
  readonly others: readonly Diagnostic[]
}

/**
 * Warnings are the same if they differ only in file, version and column, such as an import of one module in forty files; hints
 * also if they have the same code and table. Errors, each of which has to be fixed, are grouped only within one file, if they are
 * identical. Warnings and errors that say the same about several columns at one place are one decision as well.
 */
export function foldAlike(diagnostics: readonly Diagnostic[]): Folded[] {
  const groups = new Map<string, Diagnostic[][]>()
  const all: Diagnostic[][] = []
  for (const one of diagnostics) {
    const keys = keysOf(one)
    const group = keys
      .flatMap((key) => groups.get(key) ?? [])
      .find(([first]) => isSame(first!, one))
    if (group) group.push(one)
    else {
      all.push([one])
      for (const key of keys) groups.set(key, [...(groups.get(key) ?? []), all.at(-1)!])
    }
  }
  return all.map(([first, ...others]) => ({ first: first!, others }))
}

/** What findings that say the same have in common: their file, or what hints and warnings say. */
function keysOf(one: Diagnostic): string[] {
  const { code, severity, file } = one
  const place = JSON.stringify([severity, code, file])
  if (severity === 'error') return [place]
  const matter = JSON.stringify(matterOf(one))
  return severity === 'info' ? [matter] : [matter, place]
}

const isSame = (one: Diagnostic, other: Diagnostic): boolean => {
  if (one.severity !== 'error' && matterOf(one).join('\n') === matterOf(other).join('\n'))
    return true
  if (one.severity === 'info' || one.subject !== other.subject) return isAboutColumns(one, other)
  return one.severity === 'error' && one.message === other.message && one.fix === other.fix
}

/** Whether both say the same about two columns of one table at one place, whatever one row had in them. */
export function isAboutColumns(one: Diagnostic, other: Diagnostic): boolean {
  const [[table, column], [its, another]] = [
    namesIn(one.subject ?? ''),
    namesIn(other.subject ?? ''),
  ]
  if (column === undefined || another === undefined || table !== its) return false
  if (one.file !== other.file || one.line !== other.line || one.column !== other.column)
    return false
  // A message may show a row that has both.
  const bare = (text: string): string =>
    text
      .replace(/: in one row .*/s, '')
      .replace(/"[^"]*"|[\p{L}\d_$]+/gu, (word) =>
        [column, another].includes(foldCase(unquote(word))) ? '' : word,
      )
  return bare(one.message) === bare(other.message) && bare(one.fix) === bare(other.fix)
}

function matterOf(one: Diagnostic): readonly string[] {
  const { code, severity, subject } = one
  const [table] = namesIn(subject ?? '')
  if (severity === 'info' && table !== undefined) return [code, severity, table]
  return [code, severity, table ?? '', bareText(one, one.message), bareText(one, one.fix)]
}

/** Whether both give the same advice, apart from the names of what they are about. */
export const adviseTheSame = (one: Diagnostic, other: Diagnostic): boolean =>
  foldCase(bareText(one, one.fix)) === foldCase(bareText(other, other.fix))

/** The text without the file, the version and the column. */
function bareText({ file, subject }: Diagnostic, text: string): string {
  const column = namesIn(subject ?? '')[1]
  return [file, column]
    .reduce<string>((rest, name) => (name ? rest.replaceAll(name, '') : rest), text)
    .replace(/\bversion \d+/gi, '')
}

/** Both names of `users.email`; an index or other object is one name with its kind. */
function namesIn(subject: string): string[] {
  const parts = tokenize(subject).filter(({ kind, text }) => kind !== 'space' && text !== '.')
  return subject.includes('.')
    ? parts.map(({ text }) => foldCase(unquote(text)))
    : subject === ''
      ? []
      : [foldCase(subject)]
}
