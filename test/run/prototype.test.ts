// What a step runs through the prototype of its handle, which is no way past the watch.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'

const files = databases()
const { exec, prepare, pragma } = Database.prototype as unknown as Record<
  'exec' | 'prepare' | 'pragma',
  unknown
>

/** Taken before anybody looks on. */
const { exec: unseen } = Database.prototype as unknown as Handle

/** Runs a text through what the handle has its methods from. */
const past = (handle: Handle, sql: string): void => {
  const shared = Object.getPrototypeOf(handle) as Handle
  shared.exec.call(handle, sql)
}

class Own extends Database {}

const attempt = (up: NonNullable<Draft<Handle>['up']>, db = files.open()) => {
  const error = errorOf(() => migrate(db, registryOf<Handle>(...tables(1), { up })))
  expect({ ids: ledgerIds(db), tables: tablesOf(db) }).toEqual({ ids: ['001'], tables: ['t1'] })
  const { prototype } = Database as unknown as { prototype: unknown }
  expect(prototype).toMatchObject({ exec, prepare, pragma })
  expect(Object.keys(db)).not.toContain('exec')
  return error.code
}

test('transactions are refused', () => {
  const sql = 'INSERT INTO t1 VALUES (1); COMMIT; BEGIN IMMEDIATE; SAVEPOINT lockstep_step'
  expect(attempt((db) => past(db, sql))).toBe('TRANSACTION_CONTROL')
})

test.each(['lockstep_step', 'lockstep', 'lockstep_'])(
  'the savepoint of a step cannot be put back under the name %s, in a way that nobody sees',
  (name) => {
    const texts = [
      `COMMIT; BEGIN IMMEDIATE; SAVEPOINT ${name}`,
      `RELEASE ${name}; COMMIT; BEGIN IMMEDIATE; SAVEPOINT ${name}`,
    ]
    for (const sql of texts) {
      const error = errorOf(() =>
        migrate(
          files.open(),
          registryOf<Handle>(...tables(1), { up: (db) => void unseen.call(db, sql) }),
        ),
      )
      expect(['TRANSACTION_ENDED', 'MIGRATION_FAILED']).toContain(error.code)
    }
  },
)

test('so they are on a handle of a class of its own', () => {
  const db = new Own(files.path())
  expect(attempt((handle) => past(handle, 'COMMIT'), db)).toBe('TRANSACTION_CONTROL')
  db.close()
})

test('nothing is run once the step has been undone', () => {
  const up = (db: Handle): void => {
    db.exec(
      'CREATE TABLE u (id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK); INSERT INTO u VALUES (1)',
    )
    try {
      db.exec('INSERT INTO u VALUES (1)')
    } catch {
      past(db, 'INSERT INTO t1 VALUES (7)')
    }
  }
  const db = files.open()
  expect(attempt(up, db)).toBe('TRANSACTION_ENDED')
  expect(db.prepare('SELECT count(*) FROM t1').pluck().get()).toBe(0)
})

test('foreign keys are not switched', () => {
  const up = (db: Handle): void => past(db, 'PRAGMA foreign_keys = ON')
  expect(attempt(up)).toBe('FOREIGN_KEYS_PRAGMA')
})

test('another handle is nobody to look at', () => {
  const [db, other] = [files.open(), files.open()]
  const up = (): void => past(other as unknown as Handle, 'BEGIN; CREATE TABLE o (x); COMMIT')
  migrate(db, registryOf<Handle>({ up }))
  expect(tablesOf(other)).toEqual(['o'])
})
