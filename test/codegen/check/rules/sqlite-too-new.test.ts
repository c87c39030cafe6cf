// SQLITE_TOO_NEW
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const FEATURES: readonly (readonly [since: string, sql: string])[] = [
  ['3.24', 'INSERT INTO a (b) VALUES (1) ON CONFLICT (b) DO NOTHING'],
  ['3.25', 'ALTER TABLE a RENAME COLUMN b TO c'],
  ['3.25', 'INSERT INTO a (b) SELECT row_number() OVER (ORDER BY c) FROM d'],
  ['3.30', 'CREATE VIEW v AS SELECT b FROM a ORDER BY b NULLS LAST'],
  ['3.31', 'CREATE TABLE a (b, c AS (b + 1))'],
  ['3.32', 'UPDATE a SET b = iif(c, 1, 2) WHERE d'],
  ['3.33', 'UPDATE a SET b = c.b FROM c WHERE c.id = a.id'],
  ['3.35', 'ALTER TABLE a DROP COLUMN b'],
  ['3.35', 'DELETE FROM a WHERE b RETURNING c'],
  ['3.35', 'WITH x AS NOT MATERIALIZED (SELECT 1) DELETE FROM a WHERE b IN x'],
  ['3.35', 'UPDATE a SET b = floor(c) WHERE d'],
  ['3.37', 'CREATE TABLE a (b INTEGER) STRICT'],
  ['3.38', 'UPDATE a SET b = c ->> 1 WHERE d'],
  ['3.38', 'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = unixepoch(c); END'],
  ['3.39', 'CREATE VIEW v AS SELECT 1 FROM a FULL OUTER JOIN b ON a.id = b.id'],
  ['3.39', 'DELETE FROM a WHERE b IS NOT DISTINCT FROM c'],
  ['3.43', 'UPDATE a SET b = octet_length(c) WHERE d'],
  ['3.44', 'UPDATE a SET b = concat(c, d) WHERE e'],
  ['3.44', 'INSERT INTO a (b) SELECT group_concat(c, 0 ORDER BY d) FROM e'],
  ['3.44', 'CREATE VIEW v AS SELECT json_group_array(c -- by d\\n ORDER  BY d DESC) FROM e'],
  ['3.45', 'UPDATE a SET b = jsonb(c) WHERE d'],
  ['3.46', 'UPDATE a SET b = 1_000 WHERE c'],
  ['3.48', 'UPDATE a SET b = if(c, 1) WHERE d'],
  ['3.53', 'ALTER TABLE a ALTER COLUMN b SET NOT NULL'],
  ['3.53', 'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)'],
  ['3.53', 'ALTER TABLE a DROP CONSTRAINT c'],
]

const older = (version: string): string => `3.${Number(version.split('.')[1]) - 1}`
const withUp = (sql: string) => ({ '001_a.ts': migrationWith(`up: '${sql}'`) })

describe('valid', () => {
  test.each(FEATURES)('SQLite %s may use %s', async (since, sql) => {
    expect(await placesIn(withUp(sql), { minimumSqlite: since })).toEqual([])
  })

  test('nothing is asked for', async () =>
    expect(await placesIn(withUp('ALTER TABLE a DROP COLUMN b'))).toEqual([]))

  test.each([
    'INSERT INTO a (b) SELECT group_concat(c) FROM (SELECT c FROM d ORDER BY c) ORDER BY c',
    'INSERT INTO a (b) SELECT max((SELECT c FROM d ORDER BY c LIMIT 1), (f)) FROM e',
    'DELETE FROM a WHERE b IN (SELECT c FROM d ORDER BY e LIMIT 3) OR EXISTS (SELECT 1 ORDER BY 1)',
    'CREATE TABLE IF NOT EXISTS format (log, "over" TEXT)',
    'CREATE INDEX i ON log (b)',
    'CREATE TABLE a (b REFERENCES format (id), "returning" TEXT)',
    'INSERT INTO a (b) VALUES (1)',
    'CREATE TABLE a (b NOT NULL ON CONFLICT IGNORE)',
    'CREATE TABLE a (b DEFAULT 7) -- returning, iif(1)',
  ])('SQLite 3.20 may use %s', async (sql) => {
    const settings = { minimumSqlite: '3.20', rules: { IF_NOT_EXISTS: 'off' } } as const
    expect(await placesIn(withUp(sql), settings)).toEqual([])
  })
})

describe('invalid', () => {
  test.each(FEATURES)('before SQLite %s: %s', async (since, sql) => {
    const found = await checkFolder(withUp(sql), { minimumSqlite: older(since) })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ code: 'SQLITE_TOO_NEW', severity: 'error', column: 8 })
    expect(found[0]!.message).toContain(`(SQLite ${since})`)
    expect(found[0]!.fix).toContain(`raise \`minimumSqlite\` to '${since}'`)
  })

  test('a patch version, and a down', async () => {
    const sql =
      '-- migrate:up\nALTER TABLE a ADD b;\n-- migrate:down\nALTER TABLE a DROP COLUMN b;\n'
    expect(await placesIn({ '001_a.sql': sql }, { minimumSqlite: '3.34.1' })).toEqual([
      '001_a.sql:4:1 error SQLITE_TOO_NEW',
    ])
  })
})
