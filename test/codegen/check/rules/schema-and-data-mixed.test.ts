// SCHEMA_AND_DATA_MIXED
import { describe, expect, test } from 'vitest'
import { proveFiles } from '../../proven/prove-project.js'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

test.each([
  ['schema only', 'CREATE TABLE a (b); CREATE INDEX i ON a (b)'],
  ['data only', 'UPDATE a SET b = 1 WHERE c; INSERT INTO b (x) VALUES (1)'],
  ['first rows', 'CREATE TABLE a (b); INSERT INTO a (b) VALUES (1)'],
  ['a new column is filled', 'ALTER TABLE a ADD b; UPDATE a SET b = 1 WHERE c'],
  [
    'a rebuild',
    'CREATE TABLE n (b); INSERT INTO n (b) SELECT b FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a; UPDATE a SET b = 1 WHERE c',
  ],
  ['duplicates make way', 'DELETE FROM a WHERE d > 1; CREATE UNIQUE INDEX i ON a (b)'],
  ['rows move into a new table', 'CREATE TABLE n (b); INSERT INTO log (b) SELECT b FROM n'],
  [
    'rows move into a new table, and out of the old one',
    'CREATE TABLE n (b); INSERT INTO n (b) SELECT b FROM a WHERE c; DELETE FROM a WHERE c',
  ],
  [
    'a map of new numbers',
    'CREATE TEMP TABLE m AS SELECT b FROM a; CREATE TABLE n (b); INSERT INTO n (b) SELECT m.b FROM a JOIN m; UPDATE c SET d = (SELECT b FROM m) WHERE e; DROP TABLE m; DROP TABLE a; ALTER TABLE n RENAME TO a',
  ],
  [
    'a map that is filled later',
    'CREATE TEMP TABLE m (b); INSERT INTO m (b) SELECT b FROM a; UPDATE c SET d = (SELECT b FROM m) WHERE e; DROP TABLE m; DROP TABLE a',
  ],
  [
    'an index is built',
    `CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; INSERT INTO f (f) VALUES (1)`,
  ],
  ['a watermark', 'CREATE TABLE a (b); UPDATE sqlite_sequence SET seq = 9 WHERE name = 1'],
  [
    'a temporary table by its schema',
    'CREATE TABLE temp.t (b); UPDATE a SET b = 1 WHERE c; DROP TABLE temp.t',
  ],
  ['one that is made elsewhere', 'UPDATE a SET b = 1 WHERE c; DROP TABLE temp.t'],
  [
    'a temporary index, trigger and view',
    'CREATE TEMP TABLE t (b); CREATE INDEX temp.i ON t (b); CREATE TEMP VIEW v AS SELECT b FROM t; CREATE TEMP TRIGGER r AFTER UPDATE ON u BEGIN SELECT 1; END; UPDATE a SET b = 1 WHERE c; DROP VIEW v; DROP TRIGGER r; DROP TABLE t',
  ],
  ['a temporary table', 'CREATE TEMP TABLE t (b); UPDATE a SET b = 1 WHERE c; DROP TABLE t'],
])('valid: %s', async (_, sql) => {
  expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
})

describe('invalid', () => {
  test.each([
    ['CREATE TABLE a (b); UPDATE users SET name = 1 WHERE id = 2', '001_a.ts:3:28'],
    ['ALTER TABLE a ADD b; INSERT INTO settings (k) VALUES (1)', '001_a.ts:3:29'],
    ['DELETE FROM users WHERE id = 1; DROP TABLE a', '001_a.ts:3:8'],
    [
      'CREATE TEMP TABLE m AS SELECT b FROM x; UPDATE c SET d = (SELECT b FROM m) WHERE e; DROP TABLE m; DROP TABLE a',
      '001_a.ts:3:48',
    ],
    [
      'CREATE TABLE n (b, u REFERENCES a); INSERT INTO n (b) SELECT b FROM c; DELETE FROM a WHERE d',
      '001_a.ts:3:79',
    ],
  ])('%s', async (sql, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([
      `${place} info SCHEMA_AND_DATA_MIXED`,
    ])
  })

  test('once for a migration', async () => {
    const up = `up: 'CREATE TABLE a (b); UPDATE c SET d = 1 WHERE e; UPDATE f SET d = 1 WHERE e'`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toHaveLength(1)
  })

  test.each([
    ['CREATE TABLE a (b); UPDATE c SET d = 1 WHERE e', 'of their own, after this one.'],
    ['UPDATE c SET d = 1 WHERE e; CREATE TABLE a (b)', 'of their own, before this one.'],
    ['CREATE TABLE a (b); UPDATE c SET d = 1 WHERE e; DROP TABLE f', 'of their own.'],
    ['UPDATE c SET d = 1 WHERE e; CREATE TABLE a (b); DELETE FROM c WHERE e', 'of their own.'],
  ])('says where the rows belong where that is plain: %s', async (sql, where) => {
    const [found] = await checkFolder({ '001_a.ts': migrationWith(`up: '${sql}'`) })
    expect(found!.fix).toContain(where)
  })
})

