// Formats the subject of a finding as written after the code in a comment: `users`, `users.email`, `index users_email`.
import { foldCase, unquote } from '../../../src/sql/names.js'
import { tokenize } from '../../../src/sql/tokenize.js'
import { sqlName } from '../../sql/sql-name.js'

/** A column. */
export const columnSubject = (table: string, column: string): string =>
  `${sqlName(table)}.${sqlName(column)}`

/** An object other than a table; `key` is its key in catalogs, `view v`. */
export function objectSubject(key: string): string {
  const at = key.indexOf(' ')
  return `${key.slice(0, at)} ${sqlName(key.slice(at + 1))}`
}

/** Whether two subjects are the same, regardless of case and quotes. */
export const isSameSubject = (one: string, other: string): boolean => keyOf(one) === keyOf(other)

const keyOf = (subject: string): string =>
  JSON.stringify(
    tokenize(subject).flatMap(({ kind, text }) =>
      kind === 'space' ? [] : [foldCase(unquote(text))],
    ),
  )
