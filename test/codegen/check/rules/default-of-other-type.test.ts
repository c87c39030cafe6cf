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

  test.each([
    "INTEGER DEFAULT '5'",
    "REAL DEFAULT '0.5'",
    "TEXT DEFAULT 'none'",
    "ANY DEFAULT 'x'",
  ])('%s of a STRICT table', async (column) => {
    const up = `up: "CREATE TABLE a (b ${column}) STRICT"`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ["BOOLEAN DEFAULT 'true'", '`WHERE b` treats it as false', '`DEFAULT 1`'],
    ["BOOLEAN NOT NULL DEFAULT ('false')", '`WHERE b` treats it as false', '`DEFAULT 0`'],
    ["INTEGER DEFAULT '0.5x'", 'in calculations it counts as 0.5.', '`DEFAULT 0`'],
    ["UNSIGNED BIG INT DEFAULT 'none'", 'in calculations it counts as 0.', '`DEFAULT 0`'],
    ["REAL DEFAULT ''", 'in calculations it counts as 0.', '`DEFAULT 0`'],
    ["NUMERIC(5) DEFAULT 'NULL'", 'it stores the text.', '`DEFAULT NULL`'],
    ["INTEGER DEFAULT 'CURRENT_TIMESTAMP'", 'this text', '`DEFAULT CURRENT_TIMESTAMP` without'],
    ["TEXT DEFAULT 'current_date'", 'this text', '`DEFAULT CURRENT_DATE` without'],
    ["DATETIME DEFAULT 'now()'", 'this text', 'without quotes in parentheses'],
  ])('%s', async (column, says, fix) => {
    const [found, ...others] = await checkFolder({ '001_a.ts': made(column) })
    expect(others).toEqual([])
    expect(found).toMatchObject({ code: 'DEFAULT_OF_OTHER_TYPE', severity: 'warning', line: 3 })
    expect(found!.message).toContain(says)
    expect(found!.fix).toContain(fix)
    expect(typeStored(column)).toBe('text')
  })

  test.each(['BOOLEAN DEFAULT `true`', 'BOOLEAN DEFAULT [true]', 'INTEGER DEFAULT none'])(
    '%s, a name that is a text',
    async (column) => {
      const [found] = await checkFolder({ '001_a.ts': made(column.replaceAll('`', '\\"')) })
      expect(found).toMatchObject({ code: 'DEFAULT_OF_OTHER_TYPE' })
      expect(found!.message).toMatch(/the default '(?:true|none)', which SQLite cannot convert/)
      expect(typeStored(column)).toBe('text')
    },
  )

  test.each([
    ['INTEGER', "'none'", ''],
    ['INT', "'0.5'", ''],
    ['REAL', '\\"x\\"', ''],
    ['BLOB', "'x'", ''],
    ['INTEGER', "'none'", '; ALTER TABLE a RENAME TO c; ALTER TABLE c ADD COLUMN d'],
  ])(
    '%s DEFAULT %s of a STRICT table, where SQLite refuses the row%s',
    async (type, text, after) => {
      const made = after === '' ? `b ${type} DEFAULT ${text}` : 'b'
      const added = after === '' ? '' : `${after} ${type} DEFAULT ${text}`
      const up = `up: "CREATE TABLE a (i INT, ${made.replace(/^b$/, 'b INT')}) STRICT${added}"`
      const [found, ...others] = await checkFolder({ '001_a.ts': migrationWith(up) })
      expect(others).toEqual([])
      expect(found!.message).toContain(`as ${type} of a STRICT table with the default`)
      const db = new Database(':memory:')
      db.exec(`CREATE TABLE a (i INT, b ${type} DEFAULT ${text.replaceAll('\\', '')}) STRICT`)
      expect(() => db.exec('INSERT INTO a (i) VALUES (1)')).toThrow(`value in ${type} column`)
    },
  )

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
