// Calls of ctx on an asynchronous driver that overlap, or that nobody awaits.
import type Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MigrationManager } from '../../../src/manager.js'
import type { LockstepError } from '../../../src/errors/lockstep-error.js'
import type { BatchOptions, RebuildOptions } from '../../../src/model/migration.js'
import type { ManagerOptions } from '../../../src/model/options.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { asyncDriver } from '../../support/async-driver.js'
import { databases, ledgerIds } from '../../support/databases.js'
import { failureOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { all } from './rebuilt.js'

const files = databases()
type Handle = Database.Database

interface Tools {
  columns(table: string): Promise<string[]>
  rebuild(table: string, options: RebuildOptions): Promise<void>
  batches(
    query: string,
    options: BatchOptions,
    each: (rows: readonly Record<string, unknown>[]) => unknown,
  ): Promise<void>
}

const UP = `CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, a_id REFERENCES a(id));
INSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'v' || i FROM n LIMIT 6;
INSERT INTO b SELECT id, id FROM a`
const NEW = { create: 'CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT NOT NULL)' }
const NEW_B = { create: 'CREATE TABLE b (id INTEGER PRIMARY KEY, a_id NOT NULL REFERENCES a(id))' }
const BAD = { create: 'CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT CHECK (id < 3))' }
const ALL = 'SELECT * FROM a'
const BY = { by: 'id', size: 2 }

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled.splice(0)).toEqual([])
})

