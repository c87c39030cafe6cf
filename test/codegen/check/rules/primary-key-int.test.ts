// PRIMARY_KEY_INT
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const VALID = [
  'CREATE TABLE a (id INTEGER PRIMARY KEY)',
  'CREATE TABLE a (id integer, PRIMARY KEY (id DESC))',
  'CREATE TABLE a (id "INTEGER" CONSTRAINT pk PRIMARY KEY AUTOINCREMENT)',
  'CREATE TABLE a (id INT PRIMARY KEY) WITHOUT ROWID',
  'CREATE TABLE a (id TEXT PRIMARY KEY)',
  'CREATE TABLE a (id INT, b INT, PRIMARY KEY (id, b))',
  'CREATE TABLE a (id INT)',
]
const INVALID = [
  'CREATE TABLE a (id INT PRIMARY KEY)',
  'CREATE TABLE a (id BIGINT, b, CONSTRAINT pk PRIMARY KEY (id))',
  'CREATE TABLE a (id UNSIGNED BIG INT NOT NULL PRIMARY KEY)',
  'CREATE TABLE a (id INTEGER(8) PRIMARY KEY)',
  'CREATE TABLE a (id INTEGER PRIMARY KEY DESC)',
  'CREATE TABLE a (id SERIAL PRIMARY KEY)',
  'CREATE TABLE a (id INT PRIMARY KEY) STRICT',
  'CREATE TABLE a (id INT, PRIMARY KEY (id ASC))',
]

/** Whether a row without a key gets its rowid as the key. */
function isRowid(sql: string): boolean {
  const db = new Database(':memory:')
  db.exec(sql)
  db.exec('INSERT INTO a DEFAULT VALUES')
  return db.prepare('SELECT id = rowid FROM a').pluck().get() === 1
}

describe('valid', () => {
  test.each(VALID)('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
  })

  test.each(VALID.slice(0, 3))('SQLite takes it for the rowid: %s', (sql) =>
    expect(isRowid(sql)).toBe(true),
  )
})

describe('invalid', () => {
  test.each(INVALID)('%s', async (sql) => {
    const column = 8 + sql.indexOf('id ')
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([
      `001_a.ts:3:${column} warning PRIMARY_KEY_INT`,
    ])
  })

  test.each(INVALID.filter((sql) => !/NOT NULL|STRICT/.test(sql)))(
    'SQLite does not take it for the rowid: %s',
    (sql) => expect(isRowid(sql)).toBe(false),
  )

  test.each(INVALID.filter((sql) => /NOT NULL|STRICT/.test(sql)))(
    'SQLite gives it no number: %s',
    (sql) => expect(() => isRowid(sql)).toThrow('NOT NULL constraint failed'),
  )

  test.each([
    ['INT PRIMARY KEY)', 'get NULL instead of a number'],
    ['INT PRIMARY KEY) STRICT', 'gets no number'],
  ])('the message says what happens to %s', async (rest, consequence) => {
    const up = `up: 'CREATE TABLE a (id ${rest}'`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.message).toContain('declares id of a as INT PRIMARY KEY')
    expect(found!.message).toContain(consequence)
    expect(found!.fix).toBe('Write `id INTEGER PRIMARY KEY`.')
  })
})
