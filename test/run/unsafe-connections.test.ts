// Connections on which a step could not be undone, or on which somebody else would answer for SQLite.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const FAMILY =
  'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (10, 1)'

describe('without a journal', () => {
  const half: Draft<Handle> = { up: 'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)' }
  const places = [
    ['in a file', () => files.open()],
    ['in memory', () => files.open(':memory:')],
  ] as const
  test.each(places)('%s nothing is begun', (_, open) => {
    for (const options of [{}, { transaction: 'all' }] as const) {
      const db = open()
      db.unsafeMode(true)
      migrate(db, registryOf(...tables(1)))
      db.pragma('journal_mode = OFF')
      const registry = registryOf<Handle>(...tables(1), half)
      const manager = managerOf(db, registry, options)
      for (const act of [
        () => manager.migrate(),
        () => manager.rollback(),
        () => manager.mark(2, { as: 'applied' }),
      ])
        expect(errorOf(act)).toMatchObject({
          code: 'JOURNAL_OFF',
          fix: expect.stringContaining('MEMORY') as string,
        })
      expect({ tables: tablesOf(db), ids: ledgerIds(db) }).toEqual({ tables: ['t1'], ids: ['001'] })
      // Looking is not writing.
      expect(manager.status()).toMatchObject({ version: 1 })
    }
  })
  test('no step is begun after one outside a transaction that has switched it off', () => {
    const db = files.open()
    db.unsafeMode(true)
    const switching: Draft<Handle> = { up: 'PRAGMA journal_mode = OFF', transaction: false }
    const error = errorOf(() => migrate(db, registryOf<Handle>(switching, half)))
    expect(error).toMatchObject({ code: 'JOURNAL_OFF', report: { to: 1 } })
    expect(tablesOf(db)).toEqual([])
  })
  test.each(['delete', 'truncate', 'persist', 'memory', 'wal'])(
    'with the journal mode %s all is well',
    (mode) => {
      const db = files.open()
      db.pragma(`journal_mode = ${mode}`)
      expect(migrate(db, registryOf(...tables(2))).steps).toHaveLength(2)
    },
  )
  test('a database in memory has one', () => {
    expect(migrate(files.open(':memory:'), registryOf(...tables(2))).steps).toHaveLength(2)
  })
  test('an up-to-date database is no reason to complain', () => {
    const db = files.open()
    migrate(db, registryOf(...tables(2)))
    db.unsafeMode(true)
    db.pragma('journal_mode = OFF')
    expect(migrate(db, registryOf(...tables(2))).steps).toEqual([])
  })
})

describe.each(['unshadowed', '"UnShadowed"'])('with a database attached as %s', (name) => {
  const attach = `ATTACH ':memory:' AS ${name}; CREATE TABLE ${name}.pragma_foreign_key_check (x); CREATE TABLE ${name}.pragma_table_info (x)`
  const orphaning = 'DELETE FROM p'
  test('nothing is run, and nobody is deceived', () => {
    const db = files.open()
    migrate(db, registryOf({ up: FAMILY }))
    db.exec(attach)
    const manager = managerOf(db, registryOf<Handle>({ up: FAMILY }, { up: orphaning }))
    const acts = ['migrate', 'rollback', 'status', 'history', 'verify', 'plan', 'repair'] as const
    for (const act of acts)
      expect(errorOf(() => manager[act]())).toMatchObject({
        code: 'SCHEMA_NAME_TAKEN',
        fix: 'Attach it under another name.',
      })
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.prepare('SELECT count(*) FROM p').pluck().get()).toBe(1)
  })
  test('a step that attaches it is rolled back', () => {
    const steps: Draft<Handle>[] = [
      { up: `${attach}; ${orphaning}` },
      { up: (db) => void db.exec(`${attach}; ${orphaning}`) },
      {
        toolkit,
        up(db, ctx) {
          db.exec(attach)
          ctx.rebuild('c', {
            create: 'CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p, x)',
          })
        },
      },
    ]
    for (const step of steps) {
      const db = files.open()
      const error = errorOf(() => migrate(db, registryOf<Handle>({ up: FAMILY }, step)))
      expect(error.code).toBe('SCHEMA_NAME_TAKEN')
      expect(ledgerIds(db)).toEqual(['001'])
    }
  })
})

test('a database attached under any other name is no reason to complain', () => {
  const db = files.open()
  db.exec("ATTACH ':memory:' AS shadowed; CREATE TABLE shadowed.pragma_foreign_key_check (x)")
  const registry = registryOf({ up: FAMILY }, { up: 'DELETE FROM p' })
  expect(errorOf(() => migrate(db, registry)).code).toBe('FOREIGN_KEY_VIOLATED')
})
