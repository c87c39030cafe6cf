// Looks at the schema of a database again and again, and reads only what has changed.
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
  /** Which objects are left out because they are on ignored tables. */
  ignores(object: string): boolean
}

/** A schema at one moment, with what in it does not compile. */
export interface SchemaLook extends OwnSchema {
  readonly broken: BrokenObjects
}

/** Begins to look. Where SQLite tells that no schema has changed, by whomever, nothing is read at all. */
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

/** Looks once. */
export function* lookAtSchema(
  database: GateDatabase,
  exclusions: Exclusions,
  known?: KnownObjects,
): Work<SchemaLook> {
  const own = yield* readOwnSchema(database, exclusions, known)
  return { ...own, broken: yield* findBroken(database, own.schema) }
}

/** Looks once, and has nothing compiled. */
export function* readOwnSchema(
  database: GateDatabase,
  { ledger, ignoreTables }: Exclusions,
  known?: KnownObjects,
): Work<OwnSchema> {
  const whole = yield* readSchema(database, { ledger, ignoreTables: [] }, known)
  const ignores = ignoredObjects(ignoreTables, whole)
  return { schema: schemaWithout(whole, ignores), ignores }
}

/** A number that changes with the schema; undefined where the database does not tell. */
function* schemaCookie(database: GateDatabase): Work<unknown> {
  try {
    const [row] = yield* settled(database.query('PRAGMA schema_version'))
    return row?.['schema_version']
  } catch (error) {
    if (database.faultOf(error)) throw error
    return undefined
  }
}

/** The objects whose SQL names a table, by `view applied`, as they are written: renaming the table changes them as well. */
export const objectsNaming = (schema: Schema, table: string): string[] =>
  [...schema.values()]
    .filter(({ sql }) => [...tokensOf(sql)].some(({ text }) => isSameName(unquote(text), table)))
    .map(({ type, name }) => `${type} ${name}`)
