// There is a snapshot only where every new database would come to the same; and it says of which version it is not so.
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { toolkit } from '../../../../src/drivers/better-sqlite3.js'
import { registryOf, tables, type Draft } from '../../../support/registry.js'
import { proofOf } from '../../../support/snapshot-of.js'

const [A, B] = tables(2) as [Draft<Database>, Draft<Database>]
const sql = (up: string): Draft<Database> => ({ up })

const withheldOf = async (...drafts: Draft<Database>[]): Promise<unknown> => {
  const proof = await proofOf(registryOf(A, ...drafts, B))
  return 'withheld' in proof ? [proof.version, proof.withheld] : null
}

describe('there is one of', () => {
  test.each<[string, ...Draft<Database>[]]>([
    [
      'times that a default gives',
      sql('CREATE TABLE t (a, at DEFAULT CURRENT_TIMESTAMP); INSERT INTO t (a) VALUES (1), (2)'),
    ],
    [
      'the same time as a default by another expression',
      sql(
        "CREATE TABLE t (a, at DEFAULT (datetime('now'))); INSERT INTO t SELECT 1, datetime('now')",
      ),
    ],
    [
      'nothing but defaults',
      sql(
        'CREATE TABLE t (id INTEGER PRIMARY KEY, at DEFAULT CURRENT_DATE); INSERT INTO t DEFAULT VALUES',
      ),
    ],
    [
      'times that are gone at the end',
      sql('CREATE TABLE t (at); INSERT INTO t SELECT julianday()'),
      sql('DELETE FROM t'),
    ],
    [
      'values that are written alike',
      sql(
        `CREATE TABLE t (a, b); INSERT INTO t VALUES ('1', 1), (1.0, 1e999), (x'', ''), (CAST(x'41ff00' AS TEXT), -9223372036854775808), (0.1 + 0.2, 'ü''"')`,
      ),
    ],
    [
      'rowids that are no column',
      sql('CREATE TABLE t (a); INSERT INTO t (rowid, a) VALUES (7, 1), (3, 2)'),
    ],
    [
      'generated columns',
      sql('CREATE TABLE t (a, b AS (a + 1) STORED, c AS (a + 2)); INSERT INTO t VALUES (1)'),
    ],
    [
      'names that need quotes',
      sql(
        `CREATE TABLE "a ""b" ("select" TEXT, [x y]); INSERT INTO "a ""b" VALUES (1, 2); CREATE INDEX "i;" ON "a ""b" ("select")`,
      ),
    ],
    [
      'a column of the name rowid',
      sql('CREATE TABLE t (rowid TEXT, a); INSERT INTO t VALUES (5, 6)'),
    ],
    [
      'a table that was rebuilt',
      sql('CREATE TABLE t (a); INSERT INTO t VALUES (1)'),
      sql(
        'CREATE TABLE n (a, b); INSERT INTO n SELECT a, 2 FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t',
      ),
    ],
    [
      'a counter beyond its rows',
      sql(
        'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (9); DELETE FROM t',
      ),
    ],
    [
      'an empty full-text table',
      sql("CREATE TABLE t (body); CREATE VIRTUAL TABLE f USING fts5 (body, content='t')"),
    ],
    [
      'triggers that write on',
      sql(
        'CREATE TABLE t (a); CREATE TRIGGER one AFTER INSERT ON t BEGIN UPDATE t SET a = a + 1; END; CREATE TRIGGER two AFTER INSERT ON t BEGIN UPDATE t SET a = a * 2; END; INSERT INTO t VALUES (1)',
      ),
    ],
    [
      'keys against the order of the tables',
      sql(
        'CREATE TABLE c (p REFERENCES p); CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)',
      ),
    ],
    [
      'a rebuild by `ctx`',
      sql('CREATE TABLE t (a); INSERT INTO t VALUES (1)'),
      {
        up: (_: Database, ctx: unknown) =>
          void (ctx as { rebuild(table: string, to: object): void }).rebuild('t', {
            create: 'CREATE TABLE t (a, b)',
          }),
        toolkit,
      },
    ],
  ])('%s', async (_, ...drafts) => {
    expect(await withheldOf(...drafts)).toBeNull()
  })
})

