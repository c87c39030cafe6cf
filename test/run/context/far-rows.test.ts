// ctx.batches, where a row far ahead gets a key that has been passed: rows are known by their rowid, whatever their key.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Context } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'

const files = databases()

/** Positions count from 1; rows without a key of their own are known by their rowid. */
const SETUP = `CREATE TABLE t (id INTEGER PRIMARY KEY, pos INTEGER NOT NULL UNIQUE, x DEFAULT 0, done DEFAULT 0);
  CREATE VIEW v AS SELECT id AS nr, pos AS place FROM t;
  CREATE TABLE w (code TEXT PRIMARY KEY, pos INTEGER UNIQUE);
  CREATE TABLE swaps (a, b);
  CREATE TRIGGER swap AFTER INSERT ON swaps BEGIN
    UPDATE t SET pos = -1 WHERE id = NEW.a; UPDATE t SET pos = NEW.a WHERE id = NEW.b; UPDATE t SET pos = NEW.b WHERE id = NEW.a;
  END;
  INSERT INTO t (id, pos) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %) SELECT i, i FROM n;
  INSERT INTO w (code, pos) SELECT 'c' || pos, pos FROM t WHERE pos < 100`

/** A handful of rows is remembered one by one, thousands are by a sum. */
const COUNTS = [60, 10_400]

/** Walks that many rows; `act` is called at the 31st that is met. */
function walk(count: number, query: string, act: (db: Database.Database) => void, by = 'pos') {
  const db = files.open()
  db.exec(SETUP.replace('%', String(count)))
  let met = 0
  const up = (_: unknown, ctx: Context) =>
    ctx.batches<Record<string, unknown>>(query, { by, size: count / 4 }, (rows) => {
      met += rows.length
      const done = db.prepare('UPDATE t SET done = 1 WHERE id IN (SELECT value FROM json_each(?))')
      done.run(JSON.stringify(rows.map(({ id }) => id)))
      if (met === count / 4) act(db)
    })
  migrate(db, registryOf({ toolkit, up }), { onUnmanaged: 'allow' })
  return db
}

/** Thousands of rows take their time: the first cases must do. */
const some = <T>(count: number, cases: readonly T[]): readonly T[] =>
  count > 100 ? cases.slice(0, 2) : cases

const PAIR = (count: number) => ({ near: count / 10, far: count - 11 })

describe.each(COUNTS)('of %d rows, two that change places far apart are refused', (count) => {
  const { near, far } = PAIR(count)
  const swap = `UPDATE t SET pos = -1 WHERE id = ${near}; UPDATE t SET pos = ${near} WHERE id = ${far}; UPDATE t SET pos = ${far} WHERE id = ${near}`
  test.each(
    some<[string, string, string]>(count, [
      ['in a table', 'SELECT id, pos, x FROM t', swap],
      ['under another name', 'SELECT pos, x, t.id AS "the id" FROM t', swap],
      ['where the rowid is asked for', 'SELECT rowid AS r, pos FROM t', swap],
      [
        'where a subquery chooses rows',
        'SELECT id, pos FROM t WHERE EXISTS (SELECT 1 FROM w WHERE w.pos = t.id)',
        swap,
      ],
      ['by a trigger', 'SELECT id, pos FROM t', `INSERT INTO swaps VALUES (${near}, ${far})`],
      [
        'by being written anew',
        'SELECT id, pos FROM t',
        `DELETE FROM t WHERE id IN (${near}, ${far}); INSERT INTO t (id, pos) VALUES (${near}, ${far}), (${far}, ${near})`,
      ],
      [
        'by REPLACE',
        'SELECT id, pos FROM t',
        `REPLACE INTO t (id, pos) VALUES (${near}, -1); REPLACE INTO t (id, pos) VALUES (${far}, ${near}), (${near}, ${far})`,
      ],
      [
        'in a table with another primary key',
        'SELECT rowid AS r, pos FROM w',
        swap.replaceAll(' t ', ' w ').replaceAll(' id ', ' rowid '),
      ],
    ]),
  )('%s', (_, query, sql) => {
    const error = errorOf(() => walk(count, query, (db) => db.exec(sql)))
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
    expect(error.message).toMatch(/1 rows were missed|key of a row/)
  })
  test('in a view', () => {
    const found = () => walk(count, 'SELECT * FROM v', (db) => db.exec(swap), 'place')
    expect(errorOf(found).code).toBe('BATCHES_INVALID')
  })
  test('where the rows that are done are filtered away', () => {
    const found = () => walk(count, 'SELECT id, pos FROM t WHERE done = 0', (db) => db.exec(swap))
    expect(errorOf(found).code).toBe('BATCHES_INVALID')
  })
})

