// Batches of a query that leaves rows out: however its condition is written, and whatever the statement is like, only its rows are
// changed, each once; where the statement can be made stricter it is run once a batch.
import { expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { databases } from '../../support/databases.js'
import { registryOf } from '../../support/registry.js'
import { batched } from './backfill.js'

const files = databases()

const TABLES = `CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, "odd name" TEXT, times INTEGER NOT NULL DEFAULT 0);
CREATE TABLE o (id INTEGER PRIMARY KEY, more INTEGER NOT NULL, e INTEGER NOT NULL DEFAULT 0); CREATE VIEW v AS SELECT id AS i, n FROM t WHERE n <> 1;
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 40) INSERT INTO t (id, n, "odd name") SELECT i * 2, i % 3, iif(i % 2, NULL, 'x') FROM c;
INSERT INTO o (id, more) SELECT id, 10 FROM t WHERE n <> 2`

const ADD = 'UPDATE t SET times = times + 1 WHERE id BETWEEN :from AND :to'

type Case = readonly [
  query: string,
  update: string,
  where: string,
  runs: 'once' | 'in parts',
  by?: string,
]

/** What names the rows, the statement, which rows are meant, and whether it is run once for each batch of four. */
const CASES: readonly Case[] = [
  ['SELECT id FROM t WHERE n <> 1', ADD, 'n <> 1', 'once'],
  ['SELECT id FROM t WHERE n = 0 OR n = 2', `${ADD} AND 1`, 'n <> 1', 'once'],
  [
    'SELECT id FROM t WHERE "odd name" IS NULL -- those that have none',
    ADD,
    '"odd name" IS NULL',
    'once',
  ],
  [
    'SELECT id FROM t WHERE "odd name" IS NULL;',
    ADD.replace('SET', `SET "odd name" = 'done',`),
    '"odd name" IS NULL',
    'once',
  ],
  ['SELECT id FROM t WHERE n <> 1', `${ADD} -- all of them`, 'n <> 1', 'once'],
  ['SELECT id FROM t WHERE n <> 1', `${ADD} OR id = :from`, 'n <> 1', 'once'],
  ['SELECT id FROM t WHERE n <> 1', ADD.replace('t SET', 'main."t" AS u SET'), 'n <> 1', 'once'],
  ['SELECT id FROM t AS a WHERE a.n <> 1', ADD, 'n <> 1', 'once'],
  ['SELECT id FROM t WHERE t.n <> 1', ADD.replace('t SET', 't AS u SET'), 'n <> 1', 'once'],
  ['SELECT id, n + 1 AS more FROM t WHERE more <> 2', ADD, 'n <> 1', 'once'],
  ['SELECT id FROM t WHERE n <> 1 ORDER BY n', ADD, 'n <> 1', 'once'],
  ['SELECT id FROM t WHERE id IN (SELECT id FROM o)', ADD, 'n <> 2', 'once'],
  ['SELECT i FROM v', ADD, 'n <> 1', 'once', 'i'],
  [
    'SELECT id, n + 1 AS more FROM t WHERE more <> 2',
    'UPDATE t SET times = times + 1 FROM o WHERE o.id = t.id AND t.id BETWEEN :from AND :to',
    'n = 0',
    'once',
  ],
  ['SELECT id FROM t WHERE n <> 1', `${ADD} RETURNING id`, 'n <> 1', 'in parts'],
  [
    'SELECT id FROM t WHERE n <> 1',
    ADD.replace('t SET', 't INDEXED BY by_n SET').replace('WHERE', 'WHERE n >= 0 AND'),
    'n <> 1',
    'once',
  ],
  [
    'SELECT id FROM t WHERE n <> 1',
    'UPDATE OR REPLACE t SET times = times + 1 WHERE id BETWEEN :from AND :to',
    'n <> 1',
    'once',
  ],
]

const named = CASES.map(([query, update, where, runs, by = 'id']) => ({
  query,
  update,
  where,
  runs,
  by,
}))

test.each(named)('$query: $update', ({ query, update, where, runs, by }) => {
  const ran: string[] = []
  const db = files.open(undefined, { verbose: (sql) => void ran.push(String(sql)) })
  migrate(db, registryOf({ up: `${TABLES}; CREATE INDEX by_n ON t (n)` }))
  const all = db.prepare('SELECT id FROM t').pluck().all()
  const expected = db.prepare(`SELECT id FROM t WHERE ${where} ORDER BY id`).pluck().all()
  ran.length = 0
  migrate(
    db,
    registryOf(
      { up: `${TABLES}; CREATE INDEX by_n ON t (n)` },
      batched({ query, by, update, size: 4 }),
    ),
  )
  expect(db.prepare('SELECT id FROM t WHERE times = 1 ORDER BY id').pluck().all()).toEqual(expected)
  expect(db.prepare('SELECT count(*) FROM t WHERE times = 0').pluck().get()).toBe(
    all.length - expected.length,
  )
  const times = ran.filter((sql) => sql.startsWith('UPDATE') && sql.includes(' t')).length
  const batches = ran.filter((sql) => sql.startsWith('BEGIN')).length
  expect(times > batches).toBe(runs === 'in parts')
})

test('rows are deleted of the query alone', () => {
  const db = files.open()
  const update = 'DELETE FROM t WHERE id BETWEEN :from AND :to'
  migrate(
    db,
    registryOf(
      { up: TABLES },
      batched({ query: 'SELECT id FROM t WHERE n <> 1', by: 'id', update, size: 4 }),
    ),
  )
  expect(db.prepare('SELECT count(*), min(n), max(n) FROM t').raw().get()).toEqual([14, 1, 1])
})
