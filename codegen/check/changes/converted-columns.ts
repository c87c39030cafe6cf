// Columns that a copy converts on purpose: by a CAST that names the new kind of values, or by a CASE that gives each its own.
import { tokenize } from '../../../src/sql/tokenize.js'
import { affinityOf, type Affinity } from './affinity.js'
import type { FoundStatement } from '../subject/rule.js'
import { isSameName } from '../../../src/sql/names.js'

/** What to look for: a column of the table that is copied from, and how its values are stored afterwards. */
export interface Conversion {
  readonly table: string
  readonly column: string
  readonly affinity: Affinity
}

/**
 * Whether one of the statements of `up` reads the table and converts the column: casts it to a type that is stored in that
 * way.
 */
export const isConverted = (
  statements: readonly FoundStatement[],
  { table, column, affinity }: Conversion,
): boolean =>
  statements.some(({ direction, text }) => {
    if (direction === 'down' || !/\bca(?:st|se)\b/i.test(text)) return false
    const words = wordsOf(text)
    const reads = words.some((word, at) => {
      const name = words[at + 2] === '.' ? words[at + 3] : words[at + 1]
      return SOURCE.test(word) && isSameName(name ?? '', table)
    })
    return (
      reads &&
      (casts(words).some(
        ([name, type]) => isSameName(name, column) && affinityOf(type) === affinity,
      ) ||
        isCase(words, column))
    )
  })

const SOURCE = /^(?:from|join|update)$/i

/** Without spaces and comments; names without their quotes. */
const wordsOf = (sql: string): string[] =>
  tokenize(sql)
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ text }) => /^(["`[])(.*)["`\]]$/s.exec(text)?.[2] ?? text)

/** Whether a CASE asks for the column. */
function isCase(words: readonly string[], column: string): boolean {
  const begin = words.findIndex((word) => /^case$/i.test(word))
  const then = words.findIndex((word, at) => at > begin && /^then$/i.test(word))
  return begin >= 0 && words.slice(begin, then).some((word) => isSameName(word, column))
}

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