describe.each(COUNTS)('of %d rows, nothing is refused where', (count) => {
  const { near, far } = PAIR(count)
  test.each(
    some<[string, string]>(count, [
      ['all get other rowids', 'UPDATE t SET id = -id; UPDATE t SET id = 100000 - id'],
      [
        'rows that were met move behind, and one ahead is deleted',
        `UPDATE t SET pos = -pos WHERE id < 10; DELETE FROM t WHERE id = ${far}`,
      ],
      ['rows that were met move behind', 'UPDATE t SET pos = -pos WHERE id < 10'],
      ['rows that were met change places', `INSERT INTO swaps VALUES (1, ${near})`],
      ['rows that are to come do', `INSERT INTO swaps VALUES (${far}, ${far - 11})`],
      [
        'rows change places and change back',
        `INSERT INTO swaps VALUES (${near}, ${far}); UPDATE t SET pos = -id WHERE id <> pos; UPDATE t SET pos = id WHERE pos < 0`,
      ],
      [
        'rows that were met are written anew',
        `REPLACE INTO t (pos, x) SELECT pos, 1 FROM t WHERE id < 10`,
      ],
      [
        'they are, and one ahead is deleted',
        `REPLACE INTO t (pos, x) SELECT pos, 1 FROM t WHERE id < 10; DELETE FROM t WHERE id = ${far}`,
      ],
      ['a row ahead is written anew', `REPLACE INTO t (pos) VALUES (${far})`],
      ['rows ahead are deleted', `DELETE FROM t WHERE id > ${far - 10} AND id % 2`],
      [
        'other values are exchanged',
        `UPDATE t SET x = CASE id WHEN ${near} THEN ${far} ELSE ${near} END`,
      ],
    ]),
  )('%s', (_, sql) => {
    expect(() => walk(count, 'SELECT id, pos, x FROM t', (db) => db.exec(sql))).not.toThrow()
  })
  test.each(
    some(count, [
      'SELECT t.pos, w.rowid AS id FROM t JOIN w ON w.pos = t.x + t.id',
      'SELECT pos, x AS id FROM t',
      'SELECT pos, count(*) AS id FROM t GROUP BY pos',
      'SELECT pos, id FROM t UNION ALL SELECT -pos, id FROM t',
    ]),
  )('a column is the rowid of none or of more than one table: %s', (query) => {
    const act = (db: Database.Database) =>
      db.exec(
        `UPDATE t SET x = CASE id WHEN ${near} THEN ${far - near} WHEN ${far} THEN ${near - far} ELSE 0 END`,
      )
    expect(() => walk(count, query, act)).not.toThrow()
  })
})

test('rowids beyond what a number of JavaScript holds are told apart', () => {
  const many = 'UPDATE t SET id = id + 9007199254740993 WHERE id > 2'
  const run = (sql: string) => () => {
    const db = files.open()
    db.exec(`${SETUP.replace('%', '11000')}; ${many}`)
    const up = (_: unknown, ctx: Context) => {
      let isDone = false
      return ctx.batches('SELECT id, pos FROM t', { by: 'pos', size: 4000 }, () => {
        if (!isDone) db.exec(sql)
        isDone = true
      })
    }
    migrate(db, registryOf({ toolkit, up }), { onUnmanaged: 'allow' })
  }
  expect(run('UPDATE t SET x = 1')).not.toThrow()
  const far = '9007199254740993 + 9000'
  const swap = `UPDATE t SET pos = -1 WHERE id = 1; UPDATE t SET pos = 1 WHERE id = ${far}; UPDATE t SET pos = 9000 WHERE id = 1`
  expect(errorOf(run(swap)).message).toContain('the key of a row')
})
