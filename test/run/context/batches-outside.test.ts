// ctx.batches in a step outside a transaction: others may write between the batches, and what they do is not the step's fault.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases, ledgerIds } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { all } from './rebuilt.js'

const files = databases()

interface Acts {
  /** What others do between the first batch and the second. */
  readonly others?: (other: Database.Database) => void
  /** What the step does with the second batch. */
  readonly work?: (db: Handle) => void
  readonly query?: string
  readonly rows?: number
}

let refused: unknown

/** Does what may be refused, and goes on. */
function attempted(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    refused = error
  }
}

/** Walks seven rows in batches of two, outside a transaction. */
function walked({
  others = () => {},
  work = () => {},
  query = 'SELECT id, n FROM t',
  rows = 7,
}: Acts) {
  const db = files.open()
  db.pragma('journal_mode = wal')
  const other = files.open(db.name, { timeout: 0 })
  const seen: number[] = []
  const progress: string[] = []
  let batch = 0
  const up = `CREATE TABLE t (id INTEGER PRIMARY KEY, n); CREATE TABLE old (id INTEGER PRIMARY KEY, n);
INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'n' || i FROM n LIMIT ${rows}`
  const registry = registryOf<Handle>(
    { up },
    {
      toolkit,
      transaction: false,
      up(handle, ctx) {
        ctx.batches<{ id: number }>(query, { by: 'id', size: 2 }, (found) => {
          seen.push(...found.map(({ id }) => id))
          if (++batch === 2) work(handle)
        })
      },
    },
  )
  const run = () =>
    migrate(db, registry, {
      onEvent({ type, ...event }) {
        if (type !== 'progress') return
        progress.push(Object.values(event).slice(-2).join('/'))
        if (batch === 1) others(other)
      },
    })
  return { db, other, seen, progress, run }
}

