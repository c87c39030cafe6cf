// Reads the schema of a database into its canonical form. Never writes.
import { settled, type Work } from '../database/outcome.js'
import { canonical, virtualModule } from './canonical.js'
import {
  excludedTables,
  ledgersIn,
  ledgerTables,
  shadowTables,
  type Exclusions,
} from './not-ours.js'
import { readFacts } from './read-facts.js'
import type {
  MasterRow,
  ObjectType,
  Schema,
  SchemaObject,
  SchemaSource,
  WrittenRow,
} from './schema.js'
import { foldCase } from '../sql/names.js'

/**
 * Objects read before, by what they depend on: reading a schema again costs little more than what has changed, and unchanged
 * objects are identical.
 */
export type KnownObjects = Map<string, SchemaObject>

/** The user-defined objects in the database, without SQLite's own, shadow tables, ledgers and ignored tables. */
export function* readSchema(
  source: SchemaSource,
  exclusions: Exclusions,
  known: KnownObjects = new Map(),
): Work<Schema> {
  const rows = (yield* settled(
    source.query(
      'SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid',
    ),
  )) as unknown as WrittenRow[]
  return yield* schemaOf(source, rows, { exclusions, known })
}

/** The schema made of these rows. The virtual tables among them show which tables are shadow tables. */
export function* schemaOf(
  source: SchemaSource,
  rows: readonly WrittenRow[],
  { exclusions, known }: { readonly exclusions: Exclusions; readonly known: KnownObjects },
): Work<Schema> {
  const shadows = yield* readShadows(source, rows)
  for (const table of ledgersIn(rows).flatMap(ledgerTables)) shadows.add(foldCase(table))
  const excluded = excludedTables(exclusions)
  const ours = rows.filter(
    ({ name, tbl_name: table }) =>
      !/^sqlite_/i.test(name) && !excluded(table) && !shadows.has(foldCase(table)),
  )
  yield* learn(source, ours, known)
  return new Map(ours.map((row) => [objectKey(row.type, row.name), known.get(knownKey(row))!]))
}

/** The identity of an object: its type and its name in lower case. */
export const objectKey = (type: string, name: string): string => `${type} ${foldCase(name)}`

const knownKey = ({ type, name, sql }: MasterRow): string => `${type} ${name}\n${sql}`

/** Adds to the known objects. */
function* learn(
  source: SchemaSource,
  rows: readonly WrittenRow[],
  known: KnownObjects,
): Work<void> {
  const fresh = rows.filter((row) => !known.has(knownKey(row)))
  const tables = fresh.filter(
    ({ type, sql }) => type === 'table' && virtualModule(sql) === undefined,
  )
  const facts = yield* readFacts(
    source,
    tables.map(({ name }) => name),
  )
  for (const row of fresh) {
    const { name, tbl_name: table, sql } = row
    const type = row.type as ObjectType
    const told = type === 'table' ? facts.get(name) : undefined
    const object = { type, name, table, sql, ...canonical(type, sql), ...(told && { facts: told }) }
    known.set(knownKey(row), object)
  }
}

/** Shadow tables by name; if there are virtual tables of other modules, SQLite is asked as well. */
function* readShadows(source: SchemaSource, rows: readonly MasterRow[]): Work<Set<string>> {
  const shadows = shadowTables(rows)
  if (!rows.some(({ sql }) => sql !== null && virtualModule(sql) !== undefined)) return shadows
  try {
    const found = yield* settled(
      source.query(
        "SELECT name FROM unshadowed.pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
      ),
    )
    for (const { name } of found) shadows.add(foldCase(String(name)))
  } catch {
    // Old versions of SQLite have no such list, and a module that is not loaded cannot be asked.
  }
  return shadows
}
