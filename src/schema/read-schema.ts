// Reads the schema of a database into its canonical form. Never writes.
import { settled, type Work } from '../database/outcome.js'
import { canonical, virtualModule } from './canonical.js'
import { inSmallLetters } from './canonical-tokens.js'
import { excludedTables, shadowTables, type Exclusions, type MasterRow } from './not-ours.js'
import { readFacts } from './read-facts.js'
import type {
  Canonical,
  ObjectType,
  Schema,
  SchemaObject,
  SchemaSource,
  TableFacts,
} from './schema.js'

/** What was read before, by the SQL it depends on: reading a schema again costs little more than what has changed. */
export type KnownObjects = Map<string, Canonical & { readonly facts?: TableFacts }>

/** The objects in the database that somebody made, without SQLite's own, shadow tables, the ledger and ignored tables. */
export function* readSchema(
  source: SchemaSource,
  exclusions: Exclusions,
  known: KnownObjects = new Map(),
): Work<Schema> {
  const rows = (yield* settled(
    source.query(
      'SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid',
    ),
  )) as unknown as (MasterRow & { readonly sql: string })[]
  const shadows = yield* readShadows(source, rows)
  const excluded = excludedTables(exclusions)
  const ours = rows.filter(
    ({ name, tbl_name: table }) =>
      !/^sqlite_/i.test(name) && !excluded(table) && !shadows.has(inSmallLetters(table)),
  )
  yield* learn(source, ours, known)
  return new Map(ours.map((row) => [objectKey(row.type, row.name), objectOf(row, known)]))
}

/** The identity of an object: its type and its name in small letters. */
export const objectKey = (type: string, name: string): string => `${type} ${inSmallLetters(name)}`

const knownKey = ({ type, sql }: MasterRow): string => `${type} ${sql}`

function objectOf(row: MasterRow & { readonly sql: string }, known: KnownObjects): SchemaObject {
  const { type, name, tbl_name: table, sql } = row
  return { type: type as ObjectType, name, table, sql, ...known.get(knownKey(row))! }
}

function* learn(
  source: SchemaSource,
  rows: readonly (MasterRow & { readonly sql: string })[],
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
    const told = row.type === 'table' ? facts.get(row.name) : undefined
    known.set(knownKey(row), {
      ...canonical(row.type as ObjectType, row.sql),
      ...(told && { facts: told }),
    })
  }
}

/** Shadow tables by name; where there are virtual tables of other modules, SQLite is asked as well. */
function* readShadows(source: SchemaSource, rows: readonly MasterRow[]): Work<Set<string>> {
  const shadows = shadowTables(rows)
  if (!rows.some(({ sql }) => sql !== null && virtualModule(sql) !== undefined)) return shadows
  try {
    const found = yield* settled(
      source.query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"),
    )
    for (const { name } of found) shadows.add(inSmallLetters(String(name)))
  } catch {
    // Old versions of SQLite have no such list, and a module that is not loaded cannot be asked.
  }
  return shadows
}
