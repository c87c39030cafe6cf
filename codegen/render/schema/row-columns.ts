// Derives the columns of tables and views as a program sees them in rows: their types, and which ones INSERT may omit.
import { isRowid } from '../../model/rowid-column.js'
import type { CatalogColumn, CatalogTable, CatalogView, ViewColumn } from '../../model/catalog.js'
import { checkLimits, type ColumnLimits } from './check-limits.js'
import { ANY_VALUE, columnType } from './column-type.js'
import type { ValueType } from './expression-type.js'
import type { OrderedSchema } from './order-schema.js'
import { overrideOf, type TypeOverrides } from './type-overrides.js'
import { hasDoubtfulRows, listedTypes, mixesQueries, readViews } from './view-rows.js'
import { foldCase } from '../../../src/sql/names.js'

/** One column of a row. */
export interface RowColumn {
  readonly name: string
  /** TypeScript, without NULL. */
  readonly type: string
  readonly nullable: boolean
  /** `never`: the database generates the value. */
  readonly insert: 'required' | 'optional' | 'never'
}

/** The rows of everything that can be read. */
export interface SchemaRows {
  readonly tables: ReadonlyMap<CatalogTable, readonly RowColumn[]>
  readonly views: ReadonlyMap<CatalogView, readonly RowColumn[]>
  /** The limits that CHECKs set on the columns of each table, by column name in lower case. */
  readonly limits: ReadonlyMap<CatalogTable, ReadonlyMap<string, ColumnLimits>>
}

/** The rows of a schema, given the known facts about the columns of its views by `view name`. */
export function schemaRows(
  schema: OrderedSchema,
  known: Readonly<Record<string, readonly ViewColumn[]>>,
  types: TypeOverrides = {},
): SchemaRows {
  const limits = new Map(schema.tables.map(({ object }) => [object, checkLimits(object.sql)]))
  const tables = new Map(
    [...limits].map(([table, limit]) => [table, tableRow(table, limit, types)]),
  )
  return { tables, views: viewRows(schema, tables, { known, types }), limits }
}

/** The columns of a table that `SELECT *` returns. */
function tableRow(
  table: CatalogTable,
  limits: ReadonlyMap<string, ColumnLimits>,
  types: TypeOverrides,
): RowColumn[] {
  return table.columns
    .filter(({ hidden }) => !hidden)
    .map((column) => {
      const limit = limits.get(foldCase(column.name))
      const nullable = isNullable(column, table) && !limit?.notNull
      const type = overrideOf(types, table.name, column) ?? columnType(column, table, limit)
      return { name: column.name, type, nullable, insert: insertOf(column, table, nullable) }
    })
}

/** By SQLite's rules: a primary key allows NULL, unless it is the rowid itself, or the table is STRICT or WITHOUT ROWID. */
function isNullable(column: CatalogColumn, table: CatalogTable): boolean {
  if (column.notNull || isRowid(table, column)) return false
  return column.primaryKey === 0 || !(table.strict || table.withoutRowid)
}

function insertOf(
  column: CatalogColumn,
  table: CatalogTable,
  nullable: boolean,
): RowColumn['insert'] {
  if (column.generated !== null) return 'never'
  const hasDefault = column.default !== null && !/^null$/i.test(column.default)
  return nullable || hasDefault || isRowid(table, column) ? 'optional' : 'required'
}

interface ViewKnowledge {
  readonly known: Readonly<Record<string, readonly ViewColumn[]>>
  readonly types: TypeOverrides
}

function viewRows(
  { views }: OrderedSchema,
  tables: SchemaRows['tables'],
  { known, types }: ViewKnowledge,
): SchemaRows['views'] {
  const origins = new Map(
    [...tables].map(([table, row]) => [foldCase(table.name), originsIn(table, row)]),
  )
  const all = new Map(views.map(({ object }) => [foldCase(object.name), object]))
  const rowOf = (view: CatalogView): RowColumn[] => {
    const read = readViews(view, all)
    const doubtful = read.some(hasDoubtfulRows)
    const mixed = read.some(mixesQueries)
    const columns = known[`view ${foldCase(view.name)}`] ?? []
    const listed = listedTypes(view, columns.length)
    return columns.map(({ name, origin }, at) => {
      const own = overrideOf(types, view.name, { name })
      const given = own === undefined ? {} : { type: own }
      const found = origin && origins.get(foldCase(origin.table))?.get(foldCase(origin.column))
      if (!found) return { name, ...(listed?.[at] ?? ANYTHING), ...given, insert: 'never' }
      const type = mixed ? found.unlimited : found.type
      const nullable = found.nullable || doubtful || mixed
      return { name, type, nullable, ...given, insert: 'never' }
    })
  }
  return new Map(views.map(({ object }) => [object, rowOf(object)]))
}

const ANYTHING: ValueType = { type: ANY_VALUE, nullable: true }

interface Origin {
  readonly type: string
  /** The type without CHECKs and configuration, which concern this column alone. */
  readonly unlimited: string
  readonly nullable: boolean
}

/** The columns that a view can take from a table: its columns, and its rowid under any of its names. */
function originsIn(table: CatalogTable, row: readonly RowColumn[]): ReadonlyMap<string, Origin> {
  const rowid = { type: 'number', unlimited: 'number', nullable: false }
  const columns = row.map(({ name, type, nullable }): [string, Origin] => {
    const column = table.columns.find((one) => one.name === name)!
    const unlimited = columnType(column, table, undefined)
    return [foldCase(name), { type, unlimited, nullable }]
  })
  return new Map([['rowid', rowid], ['oid', rowid], ['_rowid_', rowid], ...columns])
}
