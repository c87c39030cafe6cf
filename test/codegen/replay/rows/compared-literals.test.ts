// Rows for what a step looks for: a statement with WHERE is proven on rows that it finds.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const TABLE =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT NOT NULL, n INTEGER, total INTEGER NOT NULL)'
const OTHER = 'CREATE TABLE other (total INTEGER NOT NULL)'

describe('a statement that fails on the rows that it looks for', () => {
  testSome([
    ["UPDATE t SET total = NULL WHERE state = 'draft'", { state: 'draft' }],
    ["UPDATE t SET total = NULL WHERE t.state IN ('it''s', 'b') AND n = 5", { state: "it's" }],
    ["UPDATE t SET total = CASE WHEN state = 'new' THEN NULL ELSE 1 END", { state: 'new' }],
    ["UPDATE t SET total = NULL WHERE state LIKE '%://_%'", { state: '://_' }],
    ["UPDATE t SET total = NULL WHERE state GLOB 'old?*'", { state: 'old?' }],
    ["UPDATE t SET total = CASE WHEN state <> 'a' THEN 1 END", { state: 'a' }],
    ["INSERT INTO other SELECT nullif(n, 77) FROM t WHERE n = 77 AND state = 'a'", null],
  ])('is found: %s', async (up, row) => {
    expect(await factsOf([TABLE, OTHER, up])).toMatchObject([
      { kind: 'step-failed', stage: 'rows', cause: 'sqlite', ...(row && { table: 't', row }) },
    ])
  })

  it('is found where it looks for the default of a column', async () => {
    const table =
      "CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'draft', n INTEGER NOT NULL DEFAULT 7)"
    const up = "UPDATE t SET n = CASE state || n WHEN 'draft7' THEN NULL ELSE n END"
    expect(await factsOf([table, up])).toMatchObject([
      { kind: 'step-failed', table: 't', row: { state: 'draft', n: 7 } },
    ])
  })
})

describe('a row that points at one of the history', () => {
  const FOLDERS = `CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO folders VALUES (1, 'Inbox'), (2, 'Archive');
CREATE TABLE notes (id INTEGER PRIMARY KEY, folder INTEGER REFERENCES folders (id), title TEXT NOT NULL);
CREATE TABLE files (id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES notes (id))`

  testSome([
    ['UPDATE notes SET title = NULL WHERE folder IN (7, 1)', ['step-failed']],
    ['DELETE FROM notes WHERE folder = 5', []],
  ])('is looked for by its key: %s', async (up, kinds) => {
    expect((await factsOf([FOLDERS, up])).map(({ kind }) => kind)).toEqual(kinds)
  })
})