describe('rows that point at those which make way for an index', () => {
  const MAILS =
    'CREATE TABLE mails (id INTEGER PRIMARY KEY, a TEXT NOT NULL); CREATE TABLE labels (mail INTEGER NOT NULL REFERENCES mails (id), label TEXT); CREATE TABLE other (id INTEGER PRIMARY KEY, label TEXT)'
  const merged = (table: string, key: string): string =>
    `UPDATE ${table} SET ${key} = 1 WHERE ${key} = 2; DELETE FROM mails WHERE id NOT IN (SELECT min(id) FROM mails GROUP BY a); CREATE UNIQUE INDEX i ON mails (a)`

  test.each([
    ['labels', 'mail', []],
    ['other', 'id', ['SCHEMA_AND_DATA_MIXED']],
  ])('%s', async (table, key, codes) => {
    const file = (up: string): string => `-- irreversible: a test\n-- migrate:up\n${up}\n`
    const found = await proveFiles({
      'migrations/001_a.sql': file(MAILS),
      'migrations/002_b.sql': file(merged(table, key)),
    })
    expect(found.flatMap(({ code }) => (code === 'SCHEMA_AND_DATA_MIXED' ? [code] : []))).toEqual(
      codes,
    )
  })
})

describe('rows that point at those which move into a new table', () => {
  const TABLES =
    'CREATE TABLE p (id INTEGER PRIMARY KEY, gone INTEGER); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id), x TEXT); CREATE TABLE d (c INTEGER REFERENCES c (id), x TEXT)'
  const MOVED =
    'CREATE TABLE trash (id INTEGER PRIMARY KEY); INSERT INTO trash (id) SELECT id FROM p WHERE gone = 1; DELETE FROM p WHERE gone = 1'
  const FOLLOWING = 'DELETE FROM c WHERE p NOT IN (SELECT id FROM p)'

  test.each([
    ['go along', FOLLOWING, []],
    [
      'go along, and what points at them',
      `${FOLLOWING}; UPDATE d SET c = NULL WHERE c NOT IN (SELECT id FROM c)`,
      [],
    ],
    ['stay, and others change', "UPDATE d SET x = 'y' WHERE c = 2", ['SCHEMA_AND_DATA_MIXED']],
  ])('%s', async (_, more, codes) => {
    const file = (up: string): string => `-- irreversible: a test\n-- migrate:up\n${up}\n`
    const found = await proveFiles({
      'migrations/001_a.sql': file(TABLES),
      'migrations/002_b.sql': file(`${MOVED}; ${more}`),
    })
    expect(found.flatMap(({ code }) => (code === 'SCHEMA_AND_DATA_MIXED' ? [code] : []))).toEqual(
      codes,
    )
  })
})

test('code archives rows, and deletes what points at them', async () => {
  const tables = `-- irreversible: no
-- migrate:up
CREATE TABLE o (id INTEGER PRIMARY KEY, paid INTEGER NOT NULL);
CREATE TABLE line (id INTEGER PRIMARY KEY, o_id INTEGER NOT NULL REFERENCES o (id), text TEXT);
CREATE INDEX line_o ON line (o_id);
CREATE TABLE other (id INTEGER PRIMARY KEY, x TEXT);`
  const archive = (more = ''): string => `export const irreversible = 'archived'
export function up(db) {
  db.exec('CREATE TABLE past (id INTEGER PRIMARY KEY, lines TEXT NOT NULL)')
  for (const { id } of db.prepare('SELECT id FROM o WHERE paid = 1').all()) {
    const lines = db.prepare('SELECT * FROM line WHERE o_id = ?').all(id)
    db.prepare('INSERT INTO past (id, lines) VALUES (?, ?)').run(id, JSON.stringify(lines))
    db.prepare('DELETE FROM line WHERE o_id = ?').run(id)
    db.prepare('DELETE FROM o WHERE id = ?').run(id)
  }${more}
}`
  const found = async (more?: string): Promise<string[]> =>
    (await proveFiles({ 'migrations/001_a.sql': tables, 'migrations/002_b.ts': archive(more) }))
      .map(({ code }) => code)
      .filter((code) => code === 'SCHEMA_AND_DATA_MIXED')
  expect(await found()).toEqual([])
  const other = `\n  db.exec("UPDATE other SET x = 'a' WHERE id > 3")`
  expect(await found(other)).toEqual(['SCHEMA_AND_DATA_MIXED'])
})

test('keys that follow the new numbers of a table', async () => {
  const first = `-- irreversible: no
-- migrate:up
CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE bed (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES room (id), label TEXT);
CREATE INDEX bed_room ON bed (room_id);`
  const step = (column: string): string => `export const irreversible = 'numbers'
export function up(db) {
  db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL)')
  const move = db.prepare('UPDATE bed SET ${column} = ? WHERE ${column} = ?')
  for (const { id, name } of db.prepare('SELECT id, name FROM room').all())
    move.run(db.prepare('INSERT INTO n (name) VALUES (?)').run(name).lastInsertRowid, id)
  db.exec('DROP TABLE room; ALTER TABLE n RENAME TO room')
}`
  const found = async (column: string): Promise<string[]> =>
    (await proveFiles({ 'migrations/001_a.sql': first, 'migrations/002_b.ts': step(column) }))
      .map(({ code }) => code)
      .filter((code) => code === 'SCHEMA_AND_DATA_MIXED')
  expect(await found('room_id')).toEqual([])
  expect(await found('label')).toEqual(['SCHEMA_AND_DATA_MIXED'])
})
