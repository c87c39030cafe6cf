// What has to be known of a table to make rows for it: columns that take values, keys, checks. Pure.
import type {
  CatalogColumn,
  CatalogForeignKey,
  CatalogIndex,
  CatalogTable,
} from '../../evidence.js'
import { quoteIdentifier } from '../../../src/model/sql.js'
import { checksOf, mentionedBy, type Check } from './checks-of.js'
import type { Attached } from './situation.js'

/** Columns that get their values together: one alone, or those of a foreign key. */
export interface Unit {
  /** Indexes into the columns of the plan. */
  readonly at: readonly number[]
  readonly key: CatalogForeignKey | null
}

/** How rows of one table are made. */
export interface TablePlan {
  readonly table: CatalogTable
  /** Those that an INSERT gives values to. */
  readonly columns: readonly CatalogColumn[]
  readonly insert: string
  readonly units: readonly Unit[]
  /** Indexes of columns that are part of some unique key. */
  readonly unique: ReadonlySet<number>
  /** Index of the column that is the rowid; -1 when there is none. */
  readonly rowid: number
  /** The constraints, then what the triggers on INSERT mention. */
  readonly checks: readonly Check[]
  readonly triggers: readonly Check[]
}

/** Makes the plan of an ordinary table. `json` are names, in small letters, of columns whose texts must be JSON. */
export function tablePlan(
  table: CatalogTable,
  attached: Attached,
  json: ReadonlySet<string>,
): TablePlan {
  const key = table.name.toLowerCase()
  const columns = table.columns
    .filter(({ generated, hidden }) => generated === null && !hidden)
    .map((column) => (isJson(column, json) ? { ...column, type: 'JSON' } : column))
  const names = columns.map(({ name }) => name.toLowerCase())
  const insertTriggers = (attached.triggers.get(key) ?? []).filter(({ sql }) =>
    /\binsert\b/i.test(sql),
  )
  return {
    table,
    columns,
    insert: insertInto(table.name, columns),
    units: unitsOf(table, names),
    unique: uniqueColumns(table, attached.indexes.get(key) ?? [], names),
    rowid: rowidOf(table, columns),
    checks: checksOf(table.sql),
    triggers: insertTriggers.map(({ sql }) => mentionedBy(sql)),
  }
}

const isJson = ({ name, type }: CatalogColumn, json: ReadonlySet<string>): boolean =>
  json.has(name.toLowerCase()) && /^$|char|clob|text|blob|any/i.test(type)

const insertInto = (table: string, columns: readonly CatalogColumn[]): string =>
  `INSERT INTO ${quoteIdentifier(table)} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`

/** The foreign keys, and every column that is in none. */
function unitsOf({ foreignKeys }: CatalogTable, names: readonly string[]): Unit[] {
  const keys = foreignKeys.map((key) => ({
    key,
    at: key.columns.map((column) => names.indexOf(column.toLowerCase())),
  }))
  const usable = keys.filter(({ at }) => !at.includes(-1))
  const taken = new Set(usable.flatMap(({ at }) => at))
  const free = names.flatMap((_, index) => (taken.has(index) ? [] : [{ key: null, at: [index] }]))
  return [...free, ...usable]
}

function uniqueColumns(
  { uniques, columns }: CatalogTable,
  indexes: readonly CatalogIndex[],
  names: readonly string[],
): Set<number> {
  const found = new Set<string>()
  for (const column of columns) if (column.primaryKey > 0) found.add(column.name.toLowerCase())
  for (const column of uniques.flat()) found.add(column.toLowerCase())
  for (const { unique, sql } of indexes)
    if (unique) for (const word of mentionedBy(sql).words) found.add(word)
  return new Set(names.flatMap((name, index) => (found.has(name) ? [index] : [])))
}

function rowidOf(
  { withoutRowid, columns: all }: CatalogTable,
  columns: readonly CatalogColumn[],
): number {
  const keys = all.filter(({ primaryKey }) => primaryKey > 0)
  const [key] = keys
  if (withoutRowid || keys.length !== 1 || key?.type.toLowerCase() !== 'integer') return -1
  return columns.indexOf(key)
}
