// What a history has made that shares a database with others: its objects, and which of them do not fit what is there.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import { findBroken } from '../../../src/schema/find-broken.js'
import type { Schema } from '../../../src/schema/schema.js'
import { foldCase } from '../../../src/sql/names.js'

/** What it has made. */
export interface OwnEnd {
  readonly own: Schema
  /** Why views and triggers do not compile; '' of a table with a foreign key to a table that is not there. */
  readonly unfit: ReadonlyMap<string, string>
}

/** Of a database with this schema, in which it has `made` these. */
export function ownEnd(handle: Database, schema: Schema, made: ReadonlySet<string>): OwnEnd {
  const own = new Map([...schema].filter(([key]) => made.has(key)))
  const compiled = [...own].filter(([, { type }]) => type === 'view' || type === 'trigger')
  const found = perform('sync', findBroken(betterSqlite3(handle), new Map(compiled)))
  const broken = [...found].map(([key, { reason }]) => [key, reason] as const)
  const dangling = danglingIn(handle, own, schema).map((one) => [one, ''] as const)
  return { own, unfit: new Map([...dangling, ...broken]) }
}

function danglingIn(handle: Database, own: Schema, there: Schema): string[] {
  const keys = handle.prepare<[string], { name: string }>(
    'SELECT DISTINCT "table" AS name FROM unshadowed.pragma_foreign_key_list(?)',
  )
  return [...own].flatMap(([key, { type, name: table }]) =>
    type === 'table' && keys.all(table).some(({ name }) => !there.has(`table ${foldCase(name)}`))
      ? [key]
      : [],
  )
}

/** The objects that mean something else in one of two ends. */
export const changedIn = (one: OwnEnd, other: OwnEnd): string[] =>
  diffSchemas(one.own, other.own).flatMap(({ object, change, grade }) =>
    change === 'changed' && grade === 'differs' ? [object] : [],
  )