describe('such rows', () => {
  const statesAfter = async (up: string, table = TABLE): Promise<string[]> => {
    let states: string[] = []
    const look = (db: Database): void => {
      const rows = db.prepare<[], { state: unknown }>('SELECT state FROM t').all()
      states = rows.map(({ state }) => String(state))
    }
    expect(await factsOf([table, up, { up: look }])).toEqual([])
    return states
  }

  testSome([
    "UPDATE t SET n = 1 WHERE n IN (SELECT n FROM t WHERE state = 'x')",
    "CREATE TABLE u (state TEXT CHECK (state = 'x'))",
    "UPDATE t SET total = 1 WHERE state GLOB '[^x]*' OR state LIKE '%'",
  ])('are not made for what no comparison of the table is: %s', async (up) => {
    const others = (await statesAfter(up)).filter((state) => state === 'x')
    expect(others.length).toBeLessThanOrEqual(1)
    expect(others).toHaveLength(/SET state/.test(up) ? 1 : 0)
  })

  it('are few, however many are asked for', async () => {
    const states = await statesAfter("UPDATE t SET n = 1 WHERE state IN ('a', 'b', 'c', 'd', 'e')")
    expect(states.filter((state) => state.length === 1)).toEqual(['a', 'b', 'c', 'd'])
  })

  testSome([
    'state TEXT UNIQUE',
    'state TEXT PRIMARY KEY',
    "state TEXT CHECK (state <> 'a')",
    'state INTEGER',
  ])('are not made against the table: %s', async (column) => {
    const up = "UPDATE t SET n = 1 WHERE state = 'a'"
    expect(await statesAfter(up, `CREATE TABLE t (${column}, n INTEGER)`)).not.toContain('a')
  })

  const CHILD = 'CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t)'

  testSome([
    [
      "DELETE FROM c WHERE t_id IN (SELECT id FROM t WHERE state = 'x'); DELETE FROM t WHERE state = 'x'",
    ],
    ['DELETE FROM c WHERE t_id = 5; DELETE FROM t WHERE id = 5'],
    ['UPDATE t SET id = 7 WHERE id = 5; UPDATE c SET t_id = 7 WHERE t_id = 5'],
    ["INSERT INTO t VALUES (0, 'none', 0, 0); UPDATE c SET t_id = 0 WHERE t_id = 1"],
    [
      "INSERT INTO t VALUES (6, 'new', 0, 0); UPDATE c SET t_id = 6 WHERE t_id = 5; DELETE FROM t WHERE state = 'new' AND id = 5",
    ],
    ["INSERT INTO t VALUES (5, 'new', 0, 0)", 'DELETE FROM t WHERE id = 5'],
    ["INSERT INTO t VALUES (5, 'new', 0, 0)", "DELETE FROM t WHERE state = 'new'"],
    ["UPDATE t SET state = 'b' WHERE state = 'a'", "UPDATE t SET state = 'a' WHERE state = 'b'"],
  ])('are nothing to tell of: %s', async (up, down = '') => {
    const step = down === '' ? { up } : { up, down }
    expect(await factsOf([TABLE, CHILD, step])).toEqual([])
  })

  testSome<[string, Step['up']]>([
    ['deleted by numbers', 'DELETE FROM t WHERE id IN (5, 6)'],
    ['given another number', 'UPDATE t SET id = 7 WHERE id = 5'],
    [
      'put into an archive',
      "CREATE TABLE archive AS SELECT * FROM t WHERE 0; INSERT INTO archive SELECT * FROM t WHERE state = 'done'; DELETE FROM t WHERE state = 'done'",
    ],
    ['not those that are pointed at any more', 'UPDATE c SET t_id = 0 WHERE t_id = 1'],
    ['deleted in code', (db) => void db.prepare('DELETE FROM t WHERE state = ?').run('spam')],
  ])('are parents that are missed where they are %s', async (_, up) => {
    expect(await factsOf([TABLE, CHILD, { up }])).toMatchObject([
      { kind: 'foreign-key-broken', table: 'c', parent: 't' },
    ])
  })

  it('are parents with other keys, and rows of the same table', async () => {
    const kinds = 'CREATE TABLE kinds (name TEXT PRIMARY KEY, above TEXT REFERENCES kinds)'
    expect(await factsOf([kinds, "DELETE FROM kinds WHERE name = 'old'"])).toMatchObject([
      { kind: 'foreign-key-broken', table: 'kinds', columns: ['above'] },
    ])
  })

  it('go with their children where keys are enforced', async () => {
    const child = CHILD.replace('REFERENCES t', 'REFERENCES t ON DELETE CASCADE')
    const up = "DELETE FROM t WHERE state = 'spam'"
    expect(await factsOf([TABLE, child, { up, foreignKeys: 'enforce' }])).toEqual([])
  })

  it('leave the number in place that AUTOINCREMENT has reached', async () => {
    const table = TABLE.replace('PRIMARY KEY', 'PRIMARY KEY AUTOINCREMENT')
    const rebuild = `${table.replace('t (', 'u (')}; INSERT INTO u SELECT * FROM t WHERE state <> 'x' OR state = 'x'; DROP TABLE t; ALTER TABLE u RENAME TO t`
    expect(await factsOf([table, rebuild])).toMatchObject([{ kind: 'watermark-lost' }])
  })

  it('do not count among the rows that are enough', async () => {
    let values: unknown[] = []
    const look = (db: Database): void => {
      values = db.prepare<[], { late: unknown }>('SELECT late FROM t').all()
    }
    const up = "UPDATE t SET n = 1 WHERE state IN ('a', 'b', 'c', 'd')"
    const more = "UPDATE t SET n = 1 WHERE state IN ('e', 'f', 'g', 'h')"
    await factsOf([TABLE, up, more, 'ALTER TABLE t ADD COLUMN late TEXT', { up: look }])
    expect(values).toContainEqual({ late: '' })
  })
})
