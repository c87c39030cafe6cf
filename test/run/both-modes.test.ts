// One behaviour, whatever the driver: synchronous, asynchronous, and asynchronous without scripts or a watched handle.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Driver } from '../../src/database/driver.js'
import type { Mode } from '../../src/database/outcome.js'
import { MigrationManager } from '../../src/manager.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { Context } from '../../src/model/migration.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { failureOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'

type Handle = Database.Database
const files = databases()

const drivers: readonly [string, (db: Handle) => Driver<Handle, Mode>][] = [
  ['synchronous', betterSqlite3],
  ['asynchronous', (db) => asyncDriver(db)],
  ['asynchronous, one statement at a time', (db) => asyncDriver(db, { runsScripts: false })],
]

describe.each(drivers)('%s', (_, driverOf) => {
  const start = (registry: Registry<Handle>, options?: ManagerOptions, db = files.open()) => ({
    db,
    manager: new MigrationManager(driverOf(db), registry, options),
  })
  const registry = registryOf<Handle>(...tables(3))
  const failing = registryOf<Handle>(
    ...tables(1),
    { up: 'CREATE TABLE half (x);\nCREATE TABLE half (x)', at: { up: ['4:5'] }, file: 'm.ts' },
    ...tables(3).slice(2),
  )

  test('applies everything once', async () => {
    const { db, manager } = start(registry)
    const first = await manager.migrate()
    expect(first).toMatchObject({ from: 0, to: 3 })
    expect(first.steps.map(({ id, direction }) => `${id} ${direction}`)).toEqual([
      '001 up',
      '002 up',
      '003 up',
    ])
    expect(tablesOf(db)).toEqual(['t1', 't2', 't3'])
    expect(await manager.migrate()).toEqual({ from: 3, to: 3, steps: [], durationMs: 0 })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test.each<[what: string, source: object | undefined, options?: ManagerOptions]>([
    ['an empty module', {}],
    ['a module of other exports', { down: 'SELECT 1', default: { up: 'SELECT 1' } }],
    ['nothing', undefined],
    ['a text list with something else', { up: ['SELECT 1', 1] }],
    ['null', { up: null }],
    ['a promise', { up: Promise.resolve('SELECT 1') }],
    ['an empty module in one transaction with others', {}, { transaction: 'all' }],
    [
      'a class without it',
      class {
        down = 'SELECT 1'
      },
    ],
    ['a function', function up() {}],
  ])('never runs as nothing what has no up: %s', async (_what, source, options) => {
    const [first, second] = registryOf<Handle>(...tables(2))
    for (const outside of options ? [{}] : [{}, { transaction: false }]) {
      const broken = [first, { ...second, ...outside, source }] as unknown as Registry<Handle>
      const { db, manager } = start(broken, options)
      const error = await failureOf(() => manager.migrate())
      expect(error.code).toBe('REGISTRY_INVALID')
      expect(error.message).toContain('Migration 002 (step_2) has no `up` that can be run')
      expect(error.message).toContain('migrations/002_step_2.ts')
      expect(ledgerIds(db)).toEqual([])
      expect(tablesOf(db)).toEqual([])
    }
  })
  test('stops at a version, goes on by steps, and undoes both ways', async () => {
    const { db, manager } = start(registry)
    await manager.migrate({ to: 1 })
    expect(tablesOf(db)).toEqual(['t1'])
    expect((await manager.migrate({ steps: 1 })).to).toBe(2)
    await manager.migrate()
    expect(await manager.rollback()).toMatchObject({
      from: 3,
      to: 2,
      steps: [{ direction: 'down' }],
    })
    expect(tablesOf(db)).toEqual(['t1', 't2'])
    expect(await manager.rollback({ to: 0 })).toMatchObject({ from: 2, to: 0 })
    expect({ tables: tablesOf(db), ids: ledgerIds(db) }).toEqual({ tables: [], ids: [] })
  })
  test('keeps what came before a failing step, and nothing of the step', async () => {
    const { db, manager } = start(failing)
    const error = await failureOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', report: { from: 0, to: 1 } })
    expect(error.message).toContain('002 (step_2) failed at m.ts:5:1: table half already exists.')
    expect(error.fix).toContain('If it is already applied, `lockstep verify` says so')
    expect(error.message).toContain('The step was rolled back.')
    expect(tablesOf(db)).toEqual(['t1'])
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.inTransaction).toBe(false)
  })
  test("keeps nothing of a failing run with transaction: 'all', not even the ledger", async () => {
    const { db, manager } = start(failing, { transaction: 'all' })
    const error = await failureOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', report: { to: 0, steps: [] } })
    expect(db.prepare('SELECT name FROM sqlite_master').all()).toEqual([])
  })
  test("applies and undoes with transaction: 'all'", async () => {
    const { db, manager } = start(registry, { transaction: 'all' })
    expect((await manager.migrate()).steps).toHaveLength(3)
    expect((await manager.rollback({ to: 1 })).steps).toHaveLength(2)
    expect(tablesOf(db)).toEqual(['t1'])
  })
  test('runs functions, which get the handle and a context', async () => {
    const seen: unknown[] = []
    const draft: Draft<Handle> = {
      up(db, ctx) {
        db.exec('CREATE TABLE a (x)')
        seen.push(ctx.version, ctx.name, ctx.direction, this.constructor === Object)
      },
      down: (db) => db.exec('DROP TABLE a'),
    }
    const { db, manager } = start(registryOf<Handle>(draft))
    await manager.migrate()
    expect({ seen, tables: tablesOf(db) }).toEqual({
      seen: [1, 'step_1', 'up', true],
      tables: ['a'],
    })
    await manager.rollback()
    expect(tablesOf(db)).toEqual([])
  })
  test('a function that returns false has failed', async () => {
    const { db, manager } = start(
      registryOf<Handle>({ up: (db) => db.exec('CREATE TABLE a (x)') && false }),
    )
    expect((await failureOf(() => manager.migrate())).code).toBe('MIGRATION_RETURNED_FALSE')
    expect(tablesOf(db)).toEqual([])
  })
  test('what a function throws is the cause', async () => {
    const cause = new RangeError('too far')
    const { manager } = start(
      registryOf<Handle>({
        up() {
          throw cause
        },
      }),
    )
    const error = await failureOf(() => manager.migrate())
    expect(error.code).toBe('MIGRATION_FAILED')
    expect(error.cause).toBe(cause)
  })
  test.each([null, undefined, 'text', { message: 'No.' }])(
    'a function may throw %j',
    async (thrown) => {
      const { manager } = start(
        registryOf<Handle>({
          up() {
            throw thrown
          },
        }),
      )
      const error = await failureOf(() => manager.migrate())
      expect(error).toMatchObject({ code: 'MIGRATION_FAILED', cause: thrown })
    },
  )
  test('rows that lose their parent stop the step', async () => {
    const { db, manager } = start(
      registryOf<Handle>(
        { up: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)' },
        { up: 'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1), (1); DELETE FROM p' },
      ),
    )
    const error = await failureOf(() => manager.migrate())
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain('2 in c (p) without p')
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('events come in order', async () => {
    const events: MigrationEvent[] = []
    const { manager } = start(registryOf<Handle>(...tables(2)), {
      onEvent: (event) => void events.push(event),
    })
    await manager.migrate()
    expect(events.map(({ type }) => type)).toEqual([
      'plan',
      'step-start',
      'step-end',
      'step-start',
      'step-end',
      'end',
    ])
  })
  test('answers what it is asked, before and after', async () => {
    const { manager } = start(registry)
    expect(await manager.status()).toMatchObject({ state: 'empty', version: 0, latest: 3 })
    expect((await manager.pending()).map(({ id }) => id)).toEqual(['001', '002', '003'])
    expect((await manager.plan({ to: 2 })).steps).toHaveLength(2)
    expect(await manager.currentVersion()).toBe(0)
    expect(await manager.history()).toEqual([])
    await manager.migrate()
    expect(await manager.status()).toMatchObject({ state: 'current', version: 3 })
    expect(await manager.pending()).toEqual([])
    expect((await manager.planRollback({ to: 1 })).steps).toHaveLength(2)
    expect(await manager.currentVersion()).toBe(3)
    expect((await manager.history()).map(({ action }) => action)).toEqual([
      'apply',
      'apply',
      'apply',
    ])
  })
  test('an aborted signal stops it before the next step', async () => {
    const signal = { aborted: false }
    const { db, manager } = start(registry, {
      signal,
      onEvent: (event) => void (signal.aborted ||= event.type === 'step-end'),
    })
    const error = await failureOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'RUN_ABORTED', facts: { next: 2 }, report: { to: 1 } })
    expect(tablesOf(db)).toEqual(['t1'])
  })
})

type Promised<T> = {
  [K in keyof T]: T[K] extends (...parameters: infer P) => infer R
    ? (...parameters: P) => Promise<R>
    : T[K]
}

test.each(drivers.slice(1))('%s: the tools of ctx answer with promises', async (_, driverOf) => {
  const seen: unknown[] = []
  const up = async (_db: Handle, ctx: Promised<Context>): Promise<void> => {
    seen.push(await ctx.columns('a'))
    await ctx.rebuild('a', { create: 'CREATE TABLE a (x PRIMARY KEY, y)' })
    await ctx.batches(
      'SELECT x FROM a',
      { by: 'x', size: 2 },
      (rows) => void seen.push(rows.length),
    )
  }
  const db = files.open()
  const registry = registryOf<Handle>(
    { up: 'CREATE TABLE a (x); INSERT INTO a VALUES (1), (2), (3)' },
    { toolkit, up: up as never },
  )
  await new MigrationManager(driverOf(db), registry).migrate()
  expect(seen).toEqual([['x'], 2, 1])
  expect(db.pragma('table_info(a)')).toHaveLength(2)
})
