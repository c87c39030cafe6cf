// Schemas of real databases in memory, for the tests of what is made of them.
import Database from 'better-sqlite3'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import { perform } from '../../src/database/outcome.js'
import { readSchema, type KnownObjects } from '../../src/schema/read-schema.js'
import type { Schema } from '../../src/schema/schema.js'

/** What a test leaves out of a schema. */
export interface Reading {
  readonly ledger?: string
  readonly ignoreTables?: readonly string[]
  readonly known?: KnownObjects
}

/** The schema of an open database. */
export const schemaIn = (
  db: Database.Database,
  { ledger = '_migrations', ignoreTables = [], known = new Map() }: Reading = {},
): Schema => perform('sync', readSchema(betterSqlite3(db), { ledger, ignoreTables }, known))

/** The schema that a script makes in an empty database. */
export function schemaOf(sql: string, reading: Reading = {}): Schema {
  const db = new Database(':memory:')
  try {
    db.exec(sql)
    return schemaIn(db, reading)
  } finally {
    db.close()
  }
}
