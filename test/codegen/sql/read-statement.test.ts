// What a statement does, however it is written.
import { describe, expect, test } from 'vitest'
import { readStatement } from '../../../codegen/sql/read-statement.js'
import type { Statement } from '../../../codegen/sql/statement.js'

const name = (key: string, text = key) => ({ key, text })

describe('tables', () => {
  test('columns, constraints and options', () => {
    const shape = readStatement(`-- people
      Create Table If Not Exists main.[Users] ( /* , ) */
        id INTEGER PRIMARY KEY,
        "full name" VARCHAR(20, 3) NOT NULL DEFAULT 'a, b)',
        price AS (id * 2) STORED,
        CONSTRAINT positive CHECK (id > 0),
        FOREIGN KEY (id) REFERENCES p (id)
      ) STRICT, WITHOUT ROWID`)
    expect(shape).toMatchObject({
      kind: 'create-table',
      name: name('users', '[Users]'),
      guarded: true,
      temporary: false,
      filled: false,
      options: ['strict', ',', 'without', 'rowid'],
      columns: [
        { name: name('id'), type: ['integer'], clauses: [['primary', 'key']] },
        {
          name: name('"full name"'),
          type: ['varchar', '(', '20', ',', '3', ')'],
          clauses: [
            ['not', 'null'],
            ['default', "'a, b)'"],
          ],
        },
        { name: name('price'), type: [], clauses: [['as', '(', 'id', '*', '2', ')', 'stored']] },
      ],
    })
    expect(shape).toHaveProperty('constraints.length', 2)
  })

  test.each([
    ['CREATE TABLE a AS SELECT 1', { filled: true, columns: null, virtual: false }],
    ['CREATE VIRTUAL TABLE a USING fts5 (b)', { filled: false, columns: null, virtual: true }],
    ['CREATE TEMPORARY TABLE a (b)', { temporary: true }],
    ['CREATE TABLE "a"(b)', { temporary: false, guarded: false }],
  ])('%s', (sql, expected) => {
    expect(readStatement(sql)).toMatchObject({
      kind: 'create-table',
      name: { key: 'a' },
      ...expected,
    })
  })
})

describe('one object or one column', () => {
  test.each<[string, Statement]>([
    [
      'CREATE UNIQUE INDEX IF NOT EXISTS "i" ON "A" (b)',
      {
        kind: 'create-index',
        name: name('i', '"i"'),
        table: name('a', '"A"'),
        unique: true,
        temporary: false,
        guarded: true,
        terms: [['b']],
        where: [],
      },
    ],
    [
      'CREATE INDEX i ON main.a (lower(b) DESC, "C d") WHERE e IS NOT NULL',
      {
        kind: 'create-index',
        name: name('i'),
        table: { ...name('a'), schema: 'main' },
        unique: false,
        temporary: false,
        guarded: false,
        terms: [['lower', '(', 'b', ')', 'desc'], ['"c d"']],
        where: ['e', 'is', 'not', 'null'],
      },
    ],
    [
      'CREATE TEMP VIEW v (x) AS SELECT 1',
      {
        kind: 'create-view',
        name: name('v'),
        columns: [name('x')],
        selects: [{ items: [[expect.objectContaining({ key: '1' })]], from: null, alias: null }],
        table: null,
        temporary: true,
        guarded: false,
      },
    ],
    [
      'CREATE TRIGGER t INSTEAD OF UPDATE OF a, "on" ON v WHEN 1 BEGIN UPDATE x SET y = 1; END',
      {
        kind: 'create-trigger',
        name: name('t'),
        table: name('v'),
        event: 'update',
        temporary: false,
        guarded: false,
        body: [
          {
            kind: 'update',
            table: name('x'),
            columns: [name('y')],
            conflict: null,
            limited: false,
            from: false,
          },
        ],
      },
    ],
    [
      'DROP TRIGGER IF EXISTS s.t',
      { kind: 'drop', object: 'trigger', name: { ...name('t'), schema: 's' }, guarded: true },
    ],
    ['DROP TABLE `t`', { kind: 'drop', object: 'table', name: name('t', '`t`'), guarded: false }],
    [
      'ALTER TABLE a RENAME TO "B c"',
      { kind: 'rename-table', table: name('a'), to: name('"b c"', '"B c"') },
    ],
    [
      'ALTER TABLE a RENAME b TO c',
      { kind: 'rename-column', table: name('a'), column: name('b'), to: name('c') },
    ],
    [
      'ALTER TABLE a RENAME COLUMN b TO c',
      { kind: 'rename-column', table: name('a'), column: name('b'), to: name('c') },
    ],
    ['ALTER TABLE a DROP b', { kind: 'drop-column', table: name('a'), column: name('b') }],
    ['ALTER TABLE a DROP COLUMN b', { kind: 'drop-column', table: name('a'), column: name('b') }],
    [
      'ALTER TABLE a ALTER COLUMN b DROP NOT NULL',
      { kind: 'alter-column', table: name('a'), column: name('b') },
    ],
    [
      'ALTER TABLE a DROP CONSTRAINT c',
      { kind: 'alter-constraint', table: name('a'), constraint: [] },
    ],
    [
      'ALTER TABLE a ADD CHECK (b)',
      { kind: 'alter-constraint', table: name('a'), constraint: ['check', '(', 'b', ')'] },
    ],
    [
      'PRAGMA main.foreign_keys(ON)',
      { kind: 'pragma', name: { ...name('foreign_keys'), schema: 'main' }, sets: true },
    ],
    ['pragma user_version', { kind: 'pragma', name: name('user_version'), sets: false }],
    ['VACUUM INTO x', { kind: 'other', words: ['vacuum', 'into', 'x'] }],
    ['"select" 1', { kind: 'other', words: ['"select"', '1'] }],
  ])('%s', (sql, expected) => expect(readStatement(sql)).toEqual(expected))

  test('an added column', () => {
    const shape = readStatement('ALTER TABLE a ADD COLUMN "b" TEXT COLLATE NOCASE')
    expect(shape).toMatchObject({
      kind: 'add-column',
      table: name('a'),
      column: {
        name: name('b', '"b"'),
        start: 25,
        type: ['text'],
        clauses: [['collate', 'nocase']],
      },
    })
  })
})

