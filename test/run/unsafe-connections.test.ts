// Connections on which a step could not be undone, or on which somebody else would answer for SQLite.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Context } from '../../src/model/migration.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const fail = (): never => {
  throw new Error('no')
}
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
  test('a step outside a transaction that has switched it off is not recorded, and no other is begun', () => {
    const db = files.open()
    db.unsafeMode(true)
    const switching: Draft<Handle> = { up: 'PRAGMA journal_mode = OFF', transaction: false }
    const error = errorOf(() => migrate(db, registryOf<Handle>(switching, half)))
    expect(error).toMatchObject({ code: 'JOURNAL_OFF', report: { to: 0 } })
    expect(error.message).toContain('ran but is not recorded. PRAGMA journal_mode is OFF')
    expect(error.message).toContain('what it did is still there')
    expect(error.fix).toContain('`lockstep mark 001 --applied`')
    expect(tablesOf(db)).toEqual([])
    db.pragma('journal_mode = DELETE')
    managerOf(db, registryOf<Handle>(switching)).mark(1, { as: 'applied' })
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test.each<[string, Draft<Handle>['up']]>([
    ['a batch', (_, ctx) => ctx.batches('SELECT id FROM p', { by: 'id' }, fail)],
    ['a rebuild', (_, ctx) => ctx.rebuild('p', { create: 'CREATE TABLE p (id CHECK (id > 2))' })],
  ])('and begins no transaction of ctx: %s', (_, up) => {
    const db = files.open()
    db.unsafeMode(true)
    const step: Draft<Handle> = {
      toolkit,
      transaction: false,
      up(handle, ctx) {
        handle.pragma('journal_mode = OFF')
        return (up as (handle: Handle, ctx: Context) => void)(handle, ctx)
      },
    }
    const error = errorOf(() => migrate(db, registryOf<Handle>({ up: FAMILY }, step)))
    expect(error).toMatchObject({ code: 'JOURNAL_OFF', facts: { version: 2 } })
    db.pragma('journal_mode = DELETE')
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(tablesOf(db)).toEqual(['c', 'p'])
  })
  test.each(['journal_mode = OFF', 'main.journal_mode(of)', '"journal_mode"=\'o\''])(
    'a step in a transaction cannot switch it off: %s',
    (pragma) => {
      const sql = `UPDATE p SET id = id + 1; PRAGMA ${pragma}`
      const code = (handle: Handle): void => void handle.pragma(pragma)
      const batch: Draft<Handle> = {
        toolkit,
        transaction: false,
        up: (handle, ctx) => ctx.batches('SELECT id FROM p', { by: 'id' }, () => code(handle)),
      }
      for (const step of [{ up: sql }, { up: code }, batch]) {
        const db = files.open()
        db.unsafeMode(true)
        const error = errorOf(() => migrate(db, registryOf<Handle>({ up: FAMILY }, step)))
        expect(error.code).toBe('TRANSACTION_CONTROL')
        expect(db.pragma('journal_mode', { simple: true })).toBe('delete')
      }
    },
  )
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