describe('there is none of', () => {
  const other = expect.stringContaining('different at another time')
  const drawn = expect.stringContaining('different with other random numbers')
  test.each<[string, number, unknown, ...Draft<Database>[]]>([
    ['the time', 2, other, sql('CREATE TABLE t (at); INSERT INTO t SELECT unixepoch()')],
    [
      'the day',
      3,
      expect.stringContaining('t."day"'),
      sql('CREATE TABLE t (day)'),
      sql("INSERT INTO t VALUES (date('now'))"),
    ],
    ['chance', 2, drawn, sql('CREATE TABLE t (a); INSERT INTO t SELECT random() % 2')],
    [
      'how many rows there are',
      2,
      expect.stringContaining('the rows of t'),
      sql('CREATE TABLE t (a); INSERT INTO t SELECT 1 WHERE unixepoch() > 1000000000'),
    ],
    [
      'a time that is no more what the default gives',
      3,
      other,
      sql('CREATE TABLE t (a, at DEFAULT CURRENT_TIMESTAMP); INSERT INTO t (a) VALUES (1)'),
      sql("UPDATE t SET at = date(at, '+1 day')"),
    ],
    [
      'rows of a full-text table',
      2,
      expect.stringContaining('virtual table'),
      sql("CREATE VIRTUAL TABLE f USING fts5 (body); INSERT INTO f VALUES ('one')"),
    ],
    [
      'statistics',
      2,
      expect.stringContaining('ANALYZE'),
      sql('CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE INDEX i ON t (a); ANALYZE'),
    ],
    [
      'random keys',
      2,
      drawn,
      sql(
        'CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (hex(randomblob(8))), a); INSERT INTO t (a) VALUES (1), (2)',
      ),
    ],
    [
      'what follows from random values',
      2,
      drawn,
      sql(
        'CREATE TABLE t (k DEFAULT (randomblob(8)), a); INSERT INTO t (a) VALUES (1), (2), (3); UPDATE t SET a = (SELECT count(*) FROM t AS o WHERE o.k < t.k), k = 0',
      ),
    ],
    [
      'filled trees',
      2,
      expect.stringContaining('virtual table'),
      sql('CREATE VIRTUAL TABLE r USING rtree (id, a, b); INSERT INTO r VALUES (1, 2, 3)'),
    ],
    [
      'rows against their own rules',
      2,
      expect.stringContaining('cannot be written'),
      sql(
        'CREATE TABLE t (a); INSERT INTO t VALUES (-1); PRAGMA ignore_check_constraints = 1; CREATE TABLE n (a CHECK (a > 0)); INSERT INTO n SELECT a FROM t; PRAGMA ignore_check_constraints = 0',
      ),
    ],
    [
      'effects',
      2,
      expect.stringContaining('effects'),
      { ...sql('SELECT 1'), effects: 'moves files' },
    ],
    [
      'a step outside a transaction',
      2,
      expect.stringContaining('outside a transaction'),
      { ...sql('SELECT 1'), transaction: false },
    ],
  ])('%s', async (_, version, reason, ...drafts) => {
    expect(await withheldOf(...drafts)).toEqual([version, reason])
  })
  test('a history with values of the application, or beside others', async () => {
    const code = { up: () => {} }
    const found = await proofOf(registryOf(A, code), { env: {} })
    expect(found).toMatchObject({ withheld: expect.stringContaining('`env`'), version: 2 })
    expect(await proofOf(registryOf(A), { env: {} })).toHaveProperty('content')
    const open = async (): Promise<Database> =>
      new Client(':memory:').exec('CREATE TABLE own (a)') as Database
    const filled = await proofOf(registryOf(A), { open })
    const utf16 = await proofOf(registryOf(A), {
      open: async () => new Client(':memory:').exec("PRAGMA encoding = 'UTF-16'") as Database,
    })
    expect(utf16).toMatchObject({ withheld: expect.stringContaining('`open`') })
    const called = await proofOf(registryOf(A, sql('CREATE TABLE t AS SELECT tenant() AS a')), {
      open: async () => new Client(':memory:').function('tenant', () => 7) as Database,
    })
    expect(called).toMatchObject({ withheld: expect.stringContaining('`tenant`') })
    expect(filled).toMatchObject({ withheld: expect.stringContaining('`open`') })
  })
})