describe('rows', () => {
  test.each<[string, object]>([
    ['INSERT INTO a VALUES (1)', { kind: 'insert', columns: null, conflict: null, selects: [] }],
    [
      'INSERT OR REPLACE INTO a AS t ("b", c) DEFAULT VALUES',
      { columns: [name('b', '"b"'), name('c')], conflict: 'replace', updates: [] },
    ],
    [
      'REPLACE INTO main.a SELECT * FROM x.Y z',
      {
        kind: 'insert',
        conflict: 'replace',
        selects: [{ from: { ...name('y', 'Y'), schema: 'x' }, alias: name('z') }],
      },
    ],
    [
      'WITH RECURSIVE q (n) AS (SELECT 1), r AS (SELECT 2) INSERT INTO a SELECT * FROM r UNION SELECT b AS c FROM d WHERE 1',
      { selects: [{ from: null }, { from: name('d'), alias: null }] },
    ],
    [
      'INSERT INTO a SELECT b IS DISTINCT FROM c, d FROM e AS "F" JOIN g',
      { selects: [{ from: name('e'), alias: name('f', '"F"') }] },
    ],
    [
      'INSERT INTO a VALUES (1), (2) ON CONFLICT (b) DO UPDATE SET c = excluded.c WHERE d ON CONFLICT DO UPDATE SET (e, f) = (1, 2)',
      { updates: [name('c'), name('e'), name('f')] },
    ],
    ["INSERT INTO a VALUES ('on conflict do update')", { updates: [] }],
    ['INSERT INTO a SELECT 1 WHERE true ON CONFLICT DO NOTHING', { updates: [] }],
    [
      'UPDATE a SET b = (SELECT 1 WHERE 2), (c, d) = (1, 2)',
      { columns: [name('b'), name('c'), name('d')], limited: false, from: false },
    ],
    [
      'UPDATE OR FAIL a AS t SET b = c IS NOT DISTINCT FROM d WHERE e',
      { columns: [name('b')], limited: true, from: false },
    ],
    ['UPDATE a SET b = c.d FROM c', { from: true, limited: false }],
    ['DELETE FROM a WHERE b', { kind: 'delete', limited: true }],
    ['delete from a order by b limit 1', { kind: 'delete', limited: true }],
    ['DELETE FROM a', { kind: 'delete', limited: false }],
  ])('%s', (sql, expected) =>
    expect(readStatement(sql)).toMatchObject({ table: { key: 'a' }, ...expected }),
  )

  test('rows of values are not read to the end', () => {
    const rows = `(1, 'x'),`.repeat(200_000)
    expect(readStatement(`INSERT INTO a VALUES ${rows} (2, 'y')`)).toMatchObject({ kind: 'insert' })
  })
})

test('the body of a trigger is statements of its own', () => {
  const shape = readStatement(`CREATE TRIGGER temp.t AFTER INSERT ON a WHEN new.b = 'begin;' BEGIN
    INSERT INTO b VALUES (1, 2); -- ; first
    UPDATE c SET d = CASE WHEN 1 THEN 2 END;
    DELETE FROM main.e WHERE f = ';'; SELECT raise(ABORT, 'no');
  END`)
  expect(shape).toMatchObject({
    kind: 'create-trigger',
    event: 'insert',
    temporary: true,
    body: [
      { kind: 'insert', table: name('b') },
      { kind: 'update', columns: [name('d')] },
      { kind: 'delete', table: name('e'), limited: true },
      { kind: 'other', words: ['select', 'raise', '(', 'abort'] },
    ],
  })
})

test('never throws, wherever a statement is cut off', () => {
  const whole = [
    `CREATE TABLE "a b" (id INT PRIMARY KEY DEFAULT (1), CHECK (id > 0)) STRICT`,
    'ALTER TABLE a ADD COLUMN [b] TEXT NOT NULL REFERENCES c (d) DEFAULT -1',
    'WITH x (y) AS (SELECT 1) INSERT INTO a (b) SELECT * FROM c ON CONFLICT DO NOTHING',
    'UPDATE a SET (b, c) = (1, 2), d = 3 FROM e WHERE f IS DISTINCT FROM g',
    'CREATE TRIGGER a AFTER DELETE ON b WHEN old.c BEGIN DELETE FROM d; END',
    'CREATE UNIQUE INDEX a ON b (lower(c), d) WHERE e IS NOT NULL',
    'INSERT OR IGNORE INTO a (b) SELECT DISTINCT c FROM d e UNION SELECT * FROM f',
  ]
  for (const sql of whole) {
    for (let end = 0; end <= sql.length; end++) {
      expect(readStatement(sql.slice(0, end))).toHaveProperty('kind')
      expect(readStatement(sql.slice(end))).toHaveProperty('kind')
    }
  }
})

test.each([
  '',
  ';',
  'SELECT * FROM a',
  'PRAGMA foreign_keys',
  'VACUUM',
  'CREATE',
  'CREATE FUNCTION f',
  'DROP',
  'ALTER TABLE',
  'ALTER TABLE a',
  'INSERT',
  'WITH x AS (',
  "UPDATE 'a",
  'CREATE TABLE a (',
  'DELETE a',
])('never throws: %s', (sql) => expect(readStatement(sql)).toHaveProperty('kind'))