describe.each([false, true])('in a step outside a transaction: %s', (isOutside) => {
  const run = (up: (tools: Tools, db: Handle) => unknown, options?: ManagerOptions) => {
    const db = files.open()
    const step = {
      toolkit,
      up: (handle: Handle, ctx: unknown) => up(ctx as Tools, handle),
      ...(isOutside && { transaction: false as const }),
    } as unknown as Draft<Handle>
    const manager = new MigrationManager(
      asyncDriver(db),
      registryOf<Handle>({ up: UP }, step),
      options,
    )
    return { db, migrate: () => manager.migrate() }
  }
  const mark = (db: Handle) => (rows: readonly Record<string, unknown>[]) => {
    for (const { id } of rows) db.prepare(`UPDATE a SET v = v || '!' WHERE id = ?`).run(id)
  }
  const later = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const isSound = (db: Handle): void => {
    expect(all(db, "SELECT name FROM sqlite_master WHERE name LIKE 'lockstep%'")).toEqual([])
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.inTransaction).toBe(false)
  }

  test.each<[string, (tools: Tools, db: Handle) => Promise<unknown>]>([
    [
      'at once',
      (ctx, db) =>
        Promise.all([
          ctx.rebuild('a', NEW),
          ctx.batches(ALL, BY, mark(db)),
          ctx.rebuild('b', NEW_B),
        ]),
    ],
    [
      'one in the work of the other',
      async (ctx, db) => {
        await ctx.batches(ALL, BY, async (rows) => {
          mark(db)(rows)
          await ctx.columns('a')
          await ctx.batches('SELECT * FROM b', BY, () => {})
        })
        await ctx.rebuild('a', NEW)
        await ctx.rebuild('b', NEW_B)
      },
    ],
    [
      'while the work of another runs',
      async (ctx, db) => {
        const walking = ctx.batches(ALL, BY, async (rows) => {
          mark(db)(rows)
          await ctx.columns('a')
        })
        await Promise.all([walking, ctx.rebuild('b', NEW_B)])
        await ctx.rebuild('a', NEW)
      },
    ],
  ])('calls are done one after the other: %s', async (_, up) => {
    const { db, migrate } = run(up)
    await migrate()
    expect(all(db, "SELECT v FROM a WHERE v NOT LIKE '_%!'")).toEqual([])
    expect(
      all(
        db,
        "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%NOT NULL%' AND name IN ('a', 'b')",
      ),
    ).toEqual([[2]])
    expect(ledgerIds(db)).toEqual(['001', '002'])
    isSound(db)
  })
  test.each<[string, (tools: Tools, db: Handle) => unknown]>([
    ['a rebuild', (ctx) => void ctx.rebuild('a', NEW)],
    ['a rebuild that fails', (ctx) => void ctx.rebuild('a', BAD)],
    ['batches', async (ctx, db) => void ctx.batches(ALL, BY, mark(db))],
    ['several', (ctx, db) => void [ctx.rebuild('a', BAD), ctx.batches(ALL, BY, mark(db))]],
    ['in the work on a batch', (ctx) => ctx.batches(ALL, BY, () => void ctx.rebuild('b', NEW_B))],
    [
      'in a loop that does not wait',
      (ctx) =>
        ctx.batches(ALL, BY, (rows) => rows.forEach(async () => void (await ctx.columns('a')))),
    ],
  ])('a call that nobody awaits ends the step: %s', async (_, up) => {
    const { db, migrate } = run(up)
    const error = await failureOf(migrate)
    expect(error).toMatchObject({ code: 'MIGRATION_NOT_AWAITED', facts: { version: 2 } })
    expect(error.message).toContain('did not await its calls of ctx')
    expect(all(db, 'SELECT count(*) FROM a')).toEqual([[6]])
    const most = isOutside ? 6 : 0
    const [[marked] = []] = all(db, "SELECT count(*) FROM a WHERE v LIKE '%!'") as number[][]
    expect(marked).toBeLessThanOrEqual(most)
    isSound(db)
  })
  const cascades = `${UP}; CREATE TABLE c (a_id REFERENCES a(id) ON DELETE CASCADE); INSERT INTO c SELECT id FROM a`
  const more: Draft<Handle>[] = [{ up: 'CREATE TABLE x (id)' }, { up: 'CREATE TABLE y (id)' }]
  const late = async (up: (tools: Tools) => unknown, others: readonly Draft<Handle>[] = more) => {
    const db = files.open()
    const step = {
      toolkit,
      up: (_: Handle, ctx: unknown) => up(ctx as Tools),
      ...(isOutside && { transaction: false as const }),
    } as unknown as Draft<Handle>
    const registry = registryOf<Handle>({ up: cascades }, step, ...others)
    const end = await new MigrationManager(asyncDriver(db), registry).migrate().then(
      () => undefined,
      (error: LockstepError) => error,
    )
    await later(40)
    isSound(db)
    expect(all(db, 'SELECT count(*) FROM c')).toEqual([[6]])
    return { db, end }
  }

  test('a call that is made after the step does nothing, and the run tells of it', async () => {
    const ends = new Set<string>()
    for (let turns = 1; turns < 60; turns += 3) {
      let caught: unknown
      const { db, end } = await late((ctx) => {
        const goOn = async (): Promise<void> => {
          await later(turns)
          await ctx.rebuild('a', NEW)
        }
        void goOn().catch((error: LockstepError) => (caught = error.code))
      })
      const whose = end?.message.includes(
        '002 (step_2) in migrations/002_step_2.ts used the handle or ctx after',
      )
      ends.add(`${String(caught)}: ${end ? `${end.code} ${whose}` : ledgerIds(db).length}`)
      expect(all(db, "SELECT 1 FROM sqlite_master WHERE name = 'a' AND sql LIKE '%NOT%'")).toEqual(
        [],
      )
    }
    expect([...ends].sort()).toEqual(['MIGRATION_OVER: 4', 'MIGRATION_OVER: MIGRATION_OVER true'])
  })
  test.each<[string, (ctx: Tools) => unknown]>([
    ['columns', (ctx) => ctx.columns('a')],
    ['rebuild', (ctx) => ctx.rebuild('a', NEW)],
    ['batches', (ctx) => ctx.batches(ALL, BY, () => {})],
    ['progress', (ctx) => (ctx as unknown as { progress(n: number): void }).progress(1)],
    ['one whose refusal is caught', (ctx) => ctx.columns('a').catch(() => {})],
  ])('what a step keeps of ctx does nothing in a later one: %s', async (_, use) => {
    let kept: Tools | undefined
    const { db, end } = await late(
      (ctx) => void (kept = ctx),
      [{ up: 'CREATE TABLE x (id)' }, { up: (async () => void (await use(kept!))) as never }],
    )
    expect(end).toMatchObject({ code: 'MIGRATION_OVER', facts: { version: 4 } })
    expect(end?.message).toMatch(
      /^Migration 004 .* failed\. Migration 002 .* used the handle or ctx after .*rolled back/,
    )
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
  test.each<[string, (ctx: Tools) => unknown]>([
    [
      'made after the batches',
      (ctx) => {
        const walking = ctx.batches(ALL, BY, async () => void (await columns))
        const columns = ctx.columns('a')
        return Promise.all([walking, columns])
      },
    ],
    [
      'which is a rebuild, through a promise of it',
      (ctx) => {
        const walking = ctx.batches(ALL, BY, () => Promise.all([1, rebuilt]))
        const rebuilt = ctx.rebuild('b', NEW_B)
        return Promise.allSettled([walking, rebuilt]).then(() => walking)
      },
    ],
    [
      'which is itself',
      (ctx) => {
        const walking: Promise<void> = ctx.batches(ALL, BY, () => walking.finally(() => {}))
        return walking
      },
    ],
    [
      'in the work within a work',
      (ctx) =>
        ctx.batches(ALL, BY, async () => {
          const inner = ctx.batches('SELECT * FROM b', BY, async () => void (await columns))
          const columns = ctx.columns('a')
          await inner
        }),
    ],
  ])('work that waits for a call that waits for it is refused: %s', async (_, up) => {
    const { db, migrate } = run(up, { lockTimeoutMs: 40 })
    const error = await failureOf(migrate)
    expect(error).toMatchObject({ code: 'MIGRATION_NOT_AWAITED', facts: { version: 2 } })
    expect(error.message).toContain('awaits, in work that must end first, its calls')
    isSound(db)
  })
  test('who has time awaits a call also while the work that it waits for runs', async () => {
    const { db, migrate } = run(
      async (ctx, handle) => {
        const walking = ctx.batches(ALL, BY, async (rows) => {
          mark(handle)(rows)
          await later(30)
        })
        const rebuilt = ctx.rebuild('a', NEW)
        await later(20)
        await rebuilt
        await walking
      },
      { lockTimeoutMs: 2_000 },
    )
    await migrate()
    expect(all(db, "SELECT v FROM a WHERE v NOT LIKE '_%!'")).toEqual([])
    isSound(db)
  })
  test('one that fails ends the step when the others have ended', async () => {
    const { db, migrate } = run((ctx, handle) =>
      Promise.all([ctx.rebuild('a', BAD), ctx.batches(ALL, BY, mark(handle))]),
    )
    expect((await failureOf(migrate)).message).toContain('CHECK constraint failed')
    const done = isOutside ? 6 : 0
    expect(all(db, "SELECT count(*) FROM a WHERE v LIKE '%!'")).toEqual([[done]])
    isSound(db)
  })
  test('one that fails and is caught ends nothing', async () => {
    const { db, migrate } = run(async (ctx) => {
      await ctx.rebuild('a', BAD).catch(() => {})
      await ctx.rebuild('a', NEW)
    })
    await migrate()
    expect(ledgerIds(db)).toEqual(['001', '002'])
    isSound(db)
  })
})
