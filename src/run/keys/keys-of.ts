// Reads foreign keys from the schema, and whether what they refer to is unique. Never writes.
import { groupedBy } from '../../model/collected.js'
import type { Ask } from '../../database/ask.js'
import type { Row } from '../../database/driver.js'
import type { Work } from '../../database/outcome.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'

/** A foreign key by its names; without targets it refers to the primary key. */
export interface Key {
  /** The schema of its table and of its parent: a key never leaves its schema. */
  readonly schema: string
  readonly table: string
  readonly parent: string
  readonly columns: readonly string[]
  readonly targets: readonly string[]
  /** Its number within its table, as SQLite counts them. */
  readonly fkid: number
  /** Its position among the keys of its table in order of declaration, from 0. `fkid` counts from the last one. */
  readonly place: number
}

/** Selects the tables of a schema. */
export const tablesIn = (schema: string): string =>
  `SELECT name FROM ${quoteIdentifier(schema)}.sqlite_master WHERE type = 'table'`

/** The name of a table for messages: with its schema, unless that is `main`. */
export const shownAs = ({ schema, table }: Pick<Key, 'schema' | 'table'>): string =>
  schema === 'main' ? table : `${schema}.${table}`

const keysIn = (schema: string): string =>
  `SELECT m.name AS child, k.id AS id, k."table" AS parent, k."from" AS "from", k."to" AS "to"
FROM (${tablesIn(schema)}) m, unshadowed.pragma_foreign_key_list(m.name, ?) k
WHERE m.name = ? COLLATE NOCASE ORDER BY k.id DESC, k.seq`

/** The foreign keys of a table, in order of declaration. */
export function* keysOf(ask: Ask, schema: string, table: string): Work<Key[]> {
  const parts = groupedBy(yield* ask(keysIn(schema), [schema, table]), ({ id }) => Number(id))
  return [...parts].map(([fkid, rows], place) => ({
    schema,
    table: String(rows[0]?.['child']),
    parent: String(rows[0]?.['parent']),
    columns: rows.map((row) => String(row['from'])),
    targets: rows.flatMap(({ to }) => (to === null ? [] : [String(to)])),
    fkid,
    place,
  }))
}

/** All columns of a table, and its primary key in order. */
export interface Columns {
  readonly all: readonly string[]
  readonly primary: readonly string[]
}

const COLUMNS = 'SELECT name, pk FROM unshadowed.pragma_table_xinfo(?, ?) ORDER BY pk, cid'

/** The columns of a table; empty if it does not exist. */
export function* columnsOf(ask: Ask, schema: string, table: string): Work<Columns> {
  const rows = yield* ask(COLUMNS, [table, schema])
  const names = (some: readonly Row[]): string[] => some.map((row) => String(row['name']))
  return { all: names(rows), primary: names(rows.filter(({ pk }) => Number(pk) > 0)) }
}

const UNIQUE = `SELECT i.name AS name, i.origin AS origin, x.name AS part
FROM unshadowed.pragma_index_list(?, ?) i, unshadowed.pragma_index_xinfo(i.name, ?) x
WHERE i."unique" AND NOT i.partial AND x.key`

/**
 * Whether a key refers to nothing unique. Collations are left to SQLite: a unique index with a collation other than its column's
 * passes here.
 */
export function* isLoose(ask: Ask, { schema, parent, columns, targets }: Key): Work<boolean> {
  const { all, primary } = yield* columnsOf(ask, schema, parent)
  if (all.length === 0) return false
  const wanted = namesIn(targets.length > 0 ? targets : primary)
  const indexes = new Map<unknown, string[]>()
  const unique = yield* ask(UNIQUE, [parent, schema, schema])
  for (const { name, part } of unique)
    indexes.set(name, [...(indexes.get(name) ?? []), String(part)])
  // An INTEGER PRIMARY KEY needs no index.
  const isRowid = primary.length === 1 && unique.every(({ origin }) => origin !== 'pk')
  if (isRowid) indexes.set(null, [...primary])
  return (
    columns.length !== wanted.split('\n').length ||
    ![...indexes.values()].some((parts) => namesIn(parts) === wanted)
  )
}

const namesIn = (names: readonly string[]): string => names.map(foldCase).sort().join('\n')
