// Rows that stood once in a table, and several times in the one that takes its place: nothing keeps a copy from that where no
// key refuses it.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS = 'at TEXT, page TEXT, mail TEXT'
const LOG = `CREATE TABLE log (${COLUMNS})`
const USERS =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE addresses (id INTEGER PRIMARY KEY, u INTEGER NOT NULL REFERENCES users (id), city TEXT)'

const anew = (copies: string, columns = COLUMNS, table = 'log'): string =>
  `CREATE TABLE n (${columns}); ${copies}; DROP TABLE ${table}; ALTER TABLE n RENAME TO ${table}`

const twice = (db: Database): void => {
  db.exec(`CREATE TABLE n (${COLUMNS})`)
  const rows = db.prepare<[], Record<string, unknown>>('SELECT * FROM log').all()
  for (const row of [...rows, ...rows])
    db.prepare('INSERT INTO n VALUES (:at, :page, :mail)').run(row)
  db.exec('DROP TABLE log; ALTER TABLE n RENAME TO log')
}

const DOUBLED: Readonly<Record<string, readonly [first: string, second: Step | string]>> = {
  'a JOIN without a condition': [
    `${LOG}; CREATE TABLE pages (path TEXT)`,
    anew('INSERT INTO n SELECT log.* FROM log JOIN pages'),
  ],
  'a LEFT JOIN with several matches': [
    `${USERS}; CREATE TABLE log (at TEXT, u INTEGER REFERENCES users (id))`,
    anew(
      'INSERT INTO n SELECT at, log.u FROM log LEFT JOIN addresses a ON a.u = log.u',
      'at TEXT, u INTEGER REFERENCES users (id)',
    ),
  ],
  'rows that get new numbers': [
    'CREATE TABLE log (id INTEGER PRIMARY KEY, at TEXT, page TEXT); CREATE TABLE pages (path TEXT)',
    anew(
      'INSERT INTO n (at, page) SELECT at, page FROM log, pages',
      'id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, page TEXT',
    ),
  ],
  'a copy that runs twice': [
    LOG,
    anew('INSERT INTO n SELECT * FROM log; INSERT INTO n SELECT * FROM log'),
  ],
  'both parts of a UNION ALL': [
    LOG,
    anew('INSERT INTO n SELECT * FROM log UNION ALL SELECT * FROM log WHERE page IS NOT NULL'),
  ],
  'rows that are put aside and come back twice': [
    LOG,
    'CREATE TEMP TABLE h AS SELECT * FROM log; DELETE FROM log; INSERT INTO log SELECT * FROM h; INSERT INTO log SELECT * FROM h',
  ],
  'code that copies twice': [LOG, { up: twice }],
}

describe('rows are doubled by', () => {
  testSome(Object.entries(DOUBLED))('%s', async (_, steps) => {
    const found = await factsOf(steps)
    expect(found).toContainEqual(expect.objectContaining({ kind: 'rows-doubled', table: 'log' }))
  })

  it('a down, which is told where it stands', async () => {
    const down = anew('INSERT INTO n SELECT * FROM log; INSERT INTO n SELECT * FROM log')
    const [fact, ...others] = await factsOf([LOG, { up: 'CREATE INDEX i ON log (at)', down }])
    expect(fact).toMatchObject({ kind: 'rows-doubled', more: 5, at: { direction: 'down' } })
    expect(others).toEqual([])
  })
})

const OTHER = `CREATE TABLE old_log (${COLUMNS})`

const INNOCENT: Readonly<Record<string, readonly [first: string, second: string]>> = {
  'equal rows of two tables that are merged': [
    `${LOG}; ${OTHER}`,
    `${anew('INSERT INTO n SELECT * FROM log UNION ALL SELECT * FROM old_log')}; DROP TABLE old_log`,
  ],
  'equal rows of two tables that are merged one after the other': [
    `${LOG}; ${OTHER}`,
    `${anew('INSERT INTO n SELECT * FROM log; INSERT INTO n SELECT * FROM old_log')}; DROP TABLE old_log`,
  ],
  'a column that tells where a row comes from': [
    `${LOG}; ${OTHER}`,
    anew(
      "INSERT INTO n SELECT 'now', * FROM log UNION ALL SELECT 'old', * FROM old_log",
      `kind TEXT, ${COLUMNS}`,
    ),
  ],
  'a row for each of several values': [
    LOG,
    anew(
      "INSERT INTO n SELECT at, page, mail, value FROM log, json_each('[1, 2]')",
      `${COLUMNS}, turn INTEGER`,
    ),
  ],
  'a product with the rights that there are': [
    'CREATE TABLE log (u TEXT NOT NULL, grp TEXT)',
    anew(
      "INSERT INTO n SELECT u, grp, r FROM log CROSS JOIN (SELECT 'read' AS r UNION ALL SELECT 'write')",
      'u TEXT NOT NULL, grp TEXT, r TEXT NOT NULL',
    ),
  ],
  'columns that become rows': [
    'CREATE TABLE log (id INTEGER PRIMARY KEY, page TEXT, mail TEXT)',
    anew(
      "INSERT INTO n (owner, k, v) SELECT id, 'page', page FROM log UNION ALL SELECT id, 'mail', mail FROM log",
      'id INTEGER PRIMARY KEY, owner INTEGER, k TEXT, v TEXT',
    ),
  ],
  'rows that only a column told from each other which is dropped': [
    LOG,
    anew('INSERT INTO n SELECT mail FROM log', 'mail TEXT'),
  ],
  'both sides of an entry, of which those of nothing are equal': [
    'CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE log (u INTEGER NOT NULL REFERENCES u (id), amount INTEGER)',
    anew(
      'INSERT INTO n SELECT u, amount FROM log UNION ALL SELECT u, -amount FROM log',
      'u INTEGER NOT NULL REFERENCES u (id), amount INTEGER',
    ),
  ],
  'an empty row of its own': [
    LOG,
    anew('INSERT INTO n SELECT * FROM log; INSERT INTO n DEFAULT VALUES'),
  ],
  'a subquery that gives one row': [
    `${USERS}; CREATE TABLE log (at TEXT, u INTEGER REFERENCES users (id))`,
    anew(
      'INSERT INTO n SELECT at, u, (SELECT city FROM addresses a WHERE a.u = log.u LIMIT 1) FROM log',
      'at TEXT, u INTEGER REFERENCES users (id), city TEXT',
    ),
  ],
}

testSome(Object.entries(INNOCENT))('nothing is doubled by: %s', async (_, steps) => {
  expect((await factsOf(steps)).filter(({ kind }) => kind === 'rows-doubled')).toEqual([])
})
