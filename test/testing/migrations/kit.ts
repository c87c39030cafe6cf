// Kits over small histories, for the tests of the kit.
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { testMigrations } from '../../../src/testing/migrations.js'
import { registryOf, type Draft } from '../../support/registry.js'

const opened: Database.Database[] = []

/** Databases that kits have opened since the test began. */
export const openedDatabases = (): readonly Database.Database[] => opened

/** A new database in memory, closed after the test if not before. */
export function openDatabase(): Database.Database {
  const db = new Database(':memory:')
  if (opened.push(db) === 1) onTestFinished(() => opened.splice(0).forEach((one) => one.close()))
  return db
}

/** A kit over these migrations, numbered from 1. */
export const kitOf = (...drafts: readonly Draft<Database.Database>[]) =>
  testMigrations(registryOf<Database.Database>(...drafts), { open: openDatabase })

/** A migration that makes a table with a column, and drops it again. */
export const table = (name: string): Draft<Database.Database> => ({
  name: `make_${name}`,
  up: `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, title TEXT)`,
  down: `DROP TABLE ${name}`,
})

/** Everything in one column. */
export const valuesOf = (db: Database.Database, sql: string): unknown[] =>
  db.prepare(sql).pluck().all()
