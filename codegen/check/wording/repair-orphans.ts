// Writes the SQL that fixes rows whose parent is gone: NULL if the columns allow it, otherwise deleting the row.
import { mayBeNull } from '../../model/rowid-column.js'
import type { Catalog, CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import type { ForeignKeyBroken } from '../../model/evidence.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import type { FormerNames } from '../subject/former-names.js'
import { isSameName } from '../../../src/sql/names.js'
import { columnOf, tableIn } from '../../model/in-catalog.js'

/** What to do with the rows. */
export interface Repair {
  readonly verb: 'change' | 'delete'
  /** The rows, to be looked at first. */
  readonly find: string
  /** One statement; with `…` for the parent's key if unknown. */
  readonly sql: string
}

/** `catalog` is the schema in which the key is violated; `names` are those of the schema in which the rows are fixed. */
export function repairOrphans(
  fact: ForeignKeyBroken,
  catalog: Catalog,
  names: FormerNames,
): Repair {
  const child = tableIn(catalog, fact.table)
  const nullable = fact.columns.filter((name) => !child || isReleasable(name, child))
  const name = sqlName(names.table(fact.table))
  const said = (column: string): string => sqlName(names.column(fact.table, column))
  const [first] = nullable
  const rows = `FROM ${name} WHERE ${orphaned(fact, catalog, names)}`
  const find = `SELECT * ${rows}`
  if (first === undefined) return { verb: 'delete', find, sql: `DELETE ${rows}` }
  // A composite key is satisfied as soon as one of its columns is NULL.
  const known = fact.columns.length > 1 ? nullable : []
  const guards = known.map((column) => `${said(column)} IS NOT NULL AND `).join('')
  const set = `${said(first)} = NULL`
  return {
    verb: 'change',
    find,
    sql: `UPDATE ${name} SET ${set} WHERE ${guards}${orphaned(fact, catalog, names)}`,
  }
}

/** The condition for rows without a parent; `NOT IN` is never true if the list has a NULL. */
function orphaned(
  { table, columns, parent }: ForeignKeyBroken,
  catalog: Catalog,
  names: FormerNames,
): string {
  const child = tableIn(catalog, table)
  const key = child?.foreignKeys.find((one) => isKey(one, parent, columns))
  const there = tableIn(catalog, parent)
  const named = key?.parentColumns ?? []
  const nullable = there ? named.filter((name) => isNullable(name, there)) : []
  const where = nullable
    .map((name) => `${sqlName(names.column(parent, name))} IS NOT NULL`)
    .join(' AND ')
  const keys = sqlNames(columns.map((name) => names.column(table, name)))
  const own = columns.length === 1 ? keys : `(${keys})`
  const parents = sqlNames(named.map((name) => names.column(parent, name)))
  const list = `SELECT ${parents || '…'} FROM ${sqlName(names.table(parent))}`
  return `${own} NOT IN (${list}${where === '' ? '' : ` WHERE ${where}`})`
}

const isKey = (key: CatalogForeignKey, parent: string, columns: readonly string[]): boolean =>
  isSameName(key.parent, parent) && isSameName(JSON.stringify(key.columns), JSON.stringify(columns))

/** Whether NULL leaves a row that still means something: a primary key of NULL names none, even where SQLite allows it. */
const isReleasable = (name: string, table: CatalogTable): boolean =>
  isNullable(name, table) && columnOf(table, name)?.primaryKey === 0

function isNullable(name: string, table: CatalogTable): boolean {
  const column = columnOf(table, name)
  return column !== undefined && column !== null && mayBeNull(column, table)
}
