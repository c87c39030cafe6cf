// Detects INSERT OR REPLACE, or OR IGNORE, from a join with several matches per row, of which it keeps the last or the first.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import { columnOf as columnIn, isAll } from '../../sql/read-select.js'
import type { Insert, Select, Word } from '../../sql/statement.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { comparedBy, isWithin, keysOf, ordinaryTable, type AnyOfSeveral } from './any-of-several.js'
import { columnOf } from '../../model/in-catalog.js'

/** A table as a step leaves it, and its schema. */
export interface Target {
  readonly table: CatalogTable
  readonly catalog: Catalog
}

/**
 * Only for two existing tables, joined by equality with columns that are no key of the second, whose rows conflict in a key
 * provided by the first; null for anything else, as when an order says which comes last.
 */
export function anyOfJoined(
  sql: string,
  shape: Insert,
  catalog: Catalog,
  target: Target,
): AnyOfSeveral | null {
  const [select, other] = shape.selects
  const join = select && !other ? joinOf(sql) : null
  const [first, second] = [join?.first, join?.second].map((one) => one && namedIn(catalog, one))
  if (!select || !join || !first || !second) return null
  const ownColumn = (words: readonly Word[]): string | null => {
    const { column, table } = columnIn(words) ?? {}
    if (!column) return null
    const name = plainName(column.key)
    if (table) return second.names.has(plainName(table.key)) ? name : null
    return columnOf(second.table, name) && !columnOf(first.table, name) ? name : null
  }
  const { by, settled } = comparedBy(join.conditions, ownColumn, second.table)
  const taken = select.items
    .map(ownColumn)
    .find((name) => name !== null && !by.some((one) => isSameName(one, name)))
  const isOne = keysOf(second.table, catalog).some((key) => isWithin(key, settled))
  return taken && by.length > 0 && !isOne && collides(shape, select, { target, second })
    ? { table: second.table.name, by, taken }
    : null
}

/** Whether a key of the target table is filled only from the first table. */
function collides(
  { columns }: Insert,
  { items }: Select,
  { target: { table, catalog }, second }: { readonly target: Target; readonly second: NamedTable },
): boolean {
  const names =
    columns?.map(({ key }) => plainName(key)) ??
    table.columns.filter(({ generated }) => generated === null).map(({ name }) => foldCase(name))
  if (names.length !== items.length || items.some(isAll)) return false
  const isOfSecond = (item: readonly Word[]): boolean =>
    item.some(({ key }, at) =>
      item[at + 1]?.key === '.'
        ? second.names.has(plainName(key))
        : item[at - 1]?.key !== '.' && columnOf(second.table, plainName(key)) !== undefined,
    )
  const given = names.filter((_, at) => !isOfSecond(items[at] ?? []))
  return keysOf(table, catalog).some((key) => key.length > 0 && isWithin(key, given))
}

interface Join {
  readonly first: readonly Word[]
  readonly second: readonly Word[]
  /** The conditions of ON and WHERE, split at AND. */
  readonly conditions: readonly (readonly Word[])[]
}

/** Null unless FROM names exactly two tables, all conditions have to be true, and no ordering or grouping distinguishes rows. */
export function joinOf(sql: string): Join | null {
  const reader = new WordReader([...wordsOf(sql)])
  if (reader.until('select', 'with').length === 0 || !reader.take('select')) return null
  reader.until('from')
  reader.take('from')
  const first = reader.until('left', 'inner', 'join')
  const isJoin = [['left', 'outer', 'join'], ['left', 'join'], ['inner', 'join'], ['join']].some(
    (words) => reader.take(...words),
  )
  const second = reader.until('on')
  if (!isJoin || !reader.take('on')) return null
  const rest = reader.until(';')
  const isPlain = rest.every(({ key, kind }) => kind === 'quoted' || !OTHERWISE.has(key))
  const conditions = cutWords(rest, 'where').flatMap((part) => cutWords(part, 'and'))
  return isPlain ? { first, second, conditions } : null
}

const OTHERWISE: ReadonlySet<string> = new Set(
  'or join group order limit union except intersect on using window'.split(' '),
)

/** A table with the names it is known by. */
export interface NamedTable {
  readonly table: CatalogTable
  readonly names: ReadonlySet<string>
}

/** An existing table as FROM names it; null for anything else. */
export function namedIn(catalog: Catalog, words: readonly Word[]): NamedTable | null {
  const [name, alias = name, ...more] = words.filter(({ key }) => key !== 'as')
  const table = name && more.length === 0 ? ordinaryTable(catalog, plainName(name.key)) : null
  if (!table || !alias) return null
  return { table, names: new Set([foldCase(table.name), plainName(alias.key)]) }
}
