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
