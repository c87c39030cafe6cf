// A transaction that a migration ended in a way that nobody could refuse, and conflicts that end it by themselves.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()

/** Prepares a statement, to run it later. */
const prepared = (db: Handle, sql: string, way: 'run' | 'get' | 'all'): (() => unknown) => {
  const statement = db.prepare(sql)
  return () => statement[way]()
}
type Code = (db: Handle) => unknown

/** Runs one good step and then the bad one. */
const attempt = (up: Code, db = files.open()) => {
  const registry = registryOf(...tables(1), { up: up as never })
  return { db, error: errorOf(() => migrate(db, registry)) }
}

describe('a transaction that was ended all the same', () => {
  /** What is run through the client's own methods is not seen by anybody. */
  const unseen = (db: Database.Database) => {
    const { exec } = Object.getPrototypeOf(db) as Database.Database
    const run = (sql: string) => ({ run: () => exec.call(db, sql) })
    return { commit: run('COMMIT'), begin: run('BEGIN') }
  }
  test.each<[string, (db: Handle, statements: ReturnType<typeof unseen>) => unknown]>([
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
    const statements = unseen(db)
    const { error } = attempt((handle) => {
      handle.exec('CREATE TABLE half (x)')
      return misbehave(handle, statements)
    }, db)
    expect(error.code).toBe('TRANSACTION_ENDED')
    expect(error.message).toContain(
      'After a COMMIT, what it did before is in the database; after a ROLLBACK or such an error, it is not.',
    )
    // That the message is true is what the person who reads it relies on.
    expect(tablesOf(db)).toEqual(['half', 't1'])
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.inTransaction).toBe(false)
  })
  test.each<[string, (db: Handle) => () => unknown]>([
    ['a script', (db) => () => db.exec('INSERT INTO kept VALUES (1)')],
    ['a new statement', (db) => () => db.prepare('INSERT INTO kept VALUES (1)').run()],
    ['run', (db) => prepared(db, 'INSERT INTO kept VALUES (1)', 'run')],
    ['get', (db) => prepared(db, 'INSERT INTO kept VALUES (1) RETURNING x', 'get')],
    ['all', (db) => prepared(db, 'INSERT INTO kept VALUES (1) RETURNING x', 'all')],
    [
      'iterate',
      (db) => {
        const statement = db.prepare('INSERT INTO kept VALUES (1) RETURNING x')
        return () => [...statement.iterate()]
      },
    ],
    [
      'a transaction',
      (db) => {
        const statement = db.prepare('INSERT INTO kept VALUES (1)')
        return db.transaction(() => statement.run())
      },
    ],
  ])(
    'what is run after a conflict has rolled back is refused, and nothing of it stays: %s',
    (_, prepare) => {
      const db = files.open()
      db.exec('CREATE TABLE kept (x)')
      const up = (handle: Handle): void => {
        const late = prepare(handle)
        handle.exec('CREATE TABLE u (x UNIQUE); INSERT INTO u VALUES (1)')
        try {
          handle.exec('INSERT OR ROLLBACK INTO u VALUES (1)')
        } catch {
          // As if nothing had happened.
        }
        late()
      }
      const error = errorOf(() => migrate(db, registryOf({ up }), { onUnmanaged: 'allow' }))
      expect(error.code).toBe('TRANSACTION_ENDED')
      expect(error.message).toContain('caught an error on which SQLite ended it')
      expect(error.message).toContain('What it ran afterwards is there too, unless rolled back.')
      expect(error.fix).toContain('do not catch errors that roll the step back')
      expect(tablesOf(db)).toEqual(['kept'])
      expect(db.prepare('SELECT count(*) FROM kept').pluck().get()).toBe(0)
    },
  )
  test('a statement that was prepared before the run is inspected when it is used', () => {
    const db = files.open()
    const commit = db.prepare('COMMIT')
    const error = errorOf(() => migrate(db, registryOf({ up: () => void commit.run() })))
    expect(error).toMatchObject({ code: 'TRANSACTION_CONTROL', facts: { statement: 'COMMIT' } })
    expect(ledgerIds(db)).toEqual([])
  })
  test("statements of the application, and the client's own nested transactions, are run as ever", () => {
    const db = files.open()
    db.exec('CREATE TABLE a (x)')
    const insert = db.prepare('INSERT INTO a VALUES (?)')
    const both = db.transaction((x: number) => void [insert.run(x), insert.run(x + 1)])
    const up = (): void => {
      both(1)
      expect(() => db.transaction(() => insert.run(9, 9))()).toThrow('Too many parameter')
      both(3)
    }
    migrate(db, registryOf({ up }), { onUnmanaged: 'allow' })
    expect(db.prepare('SELECT x FROM a').pluck().all()).toEqual([1, 2, 3, 4])
    expect(db.prepare('SELECT 1').pluck().get()).toBe(1)
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
