// ctx.batches and ctx.columns: every row once, in the order of the key, while rows change.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Context } from '../../../src/model/migration.js'
import { UNDISTURBED } from '../../../src/run/context/walk.js'
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
  test.each([
    'SELECT id FROM t; -- all of them',
    'SELECT id FROM t -- all; of them',
    'SELECT id FROM t /* all */ ; /* of them',
    "SELECT id, ';--' AS x FROM t;\n;\n",
  ])('take a query with what follows it: %s', (query) => {
    const ids: number[] = []
    run(numbers(3), (ctx) =>
      ctx.batches<{ id: number }>(query, { by: 'id' }, (rows) => {
        ids.push(...rows.map(({ id }) => id))
      }),
    )
    expect(ids).toEqual([1, 2, 3])
  })
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
  test.each([2 ** 53, 1e20, Number.MAX_VALUE])('may be as large as %d', (size) => {
    const sizes: number[] = []
    run(numbers(3), (ctx) =>
      ctx.batches('SELECT id FROM t', { by: 'id', size }, (rows) => {
        sizes.push(rows.length)
      }),
    )
    expect(sizes).toEqual([3])
  })
  test('a key that objects cannot have is refused', () => {
    const error = errorOf(() =>
      run(numbers(3), (ctx) =>
        ctx.batches('SELECT id AS "__proto__", x FROM t', { by: '__proto__' }, () => {}),
      ),
    )
    expect(error.code).toBe('BATCHES_INVALID')
    expect(error.message).toContain('The rows cannot be walked by "__proto__": there is x.')
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
  test.each([
    ['(9007199254740993), (9007199254740995), (9007199254740992)'],
    ['(1), (-9007199254740993), (3), (9007199254740992), (9007199254740993), (4)'],
    ['(9223372036854775807), (-9223372036854775808), (-9223372036854775807), (0)'],
  ])('keys beyond what a number holds come once each, as they are: %s', (rows) => {
    const seen: unknown[] = []
    const { db } = run(
      `CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES ${rows}`,
      (ctx) =>
        ctx.batches<{ id: number }>('SELECT id FROM t', { by: 'id', size: 1 }, ([row]) => {
          seen.push(BigInt(row!.id))
        }),
    )
    const all = db.prepare('SELECT id FROM t ORDER BY id').pluck().safeIntegers()
    expect(seen).toEqual(all.all())
  })
  test('integers that no number holds for sure come as big ones, all others as numbers', () => {
    const rows: unknown[] = []
    run(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, "a ""b" INTEGER, r REAL, x);
INSERT INTO t VALUES (1, 1790000000000000001, 5, 1e300, '9007199254740993'),
  (2, -9007199254740995, -9223372036854775807, 9007199254740994.0, 9007199254740993), (3, 9007199254740992, NULL, -1e18, x'00')`,
      (ctx) =>
        ctx.batches('SELECT *, n + 2 AS m FROM t', { by: 'id' }, (all) => void rows.push(...all)),
    )
    const [n, m] = [1790000000000000001n, 1790000000000000003n]
    expect(rows).toEqual([
      { id: 1, n, 'a "b': 5, r: 1e300, x: '9007199254740993', m },
      {
        id: 2,
        n: -9007199254740995n,
        'a "b': -9223372036854775807n,
        r: 9007199254740994,
        x: 9007199254740993n,
        m: -9007199254740993n,
      },
      {
        id: 3,
        n: 9007199254740992n,
        'a "b': null,
        r: -1e18,
        x: Buffer.from([0]),
        m: 9007199254740994n,
      },
    ])
  })
  test('they are written back as they were, and where the application reads big integers', () => {
    const db = files.open()
    db.defaultSafeIntegers(true)
    db.exec(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, m); INSERT INTO t VALUES (9007199254740993, 1790000000000000001, 0)',
    )
    const up = (_: unknown, ctx: Context): void =>
      void ctx.batches<{ id: number; n: number }>('SELECT * FROM t', { by: 'id' }, (rows) => {
        for (const { id, n } of rows) db.prepare('UPDATE t SET m = ? WHERE id = ?').run(n, id)
      })
    migrate(db, registryOf({ toolkit, up: up as never }), { onUnmanaged: 'allow' })
    expect(db.prepare('SELECT m FROM t').pluck().all()).toEqual([1790000000000000001n])
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
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
  })
  test.each([
    ['that is not unique', 'k', 'k', "('a', 1), ('b', 2), ('b', 3)", "2 rows have 'b'"],
    [
      'that is unique only for its letters',
      'k',
      'k COLLATE NOCASE',
      "('a', 1), ('A', 2)",
      "2 rows have '",
    ],
    [
      'that differs in spaces at the end only',
      'k',
      'k COLLATE RTRIM',
      "('a', 1), ('a ', 2)",
      "2 rows have 'a",
    ],
    ['that is one number in two types', 'k', 'k', '(1, 1), (1.0, 2)', '2 rows have 1'],
    ['that is NULL once', 'k', 'k', "('a', 1), (NULL, 2)", 'one row has NULL'],
    [
      'of bytes that are no text',
      'k',
      'k',
      "(CAST(x'61ff' AS TEXT), 1), ('b', 2)",
      'cannot be read',
    ],
    ['of half a character', 'k', 'k', "(CAST(x'f09f98' AS TEXT), 1), ('b', 2)", 'cannot be read'],
    ['from an expression', 'l', 'k, lower(k) AS l', "('a', 1), ('A', 2)", "2 rows have 'a'"],
  ])('a key %s is refused before anything is changed', (_, by, select, rows, words) => {
    let calls = 0
    const error = errorOf(() =>
      run(`CREATE TABLE t (k, n); INSERT INTO t VALUES ${rows}`, (ctx) =>
        ctx.batches(`SELECT ${select.replace(/^k COLLATE \w+/, '$& AS k')} FROM t`, { by }, () => {
          calls += 1
        }),
      ),
    )
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
    expect(error.message).toContain(words)
    expect(calls).toBe(0)
  })
  test('a key that is no column is an error of the step', () => {
    const error = errorOf(() =>
      run(numbers(1), (ctx) => ctx.batches('SELECT id FROM t', { by: 'nowhere' }, () => {})),
    )
    expect(error.message).toContain(
      'The rows cannot be walked by "nowhere": the query has no such column, but id.',
    )
  })
  test.each([
    [
      'letters of both cases, in a column that tells them apart',
      'k TEXT',
      "('a'), ('A'), ('b'), ('B')",
    ],
    [
      'letters of one case, in a column that does not',
      'k TEXT COLLATE NOCASE',
      "('b'), ('A'), ('d'), ('C')",
    ],
    [
      'numbers, text and bytes',
      'k',
      "(2), (-1.5), ('2'), (''), (x''), (x'ff00'), (9007199254740991), (1e300), (-9223372036854775808)",
    ],
    ['text with a zero byte', 'k TEXT', "('a' || char(0)), ('a' || char(0) || 'b'), ('a')"],
    [
      'text with the character that stands for what cannot be read',
      'k TEXT',
      "('a' || char(65533)), ('a'), (char(65533)), ('é😀')",
    ],
    ['bytes that are no text, as bytes', 'k BLOB', "(x'ff'), (x'fe'), (x'fffe')"],
    [
      'real numbers that are close',
      'k REAL',
      '(0.1), (0.30000000000000004), (0.3), (9e999), (-9e999)',
    ],
    ['text that looks like numbers', 'k TEXT', "('10'), ('9'), ('1e1'), ('010')"],
    ['a column that is called like what is asked', 'k', '(1), (2)'],
  ])('every row is met once for %s', (_, column, rows) => {
    const seen: unknown[] = []
    const { db } = run(
      `CREATE TABLE t (${column}, n, s, shown); INSERT INTO t (k) VALUES ${rows}`,
      (ctx) =>
        ctx.batches<{ k: unknown }>(
          'SELECT k, n, s, shown FROM t',
          { by: 'k', size: 1 },
          (batch) => {
            seen.push(...batch.map(({ k }) => k))
          },
        ),
    )
    const known = seen.map((value) => (typeof value === 'bigint' ? Number(value) : value))
    expect(known).toEqual(db.prepare('SELECT k FROM t ORDER BY k').pluck().all())
    expect(seen).toHaveLength(rows.split('), (').length)
  })
  test.each([
    ['changes the key', 'UPDATE t SET id = id + 1000 WHERE id = ?'],
    ['adds rows ahead', 'INSERT INTO t SELECT max(id) + 1, ? FROM t'],
  ])('a step that %s is refused by name and does not go round in circles', (_, sql) => {
    const error = errorOf(() =>
      run(numbers(10), (ctx, db) =>
        ctx.batches<{ id: number }>('SELECT id FROM t', { by: 'id', size: 3 }, (rows) => {
          for (const { id } of rows) db.prepare(sql).run(id)
        }),
      ),
    )
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
    expect(error.message).toMatch(
      /^Migration 001 .* failed\. The rows cannot be walked by "id": there were 10 rows, and now there are more\. It must be/,
    )
    expect(error.fix).toBe(`${UNDISTURBED} Then run again.`)
  })
  test('a window function beside the key is no reason to refuse', () => {
    const seen: unknown[] = []
    run(numbers(4), (ctx) =>
      ctx.batches(
        'SELECT row_number() OVER (ORDER BY x) AS nr, id FROM t',
        { by: 'id' },
        (rows) => {
          seen.push(...rows)
        },
      ),
    )
    expect(seen).toHaveLength(4)
  })
  test.each([
    ['all of them', 'SELECT id FROM t', 'UPDATE t SET id = -id WHERE id > 0'],
    [
      'those that it has not done',
      'SELECT id FROM t WHERE x = 0',
      'UPDATE t SET id = -id WHERE id > 3; UPDATE t SET x = 1 WHERE id > 0',
    ],
  ])('rows that get a key that has been passed are refused: %s', (_, query, sql) => {
    const error = errorOf(() =>
      run(numbers(5), (ctx, db) =>
        ctx.batches(query, { by: 'id', size: 3 }, () => db.exec(sql) as never),
      ),
    )
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
    expect(error.message).toContain('rows were missed')
  })
  test.each([
    ['and leave the rest', 'SELECT id FROM t', 'DELETE FROM t WHERE id = 5'],
    [
      'while some of those met are left',
      'SELECT id FROM t WHERE x = 0',
      'DELETE FROM t WHERE id = 5; UPDATE t SET x = 1 WHERE id = 1',
    ],
    ['and all others', 'SELECT id FROM t', 'DELETE FROM t'],
    [
      'whose keys are bytes',
      "SELECT CAST('a' || id AS BLOB) AS id FROM t",
      'DELETE FROM t WHERE id = 5',
    ],
  ])('a step may delete rows ahead %s', (_, query, sql) => {
    const step = (ctx: Context, db: Database.Database) =>
      ctx.batches(query, { by: 'id', size: 2 }, () => db.exec(sql) as never)
    expect(() => run(numbers(5), step)).not.toThrow()
  })
  test('rows may be added elsewhere, and under keys that have been passed', () => {
    const { db } = run(`${numbers(10)}; CREATE TABLE u (id)`, (ctx, db) =>
      ctx.batches<{ id: number }>('SELECT id FROM t', { by: 'id', size: 3 }, (rows) => {
        for (const { id } of rows)
          db.exec(`INSERT INTO u VALUES (${id}); INSERT INTO t VALUES (${-id}, 1)`)
      }),
    )
    expect(db.prepare('SELECT count(*) FROM u').pluck().get()).toBe(10)
  })
  test.each([0, -1, 1.5, Number.NaN])('a size of %d makes no sense', (size) => {
    const error = errorOf(() =>
      run(numbers(1), (ctx) => ctx.batches('SELECT * FROM t', { by: 'id', size }, () => {})),
    )
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'size' } })
  })
})

test('columns: of a table in order, generated ones included, of a view, and of nothing', () => {
  const seen: unknown[] = []
  run('CREATE TABLE t (b, a, "c d" AS (a)); CREATE VIEW v AS SELECT a AS x FROM t', (ctx) => {
    seen.push(ctx.columns('t'), ctx.columns('T'), ctx.columns('v'), ctx.columns('nowhere'))
  })
  expect(seen).toEqual([['b', 'a', 'c d'], ['b', 'a', 'c d'], ['x'], []])
})

test('without the toolkit in the registry, ctx has what needs none', () => {
  const db = files.open()
  const seen: unknown[] = []
  migrate(db, registryOf({ up: (_, ctx) => void seen.push(Object.keys(ctx)) }))
  expect(seen).toEqual([['version', 'name', 'direction', 'log', 'progress', 'env', 'signal']])
})
