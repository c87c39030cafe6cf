// What ctx.rebuild refuses: a drop that would delete the rows of others, and rows that would be lost.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import type { Step } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { asyncDriver } from '../../support/async-driver.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { all, refusal } from './rebuilt.js'

const files = databases()

describe('with foreign keys enforced', () => {
  const enforced = (setup: string, table: string, create: string) => {
    const db = files.open()
    db.exec(setup)
    const up: Step<Handle> = (_, ctx) => ctx.rebuild(table, { create })
    const registry = registryOf<Handle>({ toolkit, foreignKeys: 'enforce', up })
    return { db, go: () => migrate(db, registry, { onUnmanaged: 'allow' }) }
  }
  const setup = `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE);
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1)`
  test.each([
    ['p', 'CREATE TABLE p (id INTEGER PRIMARY KEY, more)', 'which c refers to'],
    ['P', 'CREATE TABLE "P" (id INTEGER PRIMARY KEY, more)', 'which c refers to'],
    [
      'c',
      'CREATE TABLE c (id INTEGER PRIMARY KEY, p, up REFERENCES c ON DELETE CASCADE)',
      'the new c',
    ],
  ])('it is refused where the drop would delete rows: %s', (table, create, told) => {
    const { db, go } = enforced(setup, table, create)
    const error = errorOf(go)
    expect(error.code).toBe('FOREIGN_KEYS_ENFORCED_DROP')
    expect(error.message).toContain(told)
    expect(error.message).toMatch(/ rebuilds \w+, which .* It was not dropped\./)
    expect(error.fix).toContain('rebuild the table in a migration without it')
    expect(all(db, 'SELECT * FROM c')).toEqual([[5, 1]])
  })
  test.each([
    ['c', 'CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE, more)'],
    ['c', 'CREATE TABLE c (id INTEGER PRIMARY KEY, p)'],
  ])('what nothing refers to is rebuilt: %s', (table, create) => {
    const { db, go } = enforced(setup, table, create)
    go()
    expect(all(db, 'SELECT id, p FROM c')).toEqual([[5, 1]])
  })
  test('also one that has referred to itself', () => {
    const { db, go } = enforced(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t ON DELETE CASCADE); INSERT INTO t VALUES (1, NULL), (2, 1)',
      't',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, up)',
    )
    go()
    expect(all(db, 'SELECT * FROM t')).toEqual([
      [1, null],
      [2, 1],
    ])
  })
})

test.each([
  [{ b: 'count(*)' }, 'An aggregate in `copy`'],
  [{ b: '1' }, 'Remove ON CONFLICT'],
])('rows that the new table would lack are explained: %j', (copy, advice) => {
  const db = files.open()
  db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (1), (2)')
  const create = 'CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE, b)'
  const error = refusal(db, 't', { create, copy })
  expect(error).toMatchObject({
    code: 'REBUILD_INVALID',
    fix: expect.stringMatching(RegExp(`^${advice}`)),
  })
})

