// ctx.batches and ctx.columns: every row once, in the order of the key, while rows change.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Context } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'

const files = databases()
const numbers = (count: number): string =>
  `CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i, 0 FROM n`

/** Runs a step over a database made by `setup`; answers the progress it told. */
function run(setup: string, step: (ctx: Context, db: Database.Database) => unknown) {
  const db = files.open()
  db.exec(setup)
  const progress: string[] = []
  migrate(db, registryOf({ toolkit, up: (_, ctx) => step(ctx, db) as never }), {
    onUnmanaged: 'allow',
    onEvent: (event) => event.type === 'progress' && progress.push(`${event.done}/${event.total}`),
  })
  return { db, progress }
}

describe('batches', () => {
  test('hand over every row once, in order, and tell of progress', () => {
    const sizes: number[] = []
    const ids: number[] = []
    const { progress } = run(numbers(1_200), (ctx) =>
      ctx.batches<{ id: number }>('SELECT id FROM t', { by: 'id' }, (rows) => {
        sizes.push(rows.length)
        ids.push(...rows.map(({ id }) => id))
      }),
    )
    expect(sizes).toEqual([500, 500, 200])
    expect(ids).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 1))
    expect(progress).toEqual(['500/1200', '1000/1200', '1200/1200'])
  })
  test('rows may change and vanish meanwhile', () => {
    const { db } = run(numbers(10), (ctx, db) =>
      ctx.batches<{ id: number }>('SELECT id FROM t WHERE x = 0', { by: 'id', size: 3 }, (rows) => {
        for (const { id } of rows) {
          db.prepare(id % 2 ? 'DELETE FROM t WHERE id = ?' : 'UPDATE t SET x = 1 WHERE id = ?').run(
            id,
          )
        }
      }),
    )
    expect(db.prepare('SELECT count(*), sum(x) FROM t').raw().get()).toEqual([5, 5])
  })
  test.each([
    'SELECT * FROM t;',
    'SELECT * FROM t -- all',
    'SELECT * FROM t ORDER BY x DESC',
    'WITH s AS (SELECT * FROM t) SELECT * FROM s',
  ])('take %s', (query) => {
    const ids: number[] = []
    run(numbers(5), (ctx) =>
      ctx.batches<{ id: number }>(query, { by: 'id', size: 2 }, (rows) => {
        ids.push(...rows.map(({ id }) => id))
      }),
    )
    expect(ids).toEqual([1, 2, 3, 4, 5])
  })
  test('an empty result is no batch', () => {
    const { progress } = run(numbers(1), (ctx) =>
      ctx.batches('SELECT * FROM t WHERE 0', { by: 'id' }, () => {
        throw new Error('no rows expected')
      }),
    )
    expect(progress).toEqual([])
  })
  test('a text key is compared as SQLite orders it', () => {
    const seen: unknown[] = []
    run(
      "CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('b'), ('a'), ('Ä'), ('B')",
      (ctx) =>
        ctx.batches<{ k: string }>('SELECT k FROM t', { by: 'k', size: 1 }, (rows) => {
          seen.push(rows[0]!.k)
        }),
    )
    expect(seen).toEqual(['B', 'a', 'b', 'Ä'])
  })
  test('a key beyond what a number holds is refused instead of going round in circles', () => {
    const error = errorOf(() =>
      run(
        'CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (9007199254740993), (9007199254740995)',
        (ctx) => ctx.batches('SELECT id FROM t', { by: 'id', size: 1 }, () => {}),
      ),
    )
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'by' } })
  })
  test.each([
    ['written in another case than the column', 'ID'],
    ['that is NULL', 'x'],
  ])('a key %s is refused instead of losing rows', (_, by) => {
    const error = errorOf(() =>
      run('CREATE TABLE t (id, x); INSERT INTO t VALUES (1, NULL), (2, NULL)', (ctx) =>
        ctx.batches('SELECT * FROM t', { by, size: 1 }, () => {}),
      ),
    )
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'by' } })
  })
  test.each([0, -1, 1.5, Number.NaN])('a size of %d makes no sense', (size) => {
    const error = errorOf(() =>
      run(numbers(1), (ctx) => ctx.batches('SELECT * FROM t', { by: 'id', size }, () => {})),
    )
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'size' } })
  })
  test('a promise from the function that gets the rows is refused', () => {
    const error = errorOf(() =>
      run(numbers(1), (ctx) =>
        ctx.batches('SELECT * FROM t', { by: 'id' }, (async () => {}) as never),
      ),
    )
    expect(error.code).toBe('MIGRATION_PROMISE')
  })
})

describe('columns', () => {
  test('of a table in order, generated ones included, of a view, and of nothing', () => {
    const seen: unknown[] = []
    run('CREATE TABLE t (b, a, "c d" AS (a)); CREATE VIEW v AS SELECT a AS x FROM t', (ctx) => {
      seen.push(ctx.columns('t'), ctx.columns('T'), ctx.columns('v'), ctx.columns('nowhere'))
    })
    expect(seen).toEqual([['b', 'a', 'c d'], ['b', 'a', 'c d'], ['x'], []])
  })
})

test('without the toolkit in the registry, ctx has what needs none', () => {
  const db = files.open()
  const seen: unknown[] = []
  migrate(db, registryOf({ up: (_, ctx) => void seen.push(Object.keys(ctx)) }))
  expect(seen).toEqual([['version', 'name', 'direction', 'log', 'progress']])
})
