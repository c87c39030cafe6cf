// A transaction that a migration ended in a way that nobody could refuse, and conflicts that end it by themselves.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
type Code = (db: Handle) => unknown

/** Runs one good step and then the bad one. */
const attempt = (up: Code, db = files.open()) => {
  const registry = registryOf(...tables(1), { up: up as never })
  return { db, error: errorOf(() => migrate(db, registry)) }
}

describe('a transaction that was ended all the same', () => {
  /** Statements that were prepared before the run are not seen by anybody. */
  const prepared = (db: Database.Database) => ({
    commit: db.prepare('COMMIT'),
    begin: db.prepare('BEGIN'),
  })
  test.each<[string, (db: Handle, statements: ReturnType<typeof prepared>) => unknown]>([
    ['by COMMIT', (_, { commit }) => commit.run()],
    [
      'by COMMIT and BEGIN',
      (_, { commit, begin }) => {
        commit.run()
        begin.run()
      },
    ],
    [
      'and then a failure',
      (_, { commit }) => {
        commit.run()
        throw new Error('late')
      },
    ],
    [
      'and then false',
      (_, { commit }) => {
        commit.run()
        return false
      },
    ],
    [
      'by COMMIT, BEGIN and a failure',
      (_, { commit, begin }) => {
        commit.run()
        begin.run()
        throw new Error('late')
      },
    ],
  ])('is found and said: %s', (_, misbehave) => {
    const db = files.open()
    const statements = prepared(db)
    const { error } = attempt((handle) => {
      handle.exec('CREATE TABLE half (x)')
      return misbehave(handle, statements)
    }, db)
    expect(error.code).toBe('TRANSACTION_ENDED')
    expect(error.message).toContain('After a COMMIT, what it did before that is in the database')
    // That the message is true is what the person who reads it relies on.
    expect(tablesOf(db)).toEqual(['half', 't1'])
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.inTransaction).toBe(false)
  })
  test('what is run after a conflict has rolled back is refused, and nothing of it stays', () => {
    const db = files.open()
    const up = (handle: Handle): void => {
      handle.exec('CREATE TABLE u (x UNIQUE); INSERT INTO u VALUES (1)')
      try {
        handle.exec('INSERT OR ROLLBACK INTO u VALUES (1)')
      } catch {
        // As if nothing had happened.
      }
      handle.exec('CREATE TABLE later (x UNIQUE)')
    }
    const error = errorOf(() => migrate(db, registryOf({ up })))
    expect(error.code).toBe('TRANSACTION_ENDED')
    expect(tablesOf(db)).toEqual([])
  })
  test.each(['INSERT OR ROLLBACK INTO u VALUES (1)', 'INSERT INTO v VALUES (1)'])(
    'a conflict that rolls back is a failure like any other: %s',
    (sql) => {
      const db = files.open()
      db.exec(`CREATE TABLE u (x UNIQUE); INSERT INTO u VALUES (1); CREATE TABLE v (x);
        CREATE TRIGGER no BEFORE INSERT ON v BEGIN SELECT RAISE(ROLLBACK, 'not here'); END`)
      for (const up of [sql, (handle: Handle) => void handle.exec(sql)]) {
        const registry = registryOf({ up })
        const error = errorOf(() => migrate(db, registry, { onUnmanaged: 'allow' }))
        expect(error.code).toBe('MIGRATION_FAILED')
        expect(db.inTransaction).toBe(false)
        expect(ledgerIds(db)).toEqual([])
      }
    },
  )
})
