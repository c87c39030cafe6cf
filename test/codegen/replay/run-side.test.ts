// Running one side of a migration inside a transaction that somebody else has begun.
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { replayPass } from '../../../codegen/replay/sides/replay-pass.js'
import { runSide, runSideWithin } from '../../../codegen/replay/sides/run-side.js'
import { historyOf } from './rows/prove-history.js'

it('a failure leaves what was done in the transaction before it', () => {
  const run = historyOf(['INSERT INTO t VALUES (2); INSERT INTO t VALUES (1)'])
  const db = new BetterSqlite3(':memory:')
  const line = replayPass(db as unknown as Database, run)
  db.exec('CREATE TABLE t (a UNIQUE); BEGIN; INSERT INTO t VALUES (1)')
  expect(runSideWithin(line, run.registry[0]!, 'up')).toMatchObject({
    message: 'UNIQUE constraint failed: t.a',
    at: { statement: 'INSERT INTO t VALUES (1)' },
  })
  expect(db.inTransaction).toBe(true)
  expect(db.prepare('SELECT a FROM t WHERE a = 1').all()).toEqual([{ a: 1 }])
  db.close()
})

it('of several statements that code runs at once, the one that failed is told', () => {
  const up = (db: Database): void => {
    db.exec(
      'CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1);\n INSERT INTO t VALUES (1); SELECT 1',
    )
  }
  const run = historyOf([{ up }])
  const db = new BetterSqlite3(':memory:')
  const line = replayPass(db as unknown as Database, run)
  expect(runSide(line, run.registry[0]!, 'up')).toMatchObject({
    message: 'UNIQUE constraint failed: t.a',
    at: { statement: 'INSERT INTO t VALUES (1)', script: null },
  })
  expect(db.prepare('SELECT name FROM sqlite_schema WHERE name = ?').get('t')).toBeUndefined()
  db.close()
})

it.each([
  ['SQL', 'SELECT 1;\n DROP TABLE p', { script: 0, offset: 11, frame: null }],
  [
    'code',
    (db: Database) => void db.exec('SELECT 1;\n DROP TABLE p'),
    { script: null, offset: null, frame: { file: expect.stringMatching(/run-side/) } },
  ],
])('of %s that is refused for one of its statements, that one is told', (_, up, place) => {
  const run = historyOf([{ up, foreignKeys: 'enforce' }])
  const db = new BetterSqlite3(':memory:')
  db.exec('CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)')
  const line = replayPass(db as unknown as Database, run)
  expect(runSide(line, run.registry[0]!, 'up')).toMatchObject({
    refusal: expect.stringMatching(/DROP/),
    at: { statement: 'DROP TABLE p', ...place },
  })
  db.close()
})

it('the ledger and its log are there before the first side runs, so that undoing a rollback leaves the schema as it was', () => {
  const db = new BetterSqlite3(':memory:')
  replayPass(db as unknown as Database, historyOf([]))
  expect(db.prepare('SELECT name FROM sqlite_schema WHERE sql NOT NULL').pluck().all()).toEqual([
    '_migrations',
    '_migrations_log',
  ])
  db.close()
})
