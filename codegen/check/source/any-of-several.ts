// Detects UPDATE … FROM with several matches per row, of which SQLite takes an arbitrary one.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { Word } from '../../sql/statement.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { columnOf as selectedColumn, isAll, readSelects } from '../../sql/read-select.js'
import { tableIn, columnOf, primaryKeyOf, indexesOf } from '../../model/in-catalog.js'

/** The source table, by which of its columns rows are matched, and which column is taken. */
export interface AnyOfSeveral {
  readonly table: string
  readonly by: readonly string[]
  /** The same, with columns that are compared as a part of an expression, if known. */
  readonly compared?: readonly string[]
  readonly taken: string
  /** What else distinguishes its rows, if known. */
  readonly beside?: readonly string[]
  /** What is written after GROUP BY, if the rows of a group are meant. */
  readonly grouped?: string
}

/**
 * Only for one existing table, joined by equality with columns that are no key of it, and of which a column is written that these
 * do not determine; null for anything else.
 */
export function anyOfSeveral(sql: string, catalog: Catalog): AnyOfSeveral | null {
  const clauses = clausesOf(sql)
  const table = clauses && ordinaryTable(catalog, clauses.from)
  if (!clauses || !table) return null
  const own = new Set([clauses.alias])
  const ownColumn = (words: readonly Word[]): string | null => {
    const [first, dot, second, ...more] = words
    if (!first || more.length > 0) return null
    if (dot?.key === '.' && second)
      return own.has(plainName(first.key)) ? clauses.columnBehind(plainName(second.key)) : null
    const column = dot ? '' : clauses.columnBehind(plainName(first.key))
    return columnOf(table, column) ? column : null
  }
  const { by, settled } = comparedBy(clauses.conditions, ownColumn, table)
  const names = clauses.set.map((_, at) => ownColumn(memberAt(clauses.set, at)))
  const taken = names.find((name) => name !== null && !by.some((one) => isSameName(one, name)))
  if (by.length === 0 || by.some((one) => !columnOf(table, one))) return null
  if (!taken || keysOf(table, catalog).some((key) => isWithin(key, settled))) return null
  return { table: table.name, by, taken }
}

interface Clauses {
  readonly from: string
  readonly alias: string
  /** The column of the table behind a name there; a computed one in parentheses, and '' if it has no such name. */
  columnBehind(name: string): string
  readonly set: readonly Word[]
  /** The conditions of WHERE, split at AND. */
  readonly conditions: readonly (readonly Word[])[]
}

/**
 * Null unless FROM names exactly one table, or a plain subquery over one, and WHERE consists of conditions that all have to be
 * true.
 */
function clausesOf(sql: string): Clauses | null {
  const reader = new WordReader([...wordsOf(sql)])
  if (!reader.take('update')) return null
  reader.until('set')
  reader.take('set')
  const set = reader.until('from')
  if (!reader.take('from')) return null
  const from = reader.until('where')
  reader.take('where')
  const where = reader.until('returning', ';')
  const source = sourceOf(from)
  const isPlain = !where.some(({ key, kind }) => key === 'or' && kind === 'word')
  return source && isPlain ? { ...source, set, conditions: cutWords(where, 'and') } : null
}

type Source = Pick<Clauses, 'from' | 'alias' | 'columnBehind'>

/** The table after FROM. */
function sourceOf(words: readonly Word[]): Source | null {
  const reader = new WordReader(words)
  const inner = reader.next.key === '(' ? reader.inside() : [reader.skip()]
  const [alias = inner[0], ...more] = reader.rest().filter(({ key }) => key !== 'as')
  if (!alias || more.length > 0) return null
  const called = { alias: plainName(alias.key) }
  const [first] = inner
  if (inner.length === 1 && first)
    return { ...called, from: plainName(first.key), columnBehind: (name) => name }
  const [select, ...others] = readSelects(new WordReader(inner))
  const isPlain = others.length === 0 && !inner.some(({ key }) => ONE_OF_SEVERAL.has(key))
  if (!select?.from || !isPlain) return null
  return {
    ...called,
    from: plainName(select.from.key),
    columnBehind: (name) => {
      const item = select.items.find((one) => isSameName(plainName(one.at(-1)?.key ?? ''), name))
      const column = item && selectedColumn(item)?.column
      if (!item) return select.items.some(isAll) ? name : ''
      return column ? plainName(column.key) : `(${name})`
    },
  }
}

/** With these, a subquery may have fewer rows than its table, or more. */
const ONE_OF_SEVERAL: ReadonlySet<string> = new Set(
  'where distinct group having limit join over max min count sum avg total group_concat'.split(' '),
)

/** Columns of a table that conditions compare with something else. */
interface Compared {
  readonly by: readonly string[]
  /** Without those that several rows may have nothing in, and are found by that. */
  readonly settled: readonly string[]
}

/** By `=`, or by IS, which also matches NULL. `ownColumn` returns a column of this table alone. */
export function comparedBy(
  conditions: readonly (readonly Word[])[],
  ownColumn: (words: readonly Word[]) => string | null,
  table: CatalogTable,
): Compared {
  const ownIn = (words: readonly Word[], mark: string): string[] => {
    const [first = [], second = [], ...more] = cutWords(words, mark)
    const sides = [first, second].map(ownColumn)
    const isNegated = second[0]?.key === 'not' && second[1]?.key !== 'distinct'
    const isPlain = second.length > 0 && more.length === 0 && !isNegated && sides.includes(null)
    return isPlain ? sides.flatMap((one) => one ?? []) : []
  }
  const equal = conditions.flatMap((one) => ownIn(one, '='))
  const alike = conditions.flatMap((one) => ownIn(one, 'is'))
  const isFilled = (name: string): boolean => columnOf(table, name)?.notNull === true
  return { by: [...equal, ...alike], settled: [...equal, ...alike.filter(isFilled)] }
}

/** An ordinary table by its name; null if there is none. */
export const ordinaryTable = (catalog: Catalog, name = ''): CatalogTable | null => {
  const found = tableIn(catalog, name)
  return found?.module === null ? found : null
}

/** A qualified name; empty if it is a member of another name, or being set. */
function memberAt(words: readonly Word[], at: number): readonly Word[] {
  if (words[at - 1]?.key === '.' || words[at + 1]?.key === '=') return []
  return words[at + 1]?.key === '.' ? words.slice(at, at + 3) : words.slice(at, at + 1)
}

/** The keys that identify the rows of a table. */
export function keysOf(table: CatalogTable, catalog: Catalog): (readonly (string | null)[])[] {
  const primary = primaryKeyOf(table)
  const indexes = indexesOf(table.name, catalog).filter(({ unique }) => unique)
  return [
    ...table.uniques,
    ...indexes.map(({ columns }) => columns),
    ...(primary.length > 0 ? [primary] : []),
  ]
}

/** Whether all columns of a key are among these. */
export const isWithin = (key: readonly (string | null)[], by: readonly string[]): boolean =>
  key.every((name) => name === null || by.some((one) => isSameName(one, name)))
