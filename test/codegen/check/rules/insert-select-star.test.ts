// INSERT_SELECT_STAR
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

describe('valid', () => {
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
  ])('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
  })
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
