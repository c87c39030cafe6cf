// WRITE_WITHOUT_WHERE
import { describe, expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

test.each([
  'UPDATE a SET b = 1 WHERE c IS NULL',
  'DELETE FROM a WHERE b = 1',
  'DELETE FROM a LIMIT 10',
  'ALTER TABLE a ADD COLUMN b; ALTER TABLE a ADD c; UPDATE A SET (b, "c") = (SELECT d, d)',
  'CREATE TABLE a (b); UPDATE a SET b = 1',
  'CREATE TABLE n (b); DROP TABLE a; ALTER TABLE n RENAME TO a; UPDATE a SET b = 1',
  'DELETE FROM a; DROP TABLE a',
  'DELETE FROM a; DROP TABLE a; CREATE TABLE a (b)',
  'CREATE TABLE n (b); INSERT INTO n SELECT b FROM a; DELETE FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a',
  'ALTER TABLE a ADD c; UPDATE a SET c = 1; CREATE TABLE n (c); INSERT INTO n SELECT c FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a',
  'ALTER TABLE a RENAME TO o; CREATE TABLE a (b); INSERT INTO a SELECT b FROM o; UPDATE a SET b = 1; DROP TABLE o',
  'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 1; END',
  'UPDATE sqlite_sequence SET seq = 10',
  'WITH x AS (SELECT 1) UPDATE a SET b = 1 WHERE c IN x',
])('valid: %s', async (sql) => {
  expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
})

describe('invalid', () => {
  test.each([
    ['UPDATE a SET b = 1', '001_a.ts:3:8'],
    ['DELETE FROM a', '001_a.ts:3:8'],
    [
      'UPDATE a SET b = 1; CREATE TABLE n (b); INSERT INTO n SELECT b FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a',
      '001_a.ts:3:8',
    ],
    [
      'UPDATE a SET b = 1; ALTER TABLE a RENAME TO o; CREATE TABLE a (b); INSERT INTO a SELECT b FROM o; DROP TABLE o',
      '001_a.ts:3:8',
    ],
    ['ALTER TABLE a ADD b; UPDATE a SET b = 1, c = 2', '001_a.ts:3:29'],
    ['UPDATE a SET b = (SELECT c FROM d WHERE d.id = a.id)', '001_a.ts:3:8'],
    ['UPDATE OR IGNORE main.a SET b = c IS DISTINCT FROM d', '001_a.ts:3:8'],
    ['WITH x AS (SELECT 1 WHERE 1) DELETE FROM a RETURNING b', '001_a.ts:3:8'],
  ])('%s', async (sql, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([
      `${place} info WRITE_WITHOUT_WHERE`,
    ])
  })

  test('in code', async () => {
    const up = `up(db) { db.prepare('UPDATE a SET b = ?').run(1) }`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      '001_a.ts:3:24 info WRITE_WITHOUT_WHERE',
    ])
  })
})

describe('a comment', () => {
  const both = (comment: string): Record<string, string> => ({
    '001_a.sql': `-- irreversible: x\n-- migrate:up\nCREATE TABLE "Old cache" (a); CREATE TABLE notes (a);\n`,
    '002_b.sql': `-- irreversible: x\n-- migrate:up\n${comment}\nDELETE FROM "Old cache";\nUPDATE notes SET a = 1;\n`,
  })

  test('about one table leaves the others', async () =>
    expect(
      await placesIn(both('-- lockstep-ignore WRITE_WITHOUT_WHERE "old cache": a cache')),
    ).toEqual(['002_b.sql:5:1 info WRITE_WITHOUT_WHERE']))

  test('about no table covers none of several', async () =>
    expect(await placesIn(both('-- lockstep-ignore WRITE_WITHOUT_WHERE: a cache'))).toEqual([
      '002_b.sql:3:1 warning SUPPRESSION_INCOMPLETE',
      '002_b.sql:4:1 info WRITE_WITHOUT_WHERE',
      '002_b.sql:5:1 info WRITE_WITHOUT_WHERE',
    ]))

  test('about no table covers the only one', async () => {
    const folder = both('-- lockstep-ignore WRITE_WITHOUT_WHERE: a cache')
    folder['002_b.sql'] = folder['002_b.sql']!.replace(/UPDATE.*/, '')
    expect(await placesIn(folder)).toEqual([])
  })
})