describe('code that catches a refusal finds everything as it was', () => {
  const SETUP = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b); CREATE TABLE log (x);
    CREATE TABLE c (t REFERENCES t); CREATE INDEX t_a ON t (a); CREATE VIEW v AS SELECT id, a FROM t;
    CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.id); END;
    CREATE TEMP TRIGGER h AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('temp'); END;
    INSERT INTO t (a, b) VALUES (1, 'x'), (1, 'y'); INSERT INTO c VALUES (1); DELETE FROM log; ANALYZE`
  const OBJECTS = `SELECT rowid, type, name, sql FROM sqlite_master WHERE tbl_name NOT GLOB '_migrations*'
    UNION ALL SELECT rowid, type, name, sql FROM temp.sqlite_master ORDER BY 3`
  const AFTER = ['t', 'v', 'log', 'c', 'sqlite_stat1', "sqlite_sequence WHERE name = 't'"]
  const contents = (db: Database.Database) =>
    [OBJECTS, ...AFTER.map((from) => `SELECT * FROM ${from}`)].map((sql) => all(db, sql))

  const KEPT = 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)'
  /** What is made by hand beside it, what the table is to be, and whether keys are enforced. */
  const REFUSED: [string, string, string, boolean?][] = [
    ['a drop that would delete rows', '', KEPT, true],
    ['an index over a column that goes', 'CREATE INDEX t_b ON t (b)', KEPT],
    ['a unique index over more', 'CREATE UNIQUE INDEX t_ab ON t (a, b)', KEPT],
    ['rows that do not fit', '', KEPT.replace(', a', ', a CHECK (a < 1)')],
    ['rows that would be lost', '', KEPT.replace(', a', ', a UNIQUE ON CONFLICT IGNORE')],
  ]
  const drafted = (create: string, enforced?: boolean) => {
    const caught: unknown[] = []
    const attempt = (ctx: Parameters<Step<Handle>>[1]): void => {
      try {
        ctx.rebuild('t', { create })
      } catch (error) {
        caught.push(error)
      }
    }
    const step = (up: Step<Handle>): Draft<Handle> => ({
      toolkit,
      up,
      ...(enforced && { foreignKeys: 'enforce' }),
    })
    return { caught, attempt, step }
  }
  const WAYS: [string, (made: ReturnType<typeof drafted>) => Draft<Handle>][] = [
    ['a step', ({ step, attempt }) => step((_, ctx) => attempt(ctx))],
    [
      'a batch',
      ({ step, attempt }) =>
        step((_, ctx) => ctx.batches('SELECT 1 AS k', { by: 'k' }, () => attempt(ctx))),
    ],
    [
      'a transaction of a step outside one',
      ({ step, attempt }) => ({
        ...step((handle, ctx) => {
          handle.exec('BEGIN')
          attempt(ctx)
          handle.exec('COMMIT')
        }),
        transaction: false,
      }),
    ],
    [
      'a batch of a step outside one',
      ({ step, attempt }) => ({
        ...step((_, ctx) => ctx.batches('SELECT 1 AS k', { by: 'k' }, () => attempt(ctx))),
        transaction: false,
      }),
    ],
  ]
  describe.each(WAYS)('in %s', (_, draft) => {
    test.each(REFUSED)('%s', (_what, beside, create, enforced) => {
      const db = files.open()
      db.exec(`${SETUP}; ${beside}`)
      const before = contents(db)
      const made = drafted(create, enforced)
      migrate(db, registryOf<Handle>(draft(made)), { onUnmanaged: 'allow' })
      expect(made.caught).toHaveLength(1)
      expect(contents(db)).toEqual(before)
    })
  })
  test('on an asynchronous driver', async () => {
    const db = files.open()
    db.exec(`${SETUP}; CREATE INDEX t_b ON t (b)`)
    const before = contents(db)
    let caught: unknown
    const up = async (_: unknown, ctx: Parameters<Step<Handle>>[1]): Promise<void> => {
      await Promise.resolve(ctx.rebuild('t', { create: KEPT })).catch((error) => (caught = error))
    }
    const registry = registryOf({ toolkit, up: up as never })
    await new MigrationManager(asyncDriver(db), registry, { onUnmanaged: 'allow' }).migrate()
    expect(caught).toMatchObject({ code: 'REBUILD_INVALID' })
    expect(contents(db)).toEqual(before)
  })
  test('and what a conflict has rolled back stays so', () => {
    const db = files.open()
    db.exec(SETUP)
    const before = contents(db)
    const made = drafted(KEPT.replace(', a', ', a UNIQUE ON CONFLICT ROLLBACK'))
    const run = () => migrate(db, registryOf<Handle>(WAYS[0]![1](made)), { onUnmanaged: 'allow' })
    expect(errorOf(run).code).toBe('TRANSACTION_ENDED')
    expect(contents(db)).toEqual(before)
  })
})
