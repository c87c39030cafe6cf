// COLUMN_TYPE_UNKNOWN
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const typed = (type: string): string => migrationWith(`up: 'CREATE TABLE a (b ${type})'`)

describe('valid', () => {
  test.each(
    (
      ',INTEGER,INT,INT8,UNSIGNED BIG INT,TINYINT,TEXT,VARCHAR(255),NATIVE CHARACTER(70),CHARACTER VARYING (20),CLOB,BLOB,' +
      'REAL,DOUBLE PRECISION,FLOAT,NUMERIC,BOOLEAN,BOOL,DATE,DATETIME,TIMESTAMP,TIMESTAMPTZ,TIMESTAMP WITH TIME ZONE,' +
      'UUID,JSON,JSONB,MONEY,F32_BLOB(3),UINT64,DATETIME2,NVARCHAR2(9),UUID_V4,JSON5,TIMESTAMP_MS,BYTES,ANY,GEOMETRY,STATUS,COUNTRY_CODE,"my type"'
    ).split(','),
  )('%s', async (type) => expect(await placesIn({ '001_a.ts': typed(type) })).toEqual([]))

  test('of several arguments', async () =>
    expect(await placesIn({ '001_a.ts': typed('DECIMAL(10, 2) NOT NULL DEFAULT 0') })).toEqual([]))

  test('a STRICT table, where SQLite refuses it', async () => {
    const up = `up: 'CREATE TABLE a (b INTERGER) STRICT'`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([])
    expect(() => new Database(':memory:').exec('CREATE TABLE a (b INTERGER) STRICT')).toThrow(
      'unknown datatype',
    )
  })
})

describe('invalid', () => {
  test.each([
    ['INTERGER', 'INTEGER'],
    ['tex', 'TEXT'],
    ['TXET', 'TEXT'],
    ['BOLEAN', 'BOOLEAN'],
    ['VARCHR(20)', 'VARCHAR'],
    ['DOUBLE PERCISION', 'PRECISION'],
    ['TIMESTMAP', 'TIMESTAMP'],
    ['STRING', 'TEXT'],
  ])('%s, meant was %s', async (type, meant) => {
    const [found, ...others] = await checkFolder({ '001_a.ts': typed(type) })
    expect(others).toEqual([])
    expect(found).toMatchObject({
      code: 'COLUMN_TYPE_UNKNOWN',
      severity: 'warning',
      line: 3,
      column: 24,
    })
    expect(found!.fix).toContain(`Write \`b ${meant}\`.`)
  })

  test.each([
    ['STRING', "treats as a number (NUMERIC): the text '007' becomes 7."],
    ['STRING INT', "treats as a number (INTEGER): the text '007' becomes 7."],
    ['TEXT STRING', 'it stores the values as TEXT only because of another word in the type.'],
    ['STRING TEXT', 'it stores the values as TEXT only because of another word in the type.'],
    ['VARCHR(20)', 'guesses from the letters what to store in it, here NUMERIC.'],
    ['INTERGER', 'guesses from the letters what to store in it, here INTEGER.'],
  ])('%s is stored as SQLite itself says', async (type, says) => {
    const [found] = await checkFolder({ '001_a.ts': typed(type) })
    expect(found!.message).toContain(says)
    const db = new Database(':memory:')
    db.exec(`CREATE TABLE a (b ${type}); INSERT INTO a VALUES ('007')`)
    const stored = db.prepare('SELECT typeof(b) FROM a').pluck().get()
    expect(stored).toBe(says.includes('TEXT') ? 'text' : 'integer')
  })

  test('an added column', async () => {
    const up = `up: 'ALTER TABLE a ADD COLUMN b INTEGR'`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      '001_a.ts:3:33 warning COLUMN_TYPE_UNKNOWN',
    ])
  })
})

test.each(['STRING', 'TEX'])("SQLite takes %s for a number: '007' becomes 7", (type) => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE a (b ${type}); INSERT INTO a VALUES ('007')`)
  expect(db.prepare('SELECT b FROM a').pluck().get()).toBe(7)
})