describe('what others do between two batches is no reason to refuse', () => {
  test.each<[string, string, readonly number[]]>([
    ['rows added behind', 'INSERT INTO t VALUES (9, 9), (10, 10)', [1, 2, 3, 4, 5, 6, 7]],
    ['rows added below', 'INSERT INTO t VALUES (-1, 9), (0, 9)', [1, 2, 3, 4, 5, 6, 7]],
    ['rows deleted ahead', 'DELETE FROM t WHERE id IN (4, 5)', [1, 2, 3, 6, 7]],
    ['the last ones deleted', 'DELETE FROM t WHERE id > 4', [1, 2, 3, 4]],
    [
      'as many added as deleted',
      'DELETE FROM t WHERE id = 5; INSERT INTO t VALUES (9, 9)',
      [1, 2, 3, 4, 6, 7],
    ],
    ['keys changed ahead', 'UPDATE t SET id = -id WHERE id = 5', [1, 2, 3, 4, 6, 7]],
    ['keys changed to the end', 'UPDATE t SET id = id + 100 WHERE id > 5', [1, 2, 3, 4, 5]],
    ['the whole numbered anew', 'UPDATE t SET id = -id', []],
    ['all deleted', 'DELETE FROM t', []],
  ])('%s', (_, sql, ids) => {
    const { db, seen, run } = walked({ others: (other) => void other.exec(sql) })
    run()
    expect(seen.slice(2)).toEqual(ids.filter((id) => id > 2))
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('rows that are added all the time do not keep it from ending', () => {
    const { seen, progress, run } = walked({
      others: (other) =>
        void other.exec('INSERT INTO t (n) VALUES (9); DELETE FROM t WHERE id = 1'),
    })
    run()
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(progress).toEqual(['2/7', '4/7', '6/7', '7/7'])
  })
  test('where there were no rows, none of theirs are walked', () => {
    const { db, seen, run } = walked({
      rows: 0,
      query: 'SELECT id FROM t WHERE id > 0',
    })
    run()
    expect(seen).toEqual([])
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('text keys are ended where their own collation ends', () => {
    const db = files.open()
    const other = files.open(db.name)
    const seen: string[] = []
    const up = `CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO t VALUES ('a'), ('B'), ('c'), ('D')`
    const step = registryOf<Handle>(
      { up },
      {
        toolkit,
        transaction: false,
        up(_, ctx) {
          ctx.batches<{ k: string }>('SELECT k FROM t', { by: 'k', size: 1 }, (rows) => {
            seen.push(...rows.map(({ k }) => k))
          })
        },
      },
    )
    migrate(db, step, {
      onEvent({ type }) {
        if (type === 'progress' && seen.length === 1)
          other.exec("INSERT INTO t VALUES ('b2'), ('E')")
      },
    })
    expect(seen).toEqual(['a', 'B', 'b2', 'c', 'D'])
  })
})

describe('a key that others can spoil', () => {
  /** Walks twelve rows by `by`, outside a transaction; others write after the first batch. */
  function walkedBy(query: string, by: string, others = '') {
    const db = files.open()
    const other = files.open(db.name)
    const up = `CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
INSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, char(96 + i), 'c' || (i / 2) FROM n LIMIT 12;
CREATE VIEW numbered AS SELECT row_number() OVER (ORDER BY id) AS n, * FROM a;
CREATE VIEW counted (n, id) AS SELECT count(*) OVER (ORDER BY id), id FROM a`
    const seen: unknown[] = []
    const step: Draft<Handle> = {
      toolkit,
      transaction: false,
      up: (_, ctx) =>
        ctx.batches(
          query,
          { by, size: 3 },
          (rows) => void seen.push(...rows.map((row) => row[by])),
        ),
    }
    const run = () =>
      migrate(db, registryOf<Handle>({ up }, step), {
        onEvent: ({ type }) => {
          if (type === 'progress' && seen.length === 3 && others) other.exec(others)
        },
      })
    return { seen, run }
  }
  test.each([
    ['taken already', "UPDATE a SET name = 'f' WHERE id = 12", "2 rows have 'f'"],
    ['that are the same', "UPDATE a SET name = 'e' WHERE id > 10", "3 rows have 'e'"],
    ['NULL', 'UPDATE a SET name = NULL WHERE id = 5', 'one row has NULL'],
    ['all NULL', 'UPDATE a SET name = NULL WHERE id > 3', '9 rows have NULL'],
  ])('is looked at again: %s', (_, others, why) => {
    const { seen, run } = walkedBy('SELECT * FROM a', 'name', others)
    expect(errorOf(run)).toMatchObject({
      code: 'BATCHES_INVALID',
      message: expect.stringContaining(`by "name": ${why}`) as string,
    })
    expect(seen).toEqual(['a', 'b', 'c'])
  })
  test.each([
    ['behind the last one', "INSERT INTO a (name) VALUES ('z'), ('z')"],
    ['that have been passed', "UPDATE a SET name = 'a' WHERE id = 12"],
  ])('but not keys %s', (_, others) => {
    const { seen, run } = walkedBy('SELECT * FROM a', 'name', others)
    run()
    expect(seen.slice(0, 11).join('')).toBe('abcdefghijk')
  })
  test.each([
    ['SELECT row_number() OVER (ORDER BY id) AS n, name FROM a'],
    ['SELECT row_number() OVER w + 1 AS "n", name FROM a WINDOW w AS (ORDER BY id)'],
    ['SELECT * FROM (SELECT coalesce(rank() OVER (ORDER BY id), 0) n, name FROM a)'],
    ['SELECT (SELECT count(*) FROM a b WHERE b.id <= a.id) AS n, name FROM a'],
    ['SELECT min(id) AS n, city FROM a GROUP BY city'],
    ['WITH c AS (SELECT sum(1) OVER (ORDER BY id) AS n, name FROM a) SELECT * FROM c'],
    ['SELECT * FROM numbered'],
  ])('is refused before the first batch where it is made from other rows: %s', (query) => {
    const { seen, run } = walkedBy(query, 'n')
    const error = errorOf(run)
    expect(error.message).toContain('it is computed from other rows, and others write')
    expect(error.fix).toContain('walk by one that is stored')
    expect(seen).toEqual([])
  })
  test.each([
    ['WITH c (n, name) AS (SELECT row_number() OVER (ORDER BY id), name FROM a) SELECT * FROM c'],
    ['SELECT * FROM counted'],
  ])('is found out where others move it, however it is named: %s', (query) => {
    const { seen, run } = walkedBy(query, 'n', 'DELETE FROM a WHERE id = 2')
    expect(errorOf(run).message).toContain('the key of a row that was still to come has changed')
    expect(seen).toEqual([1, 2, 3])
  })
  test.each([
    ['city', 'SELECT DISTINCT city FROM a'],
    ['city', 'SELECT city, count(*) AS n FROM a GROUP BY city'],
    ['id', 'SELECT id, lag(name) OVER (ORDER BY id) AS before FROM a'],
    [
      'id',
      'SELECT a.id, total FROM a JOIN (SELECT city, count(*) AS total FROM a GROUP BY 1) USING (city)',
    ],
    ['id', 'SELECT id FROM a WHERE id < 5 UNION ALL SELECT id FROM a WHERE id >= 5'],
    ['k', 'SELECT DISTINCT lower(name) AS k FROM a ORDER BY 1 LIMIT 100'],
    ['id', 'SELECT id, name FROM numbered'],
  ])('is fine where it is that of a row: %s of %s', (by, query) => {
    const { seen, run } = walkedBy(query, by, 'DELETE FROM a WHERE id = 2')
    run()
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(6)
  })
})

describe('what the work itself does is found', () => {
  const busy = {
    others: (other: Database.Database) => void other.exec('INSERT INTO old VALUES (100, 1)'),
  }
  const WRONG: readonly [string, string][] = [
    ['a row added ahead', 'INSERT INTO t VALUES (9, 9)'],
    ['one added far behind', 'INSERT INTO t VALUES (900, 9)'],
  ]
  test.each(WRONG)('%s, where nobody else writes', (_, sql) => {
    const error = errorOf(walked({ work: (db) => void db.exec(sql) }).run)
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { version: 2 } })
  })
  test.each(WRONG)('%s, while others write', (_, sql) => {
    const { db, run } = walked({ ...busy, work: (handle) => void handle.exec(sql) })
    expect(errorOf(run)).toMatchObject({ code: 'BATCHES_INVALID', facts: { version: 2 } })
    expect(all(db, 'SELECT count(*), max(id), min(id) FROM t')).toEqual([[7, 7, 1]])
  })
  test.each([{}, busy])('rows moved to what has been walked, beside others: %o', (others) => {
    const move = 'DELETE FROM t WHERE id IN (3, 4); UPDATE t SET id = id - 2 WHERE id > 4'
    const { db, run } = walked({ ...others, rows: 6, work: (handle) => void handle.exec(move) })
    expect(errorOf(run).message).toContain('the key of a row that was still to come has changed')
    expect(all(db, 'SELECT max(id) FROM t')).toEqual([[6]])
  })
  test('rows moved far behind the walk, where nobody else writes', () => {
    const move = 'UPDATE t SET id = -id WHERE id > 4'
    const { run } = walked({ work: (db) => void db.exec(move) })
    expect(errorOf(run).message).toContain('3 rows were missed')
  })
  test('rows moved to the end, while others write: what is added there is not walked', () => {
    const move = 'UPDATE t SET id = id + 100 WHERE id > 4'
    const { db, run } = walked({ ...busy, work: (handle) => void handle.exec(move) })
    expect(errorOf(run).code).toBe('BATCHES_INVALID')
    expect(all(db, 'SELECT max(id) FROM t')).toEqual([[7]])
  })
  test.each([
    [
      'deleting what was met',
      'INSERT INTO old SELECT * FROM t WHERE id < 5; DELETE FROM t WHERE id < 5',
    ],
    ['deleting what is to come', 'DELETE FROM t WHERE id = 6'],
    ['changing other columns', "UPDATE t SET n = 'x'"],
    ['moving other values from row to row', "UPDATE t SET n = 'n' || (id + 1)"],
  ])('but not %s', (_, sql) => {
    const { db, run } = walked({ ...busy, work: (handle) => void handle.exec(sql) })
    run()
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe('a batch is a transaction', () => {
  test('in which nobody else writes: what was read is still so when it is written back', () => {
    let tried = 0
    const walk = walked({
      work() {
        tried += 1
        expect(() => walk.other.exec("UPDATE t SET n = 'new' WHERE id = 3")).toThrow('is locked')
      },
    })
    walk.run()
    expect(tried).toBe(1)
  })
  test('which is undone as a whole when the work fails, and those before it are kept', () => {
    const walk = walked({
      work(db) {
        db.exec('DELETE FROM t WHERE id < 4')
        throw new Error('no')
      },
      others: (other) => void other.exec('DELETE FROM t WHERE id = 1'),
    })
    expect(errorOf(walk.run).code).toBe('MIGRATION_FAILED')
    expect(all(walk.db, 'SELECT min(id) FROM t')).toEqual([[2]])
  })
  describe.each<[string, (db: Handle) => unknown, string, RegExp]>([
    [
      'COMMIT',
      (db) => db.exec('COMMIT'),
      'TRANSACTION_CONTROL',
      /COMMIT. The statement was not run/,
    ],
    ['ROLLBACK; BEGIN', (db) => db.exec('ROLLBACK; BEGIN'), 'TRANSACTION_CONTROL', /ROLLBACK/],
    [
      'a conflict that rolls back',
      () => {},
      'TRANSACTION_ENDED',
      /ended the transaction of a batch/,
    ],
    [
      'one behind savepoints',
      (db) => db.exec('SAVEPOINT a; COMMIT; BEGIN'),
      'TRANSACTION_ENDED',
      /ended the transaction of a batch/,
    ],
  ])('which the work cannot end: by %s', (what, end, code, message) => {
    test.each(['exec', 'run', 'nothing'] as const)('and then %s', (way) => {
      const walk = walked({
        work(db) {
          const late = db.prepare("UPDATE t SET n = 'late' WHERE id = 7")
          attempted(() => end(db))
          if (what.startsWith('a conflict'))
            attempted(() => db.exec('INSERT OR ROLLBACK INTO t VALUES (5, 5)'))
          if (way === 'run') attempted(() => late.run())
          if (way === 'exec') attempted(() => db.exec("UPDATE t SET n = 'late' WHERE id = 7"))
          if (code === 'TRANSACTION_CONTROL') throw refused
        },
      })
      const error = errorOf(walk.run)
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string })
      expect(walk.seen).toEqual([1, 2, 3, 4])
      expect(walk.db.inTransaction).toBe(false)
      if (code === 'TRANSACTION_ENDED' && what.startsWith('one')) return
      expect(all(walk.db, "SELECT count(*) FROM t WHERE n = 'late'")).toEqual([[0]])
    })
  })
  test('in which savepoints of the step are fine', () => {
    const walk = walked({
      work(db) {
        db.exec("SAVEPOINT a; UPDATE t SET n = 'x'; ROLLBACK TO a; RELEASE a; SAVEPOINT b")
        db.exec("UPDATE t SET n = 'y'; RELEASE b")
      },
    })
    walk.run()
    expect(all(walk.db, 'SELECT DISTINCT n FROM t')).toEqual([['y']])
  })
  test("in which the step is still this run's: else nothing of the batch is done", () => {
    let batches = 0
    const walk = walked({
      others(other) {
        other.exec("UPDATE _migrations SET started_by = 'up:another' WHERE version = '002'")
      },
      work: () => void (batches += 1),
    })
    expect(errorOf(walk.run).code).toBe('MIGRATION_TAKEN_OVER')
    expect({ batches, seen: walk.seen }).toEqual({ batches: 0, seen: [1, 2] })
  })
  test('with others inside, as clients make them', () => {
    const walk = walked({
      work: (db) => db.transaction(() => db.exec('UPDATE t SET n = 0'))(),
    })
    walk.run()
    expect(all(walk.db, 'SELECT DISTINCT n FROM t')).toEqual([[0]])
  })
  test('and one of the step around the walk is used as it is', () => {
    const db = files.open()
    const up = 'CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)'
    const step = registryOf<Handle>(
      { up },
      {
        toolkit,
        transaction: false,
        up(handle, ctx) {
          handle.exec('BEGIN')
          ctx.batches('SELECT id FROM t', { by: 'id', size: 1 }, () => {
            handle.exec('DELETE FROM t WHERE id = 1')
          })
          handle.exec('ROLLBACK')
        },
      },
    )
    migrate(db, step)
    expect(all(db, 'SELECT count(*) FROM t')).toEqual([[3]])
  })
})
