// INSERT_SELECT_STAR
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'
import { placesProven } from '../../proven/prove-project.js'

test.each([
  'INSERT INTO b (x, y) SELECT x, y FROM a',
  'INSERT INTO b SELECT count(*), max(x) FROM a',
  'INSERT INTO b SELECT x * y FROM a',
  'INSERT INTO b SELECT * FROM (SELECT y, x FROM a)',
  'WITH r AS (SELECT y, x FROM a) INSERT INTO b SELECT * FROM r',
  'INSERT INTO b WITH r (p, q) AS MATERIALIZED (SELECT y, x FROM a), s AS (SELECT 1) SELECT * FROM s',
  'INSERT INTO b VALUES (1)',
  'CREATE TABLE b AS SELECT * FROM a',
  'CREATE TRIGGER t AFTER DELETE ON a BEGIN INSERT INTO b SELECT * FROM a; END',
])('valid: %s', async (sql) => {
  expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
})

describe('invalid', () => {
  test.each([
    'INSERT INTO b SELECT * FROM a',
    'insert or ignore into main."b" (x, y) select distinct * from a',
    'REPLACE INTO b SELECT a.* FROM a WHERE x > 1',
    'INSERT INTO b SELECT x, y FROM c UNION ALL SELECT * FROM a',
    'INSERT INTO b SELECT 1, * FROM a',
  ])('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([
      '001_a.ts:3:8 warning INSERT_SELECT_STAR',
    ])
  })

  test('the fix names the columns of the table that was just created', async () => {
    const up = `up: 'CREATE TABLE b (x INTEGER PRIMARY KEY, "a y" TEXT, CHECK (x > 0)); INSERT INTO b SELECT * FROM a'`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.fix).toBe(
      'Name the columns on both sides: `INSERT INTO b (x, "a y") SELECT x, "a y" FROM a`.',
    )
  })
})

test.each([
  ['SELECT *, NULL, 0 FROM a', 'SELECT x, y, NULL, 0 FROM a'],
  ["SELECT 1, a.*, upper('b, c') FROM a", "SELECT 1, y, z, upper('b, c') FROM a"],
  ['SELECT a.*, c.* FROM a JOIN c', 'SELECT x, y, z, "a q" FROM a'],
])('what is selected beside the star stays: %s', async (select, fixed) => {
  const up = `up: \`CREATE TABLE b (x INTEGER PRIMARY KEY, y TEXT, z TEXT, "a q" TEXT); INSERT INTO b ${select}\``
  const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
  expect(found!.fix).toContain(`\`INSERT INTO b (x, y, z, "a q") ${fixed}\``)
})

describe('where the replay knows the columns', () => {
  const T =
    '-- irreversible: a test\n-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);\n'
  const into = async (up: string) => {
    const sql = `-- irreversible: a test\n-- migrate:up\n${up}\n`
    const places = await placesProven({ '001_a.sql': T, '002_b.sql': sql })
    return places.filter((place) => !/ (TABLE_DROPPED|WRITE_WITHOUT_WHERE)$/.test(place))
  }
  const swap = 'DROP TABLE t; ALTER TABLE n RENAME TO t;'

  test.each([
    `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO n SELECT * FROM t; ${swap}`,
    `CREATE TABLE "N" (id INTEGER PRIMARY KEY, A TEXT, [b] TEXT); INSERT INTO n SELECT t.* FROM main.T t; ${swap}`,
    `CREATE TABLE n (a TEXT, id INTEGER PRIMARY KEY, b TEXT); INSERT INTO n (id, a, b) SELECT * FROM t; ${swap}`,
    `ALTER TABLE t ADD COLUMN c TEXT; CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT); INSERT INTO n SELECT * FROM t; ${swap}`,
    `CREATE TABLE n (id INTEGER PRIMARY KEY, x TEXT, b TEXT); ALTER TABLE n RENAME COLUMN x TO a; INSERT INTO n SELECT * FROM t; ${swap}`,
    `CREATE TABLE o AS SELECT * FROM t; CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO n SELECT * FROM t WHERE 1; DROP TABLE o; ${swap}`,
    `CREATE TEMP TABLE o AS SELECT * FROM t; DELETE FROM t WHERE 1; INSERT INTO t SELECT * FROM o; DROP TABLE o;`,
    `CREATE TEMP TABLE o AS SELECT id, "A", b FROM t; DELETE FROM t; INSERT INTO t SELECT * FROM o; DROP TABLE o;`,
    `CREATE TEMP TABLE o AS SELECT b, a, id FROM t; DELETE FROM t; INSERT INTO t (b, a, id) SELECT * FROM o; DROP TABLE o;`,
  ])('the same order is right: %s', async (up) => expect(await into(up)).toEqual([]))

  test.each([
    `CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT, a TEXT); INSERT INTO n SELECT * FROM t;`,
    `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO n (id, b, a) SELECT * FROM t;`,
    `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, c TEXT); INSERT INTO n SELECT * FROM t;`,
    `CREATE TABLE n (x, id INTEGER, a TEXT, b TEXT); INSERT INTO n SELECT 1, * FROM t;`,
    `CREATE TABLE n (id INTEGER, a, b); INSERT INTO n SELECT id, b, a FROM t UNION ALL SELECT * FROM (SELECT * FROM t) UNION ALL SELECT t.* FROM t; CREATE TABLE m (id INTEGER, b, a); INSERT INTO m SELECT * FROM n;`,
    `CREATE TABLE o AS SELECT id, b, a FROM t; INSERT INTO t SELECT * FROM o WHERE 0;`,
    `CREATE TABLE o AS SELECT id, b a, a b FROM t; INSERT INTO t SELECT * FROM o WHERE 0;`,
  ])('another order is not: %s', async (up) =>
    expect(await into(up)).toEqual([expect.stringMatching(/ warning INSERT_SELECT_STAR$/)]),
  )
})
