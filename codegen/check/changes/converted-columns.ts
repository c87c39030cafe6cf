// Columns that a copy converts on purpose, by a CAST that names the new kind of values.
import { tokenize } from '../../../src/schema/tokenize.js'
import { affinityOf, type Affinity } from './affinity.js'
import type { FoundStatement } from '../subject/rule.js'
import { isSameName } from '../../../src/sql/names.js'

/** What to look for: a column of the table that is copied from, and how its values are stored afterwards. */
export interface Conversion {
  readonly table: string
  readonly column: string
  readonly affinity: Affinity
}

/** Whether one of the statements of `up` reads the table and casts the column to a type that is stored in that way. */
export const isConverted = (
  statements: readonly FoundStatement[],
  { table, column, affinity }: Conversion,
): boolean =>
  statements.some(({ direction, text }) => {
    if (direction === 'down' || !/\bcast\b/i.test(text)) return false
    const words = wordsOf(text)
    const reads = words.some(
      (word, at) => SOURCE.test(word) && isSameName(words[at + 1] ?? '', table),
    )
    return (
      reads &&
      casts(words).some(([name, type]) => isSameName(name, column) && affinityOf(type) === affinity)
    )
  })

const SOURCE = /^(?:from|join|update)$/i

/** Without spaces and comments; names without their quotes. */
const wordsOf = (sql: string): string[] =>
  tokenize(sql)
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ text }) => /^(["`[])(.*)["`\]]$/s.exec(text)?.[2] ?? text)

/** The column and the type of each `CAST(column AS type)`; a cast of anything else is none. */
function casts(words: readonly string[]): (readonly [column: string, type: string])[] {
  return words.flatMap((word, at) => {
    if (!/^cast$/i.test(word) || words[at + 1] !== '(') return []
    const as = words[at + 3] === '.' ? at + 5 : at + 3
    if (!/^as$/i.test(words[as] ?? '')) return []
    const type = words.slice(as + 1, words.indexOf(')', as))
    return [[words[as - 1] ?? '', type.join(' ')] as const]
  })
}
