// Reads the schema of a database repeatedly, but only what has changed.
import { settled, type Work } from '../database/outcome.js'
import type { GateDatabase } from '../model/gate.js'
import { findBroken, type BrokenObjects } from './find-broken.js'
import { ignoredObjects, schemaWithout } from './ignored-objects.js'
import type { Exclusions } from './not-ours.js'
import { readSchema, type KnownObjects } from './read-schema.js'
import type { Schema } from './schema.js'
import { tokensOf } from '../sql/split-statements.js'
import { isSameName, unquote } from '../sql/names.js'

/** A schema without the ledger and ignored tables. */
export interface OwnSchema {
  readonly schema: Schema
  /** Whether an object is left out because it is on an ignored table. */
  ignores(object: string): boolean
}

/** A schema at one moment, with the objects in it that do not compile. */
export interface SchemaLook extends OwnSchema {
  readonly broken: BrokenObjects
}

/** Starts a view. If SQLite says that no schema has changed, by anyone, nothing is read at all. */
export function schemaView(database: GateDatabase, exclusions: Exclusions): () => Work<SchemaLook> {
  const known: KnownObjects = new Map()
  let last: SchemaLook | undefined
  let cookie: unknown
  return function* () {
    const now = yield* schemaCookie(database)
    if (last && now !== undefined && now === cookie) return last
    cookie = now
    last = yield* lookAtSchema(database, exclusions, known)
    return last
  }
}

/** Reads once. */
export function* lookAtSchema(
  database: GateDatabase,
  exclusions: Exclusions,
  known?: KnownObjects,
): Work<SchemaLook> {
  const own = yield* readOwnSchema(database, exclusions, known)
  return { ...own, broken: yield* findBroken(database, own.schema) }
}

/** Reads once, without compiling anything. */
export function* readOwnSchema(
  database: GateDatabase,
  { ledger, ignoreTables }: Exclusions,
  known?: KnownObjects,
): Work<OwnSchema> {
  const whole = yield* readSchema(database, { ledger, ignoreTables: [] }, known)
  const ignores = ignoredObjects(ignoreTables, whole)
  return { schema: schemaWithout(whole, ignores), ignores }
}

/** A number that changes with the schema; undefined if the database does not report it. */
function* schemaCookie(database: GateDatabase): Work<unknown> {
  try {
    const [row] = yield* settled(database.query('PRAGMA schema_version'))
    return row?.['schema_version']
  } catch (error) {
    if (database.faultOf(error)) throw error
    return undefined
  }
}

/** The objects whose SQL names a table, keyed like `view applied`, as they are spelled: renaming the table changes them as well. */
export const objectsNaming = (schema: Schema, table: string): string[] =>
  [...schema.values()]
    .filter(({ sql }) => [...tokensOf(sql)].some(({ text }) => isSameName(unquote(text), table)))
    .map(({ type, name }) => `${type} ${name}`)
