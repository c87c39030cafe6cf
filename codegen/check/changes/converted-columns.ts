// Finds columns that a copy converts on purpose: by a CAST that names the new type, or by a CASE that maps each value.
import { tokenize } from '../../../src/sql/tokenize.js'
import { affinityOf, type Affinity } from './affinity.js'
import type { FoundStatement } from '../subject/rule.js'
import type { Statement } from '../../sql/statement.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'

/** What to look for: a column of the source table, by all of its names, and how its values are stored afterwards. */
export interface Conversion {
  readonly table: string
  readonly names: readonly string[]
  readonly affinity: Affinity
}

/**
 * Whether one of the statements of `up` reads the table, under its current name, or one that its rows were moved to, and converts
 * the column: casts it to a type that is stored in that way.
 */
export function isConverted(
  statements: readonly FoundStatement[],
  { table, names, affinity }: Conversion,
): boolean {
  const tables = new Set([foldCase(table)])
  const isNamed = (name: string): boolean => names.some((one) => isSameName(one, name))
  return statements.some(({ direction, shape, text }) => {
    if (direction === 'down') return false
    const isRead = tables.has(filledFrom(shape) ?? '')
    const words = /\bca(?:st|se)\b/i.test(text) ? wordsOf(text) : []
    const reads = words.some((word, at) => {
      const name = words[at + 2] === '.' ? words[at + 3] : words[at + 1]
      return SOURCE.test(word) && tables.has(foldCase(name ?? ''))
    })
    if (isRead) tables.add(filledBy(shape))
    return (
      reads &&
      (casts(words).some(([name, type]) => isNamed(name) && affinityOf(type) === affinity) ||
        names.some((name) => isCase(words, name)))
    )
  })
}

/** The table whose rows a statement copies into another one, or renames. */
function filledFrom(shape: Statement): string | null {
  if (shape.kind === 'rename-table') return plainName(shape.table.key)
  const { from } = ('selects' in shape && shape.selects[0]) || {}
  return from ? plainName(from.key) : null
}

function filledBy(shape: Statement): string {
  if (shape.kind === 'rename-table') return plainName(shape.to.key)
  if (shape.kind === 'insert') return plainName(shape.table.key)
  return shape.kind === 'create-table' ? plainName(shape.name.key) : ''
}

const SOURCE = /^(?:from|join|update)$/i

/** Without spaces and comments; names without their quotes. */
const wordsOf = (sql: string): string[] =>
  tokenize(sql)
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ text }) => /^(["`[])(.*)["`\]]$/s.exec(text)?.[2] ?? text)

/** Whether a CASE tests the column. */
function isCase(words: readonly string[], column: string): boolean {
  const begin = words.findIndex((word) => /^case$/i.test(word))
  const then = words.findIndex((word, at) => at > begin && /^then$/i.test(word))
  return begin >= 0 && words.slice(begin, then).some((word) => isSameName(word, column))
}

/** The column and the type of each `CAST(column AS type)`; other casts do not count. */
function casts(words: readonly string[]): (readonly [column: string, type: string])[] {
  return words.flatMap((word, at) => {
    if (!/^cast$/i.test(word) || words[at + 1] !== '(') return []
    const as = words[at + 3] === '.' ? at + 5 : at + 3
    if (!/^as$/i.test(words[as] ?? '')) return []
    const type = words.slice(as + 1, words.indexOf(')', as))
    return [[words[as - 1] ?? '', type.join(' ')] as const]
  })
}
