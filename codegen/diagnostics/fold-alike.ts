// Puts findings together that say the same of several places, for people: each is one thing to decide. Pure.
import { tokenize } from '../../src/sql/tokenize.js'
import { foldCase, unquote } from '../../src/sql/names.js'
import type { Diagnostic } from '../model/diagnostic.js'

/** A finding, and those after it that say the same. */
export interface Folded {
  readonly first: Diagnostic
  readonly others: readonly Diagnostic[]
}

/**
 * Warnings are the same that say the same but for their file, their version and their column, such as an import of one
 * module in forty files; hints also those of one code about one table. Errors, of which each has to be fixed, are put together
 * in one file only, where they say the same word for word.
 */
export function foldAlike(diagnostics: readonly Diagnostic[]): Folded[] {
  const groups = new Map<string, Diagnostic[]>()
  for (const one of diagnostics) {
    const key = JSON.stringify(one.severity === 'error' ? wordsOf(one) : matterOf(one))
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()].map(([first, ...others]) => ({ first: first!, others }))
}

const wordsOf = ({ code, file, subject, message, fix }: Diagnostic): readonly string[] => [
  code,
  file,
  subject ?? '',
  message,
  fix,
]

function matterOf(one: Diagnostic): readonly string[] {
  const { code, severity, file, subject } = one
  const [table, column] = namesIn(subject ?? '')
  if (severity === 'info' && table !== undefined) return [code, severity, table]
  const bare = (text: string): string =>
    [file, column].reduce<string>((rest, name) => (name ? rest.replaceAll(name, '') : rest), text)
  const told = [one.message, one.fix].map((text) => bare(text).replace(/\bversion \d+/gi, ''))
  return [code, severity, table ?? '', ...told]
}

/** Of `users.email` both names; an index or another object is one name with its kind. */
function namesIn(subject: string): string[] {
  const parts = tokenize(subject).filter(({ kind, text }) => kind !== 'space' && text !== '.')
  return subject.includes('.')
    ? parts.map(({ text }) => foldCase(unquote(text)))
    : subject === ''
      ? []
      : [foldCase(subject)]
}
