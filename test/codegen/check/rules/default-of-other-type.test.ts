// DEFAULT_OF_OTHER_TYPE
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const made = (column: string, rest = ''): string =>
  migrationWith(`up: "CREATE TABLE a (id INTEGER PRIMARY KEY, b ${column}${rest})"`)

/** The types that SQLite stores the default of a column with. */
function typeStored(column: string): unknown {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE a (b ${column}); INSERT INTO a DEFAULT VALUES`)
  return db.prepare('SELECT typeof(b) FROM a').pluck().get()
}

describe('valid', () => {
  test.each([
    "INTEGER DEFAULT '0'",
    "INTEGER DEFAULT ' -12 '",
    "REAL NOT NULL DEFAULT '0.50'",
    "DECIMAL(10, 2) DEFAULT '1e3'",
    "BOOLEAN DEFAULT '1'",
    'BOOLEAN DEFAULT TRUE',
    'INTEGER DEFAULT NULL',
  ])('%s, of which SQLite makes a number', async (column) => {
    expect(await placesIn({ '001_a.ts': made(column) })).toEqual([])
    expect(typeStored(column)).not.toBe('text')
  })

  test.each([
    "TEXT DEFAULT 'true'",
    "VARCHAR(20) DEFAULT 'none'",
    "DATETIME DEFAULT '1970-01-01'",
    "JSON DEFAULT '{}'",
    "DEFAULT 'none'",
    "POINT DEFAULT '(0,0)'",
    "BOOLEAN DEFAULT 'f'",
    "INTEGER DEFAULT 'a' CHECK (b IN ('a', 'b'))",
    'TEXT DEFAULT CURRENT_TIMESTAMP',
    "TEXT DEFAULT (datetime('now'))",
    "TEXT DEFAULT 'current'",
  ])('%s', async (column) => expect(await placesIn({ '001_a.ts': made(column) })).toEqual([]))

  test('what a constraint of the table speaks of', async () => {
    const column = "BOOLEAN DEFAULT 'true'"
    const places = placesIn({ '001_a.ts': made(column, ", CHECK (b IN ('true', 'false'))") })
    expect(await places).toEqual([])
  })

  test('a STRICT table, where SQLite refuses the row', async () => {
    const up = `up: "CREATE TABLE a (b INTEGER DEFAULT 'none') STRICT"`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ["BOOLEAN DEFAULT 'true'", '`WHERE b` takes it for false', '`DEFAULT 1`'],
    ["BOOLEAN NOT NULL DEFAULT ('false')", '`WHERE b` takes it for false', '`DEFAULT 0`'],
    ["INTEGER DEFAULT '0.5x'", 'in calculations it counts as 0.5.', '`DEFAULT 0`'],
    ["UNSIGNED BIG INT DEFAULT 'none'", 'in calculations it counts as 0.', '`DEFAULT 0`'],
    ["REAL DEFAULT ''", 'in calculations it counts as 0.', '`DEFAULT 0`'],
    ["NUMERIC(5) DEFAULT 'NULL'", 'it stores the text.', '`DEFAULT NULL`'],
    ["INTEGER DEFAULT 'CURRENT_TIMESTAMP'", 'these letters', '`DEFAULT CURRENT_TIMESTAMP` without'],
    ["TEXT DEFAULT 'current_date'", 'these letters', '`DEFAULT CURRENT_DATE` without'],
    ["DATETIME DEFAULT 'now()'", 'these letters', 'without quotes in parentheses'],
  ])('%s', async (column, says, fix) => {
    const [found, ...others] = await checkFolder({ '001_a.ts': made(column) })
    expect(others).toEqual([])
    expect(found).toMatchObject({ code: 'DEFAULT_OF_OTHER_TYPE', severity: 'warning', line: 3 })
    expect(found!.message).toContain(says)
    expect(found!.fix).toContain(fix)
    expect(typeStored(column)).toBe('text')
  })

  test('an added column', async () => {
    const up = `up: "ALTER TABLE a ADD COLUMN b TEXT DEFAULT 'CURRENT_TIME'"`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.fix).toContain('in a rebuild of the table')
  })
})

test('SQLite takes texts in conditions for what they begin with, and finds no number equal to them', () => {
  const db = new Database(':memory:')
  db.exec("CREATE TABLE a (b BOOLEAN DEFAULT 'true'); INSERT INTO a DEFAULT VALUES")
  const count = (where: string): unknown =>
    db.prepare(`SELECT count(*) FROM a WHERE ${where}`).pluck().get()
  expect(['b', 'b = 1', 'b = 0', 'b > 999', 'NOT b'].map(count)).toEqual([0, 0, 0, 1, 1])
})
