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
  const { code, severity, subject } = one
  const [table] = namesIn(subject ?? '')
  if (severity === 'info' && table !== undefined) return [code, severity, table]
  return [code, severity, table ?? '', bareText(one, one.message), bareText(one, one.fix)]
}

/** Whether both advise the same, but for the names of what they are about. */
export const adviseTheSame = (one: Diagnostic, other: Diagnostic): boolean =>
  foldCase(bareText(one, one.fix)) === foldCase(bareText(other, other.fix))

/** Without the file, the version and the column. */
function bareText({ file, subject }: Diagnostic, text: string): string {
  const column = namesIn(subject ?? '')[1]
  return [file, column]
    .reduce<string>((rest, name) => (name ? rest.replaceAll(name, '') : rest), text)
    .replace(/\bversion \d+/gi, '')
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
