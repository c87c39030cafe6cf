// Reads what a build needs to know about one object of a schema. Never writes.
import { groupedBy } from '../../../src/model/collected.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { virtualModule } from '../../../src/schema/canonical.js'
import { canonicalTokens } from '../../../src/sql/canonical-tokens.js'
import type { SchemaObject } from '../../../src/schema/schema.js'
import type {
  CatalogColumn,
  CatalogForeignKey,
  CatalogIndex,
  CatalogObject,
  CatalogTable,
} from '../../model/catalog.js'
import { quoteIdentifier } from '../../../src/sql/names.js'

/** What an object is. Depends on its SQL alone, except for foreign keys that name no columns of their parent: these are left empty here. */
export function readObject(handle: Database, object: SchemaObject): CatalogObject {
  const { type, name, sql, table } = object
  if (type === 'table') return readTable(handle, object)
  if (type === 'index') return readIndex(handle, object)
  return type === 'view' ? { type, name, sql } : { type, name, table, sql }
}

function readTable(handle: Database, { name, sql, shape }: SchemaObject): CatalogTable {
  const constraints = shape?.constraints ?? []
  const module = virtualModule(sql) ?? null
  return {
    type: 'table',
    name,
    sql,
    columns: columnsOf(handle, name),
    foreignKeys: /references/i.test(sql) ? foreignKeysOf(handle, name) : [],
    uniques: /unique|primary/i.test(sql) ? uniquesOf(handle, name) : [],
    strict: constraints.includes('strict'),
    withoutRowid: constraints.includes('without rowid'),
    autoincrement: constraints.some((text) => /^primary key .* autoincrement\b/.test(text)),
    module,
  }
}

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
  readonly hidden: number
}

/** `hidden` is 1 for hidden columns of virtual tables, 2 and 3 for generated ones. */
const columnsOf = (handle: Database, table: string): CatalogColumn[] =>
  ask<ColumnRow>(handle, 'table_xinfo', table).map((row) => ({
    name: row.name,
    // SQLite reports how a column is generated as part of its type.
    type: row.hidden > 1 ? row.type.replace(/ ?generated always$/i, '') : row.type,
    notNull: row.notnull === 1,
    default: row.dflt_value,
    primaryKey: row.pk,
    generated: row.hidden === 2 ? 'virtual' : row.hidden === 3 ? 'stored' : null,
    hidden: row.hidden === 1,
  }))

interface KeyRow {
  readonly id: number
  readonly table: string
  readonly from: string
  readonly to: string | null
  readonly on_update: string
  readonly on_delete: string
}

/** In the order of the SQL: SQLite lists the last one first. */
function foreignKeysOf(handle: Database, table: string): CatalogForeignKey[] {
  return [...groupedBy(ask<KeyRow>(handle, 'foreign_key_list', table), ({ id }) => id)]
    .sort(([one], [other]) => other - one)
    .map(([, rows]) => ({
      columns: rows.map(({ from }) => from),
      parent: rows[0]?.table ?? '',
      parentColumns: rows.flatMap(({ to }) => to ?? []),
      onUpdate: rows[0]?.on_update ?? '',
      onDelete: rows[0]?.on_delete ?? '',
    }))
}

const uniquesOf = (handle: Database, table: string): string[][] =>
  ask<{ readonly name: string; readonly origin: string }>(handle, 'index_list', table)
    .filter(({ origin }) => origin !== 'c')
    .reverse()
    .map(({ name }) => keyColumns(handle, name).flatMap((column) => column ?? []))

const readIndex = (handle: Database, { name, table, sql, text }: SchemaObject): CatalogIndex => ({
  type: 'index',
  name,
  table,
  sql,
  unique: text.startsWith('unique '),
  partial: canonicalTokens(sql).includes('where'),
  columns: keyColumns(handle, name),
})

const keyColumns = (handle: Database, index: string): (string | null)[] =>
  ask<{ readonly name: string | null }>(handle, 'index_info', index).map(({ name }) => name)

/** Never kept prepared, as each text is used once. An application may have made bigints the default. */
const ask = <Row>(handle: Database, pragma: string, name: string): Row[] =>
  handle
    .prepare<[], Row>(`PRAGMA ${pragma}(${quoteIdentifier(name)})`)
    .safeIntegers(false)
    .all()
