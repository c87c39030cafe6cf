// Finds existing objects that do not work: views and triggers that do not compile, and tables with foreign keys that cannot be checked.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { findBroken } from '../../../src/schema/find-broken.js'
import type { Schema, SchemaObject } from '../../../src/schema/schema.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'

/** Why each of them does not work, by `view v`. */
export type Unsound = ReadonlyMap<string, string>

interface Whose {
  readonly made: ReadonlySet<string>
  /** What other histories have made, even if it is gone by now; null if any table may be a parent. */
  readonly foreign: ReadonlySet<string> | null
}

/** Checks the objects in `made`; of foreign keys, only those that reference what is in `foreign`. */
export function unsoundIn(handle: Database, schema: Schema, { made, foreign }: Whose): Unsound {
  const own = [...schema].filter(([key]) => made.has(key))
  const compiled = own.filter(([, { type }]) => type === 'view' || type === 'trigger')
  const broken = perform('sync', findBroken(betterSqlite3(handle), new Map(compiled)))
  const parents = parentReader(handle)
  const keyed = own.flatMap(([key, object]): [string, string][] => {
    if (object.type !== 'table') return []
    const theirs = parents(object).filter(
      (parent) => !foreign || TYPES.some((type) => foreign.has(type + parent)),
    )
    const gone = theirs.find((parent) => TYPES.every((type) => !schema.has(type + parent)))
    if (gone !== undefined) return [[key, `its foreign key refers to ${gone}, which is not there`]]
    const mismatch = theirs.length > 0 ? mismatchOf(handle, object) : null
    return mismatch === null ? [] : [[key, mismatch]]
  })
  return new Map([...[...broken].map(([key, { reason }]) => [key, reason] as const), ...keyed])
}

const TYPES = ['table ', 'view ']

/** The tables that the foreign keys of a table reference. */
function parentReader(handle: Database): (table: SchemaObject) => string[] {
  const keys = handle.prepare<[string], { name: string }>(
    'SELECT DISTINCT "table" AS name FROM unshadowed.pragma_foreign_key_list(?)',
  )
  return ({ name }) => keys.all(name).map((key) => foldCase(key.name))
}

/** SQLite's message about a foreign key that it cannot check, with rows or without. */
function mismatchOf(handle: Database, { name }: SchemaObject): string | null {
  try {
    handle.prepare(`PRAGMA foreign_key_check(${quoteIdentifier(name)})`).all()
    return null
  } catch (error) {
    return (error as Error).message
  }
}
