// Two tables that number their rows by themselves, and are put into one: rows of both have the same numbers.
import { expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, rowFacts, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const TWO =
  'CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE leads (id INTEGER PRIMARY KEY, name TEXT)'
const COPY = 'INTO contacts (id, name) SELECT id, name FROM leads'
const DROP = '; DROP TABLE leads'
const PEOPLE = 'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)'

const byCode = (sql: string) => (db: Database) => {
  const put = db.prepare<unknown[]>(sql)
  for (const { id, name } of db
    .prepare<[], { id: number; name: string }>('SELECT id, name FROM leads')
    .all())
    put.run(id, name)
  db.exec('DROP TABLE leads')
}

testSome([
  [`INSERT ${COPY}${DROP}`, 'contacts.id'],
  ['INSERT INTO "Contacts" (name, "ID") SELECT l.name, l.id AS id FROM leads AS l', 'contacts.id'],
  [
    `${PEOPLE}; INSERT INTO people SELECT * FROM contacts UNION ALL SELECT * FROM leads`,
    'people.id',
  ],
  [
    'CREATE TABLE c (id INTEGER PRIMARY KEY, name); INSERT INTO c SELECT id, name FROM contacts; INSERT INTO c SELECT id, name FROM leads; DROP TABLE contacts; ALTER TABLE c RENAME TO contacts',
    'c.id',
  ],
])('fail where an INSERT copies the numbers: %s', async (up, column) => {
  expect(await factsOf([TWO, up])).toMatchObject([
    {
      kind: 'step-failed',
      stage: 'rows',
      message: `UNIQUE constraint failed: ${column}`,
      merged: ['contacts', 'leads'],
    },
  ])
})

it('fail in code, and in a down', async () => {
  const failed = { kind: 'step-failed', merged: ['contacts', 'leads'] }
  const up = byCode('INSERT INTO contacts (id, name) VALUES (?, ?)')
  expect(await factsOf([TWO, { up }])).toMatchObject([failed])
  const back = { up: 'ALTER TABLE leads ADD COLUMN note', down: `INSERT ${COPY}` }
  expect(await factsOf([TWO, back])).toMatchObject([{ ...failed, at: { direction: 'down' } }])
})

testSome([
  [`INSERT OR REPLACE ${COPY}${DROP}`, 'contacts'],
  [`REPLACE ${COPY}; DELETE FROM leads`, 'contacts'],
  [`INSERT OR IGNORE ${COPY}${DROP}`, 'leads'],
  [`INSERT ${COPY} WHERE true ON CONFLICT DO NOTHING${DROP}`, 'leads'],
  [`INSERT ${COPY} WHERE id NOT IN (SELECT id FROM contacts)${DROP}`, 'leads'],
  [
    `${PEOPLE}; INSERT INTO people SELECT * FROM contacts; INSERT OR REPLACE INTO people SELECT * FROM leads; DROP TABLE contacts${DROP}`,
    'contacts',
  ],
])('lose rows where one takes the place of the other: %s', async (up, table) => {
  expect(await factsOf([TWO, up])).toMatchObject([{ kind: 'rows-lost', table, at: { version: 2 } }])
})

testSome([
  ['REPLACE INTO contacts (id, name) VALUES (?, ?)', 'contacts'],
  ['INSERT OR IGNORE INTO contacts VALUES (?, ?)', 'leads'],
])('lose rows in code: %s', async (statement, table) => {
  expect(await factsOf([TWO, { up: byCode(statement) }])).toMatchObject([
    { kind: 'rows-lost', table, at: { statement } },
  ])
})

it('lose rows where ctx.batches reads them', async () => {
  const up = (db: Database, ctx: Context): void => {
    const put = db.prepare<unknown[]>('REPLACE INTO contacts (id, name) VALUES (?, ?)')
    ctx.batches<{ id: number; name: string }>(
      'SELECT id, name FROM leads',
      { by: 'id' },
      (rows) => {
        for (const { id, name } of rows) put.run(id, name)
      },
    )
    db.exec('DROP TABLE leads')
  }
  expect(await factsOf([TWO, { up, toolkit } as Step])).toMatchObject([
    { kind: 'rows-lost', table: 'contacts', merged: 'leads' },
  ])
})

it('are overwritten by ON CONFLICT DO UPDATE', async () => {
  const up = `INSERT ${COPY} WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name`
  expect(await factsOf([TWO, up + DROP])).toMatchObject([
    { kind: 'values-changed', table: 'contacts', column: 'name', merged: 'leads' },
  ])
})

it('are tried with rows of the configuration as well', async () => {
  const seeds = { contacts: [{ id: 1, name: 'ada' }], leads: [{ id: 1, name: 'bob' }] }
  expect(await factsOf([TWO, `INSERT OR REPLACE ${COPY}${DROP}`], { seeds })).toMatchObject([
    { kind: 'rows-lost', table: 'contacts', before: 1, after: 0 },
  ])
  const apart = { contacts: [{ id: 1, name: 'ada' }], leads: [{ id: 2, name: 'bob' }] }
  expect(await factsOf([TWO, `INSERT ${COPY}`], { seeds: apart })).toMatchObject([
    { kind: 'step-failed', merged: ['contacts', 'leads'] },
  ])
})

it('are not meant where code takes rows away for another reason', async () => {
  const up = (db: Database): void => {
    db.exec('DELETE FROM leads')
    db.prepare<unknown[]>('INSERT OR REPLACE INTO contacts (id, name) VALUES (?, ?)').run(5, 'five')
  }
  const seeds = { contacts: [{ id: 1, name: 'ada' }], leads: [{ id: 1, name: 'bob' }] }
  expect(await factsOf([TWO, { up }])).toEqual([])
  expect(await factsOf([TWO, { up }], { seeds })).toEqual([])
})

const SPLIT = `CREATE TABLE leads (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO leads SELECT id, name FROM contacts WHERE name IS NULL; DELETE FROM contacts WHERE name IS NULL`
const NOTES = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, name TEXT)'
const FOUND = 'CREATE TABLE found (id INTEGER PRIMARY KEY, name TEXT)'
const CONTACTS = 'CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT)'

const renumbering = (db: Database): void => {
  const put = db.prepare<unknown[]>('INSERT INTO contacts (id, name) VALUES (NULL, ?)')
  for (const { name } of db.prepare<[], { name: string }>('SELECT id, name FROM leads').all())
    put.run(name)
  db.exec('DROP TABLE leads')
}

testSome([
  [TWO, `INSERT INTO contacts SELECT id + 1000000000, name FROM leads${DROP}`],
  [
    TWO,
    `UPDATE contacts SET name = 'x' WHERE id IN (SELECT id FROM leads); INSERT OR IGNORE ${COPY}${DROP}`,
  ],
  [TWO, `DELETE FROM leads WHERE id IN (SELECT id FROM contacts); INSERT ${COPY}${DROP}`],
  [CONTACTS, { up: SPLIT, down: `INSERT ${COPY}${DROP}` }],
  [CONTACTS, SPLIT, `INSERT ${COPY}${DROP}`],
  [`${NOTES}; ${FOUND}`, 'INSERT OR REPLACE INTO found SELECT * FROM notes'],
  [`${NOTES}; ${FOUND}`, 'DELETE FROM found; INSERT INTO found SELECT * FROM notes'],
  [NOTES, `${FOUND}; INSERT INTO found SELECT * FROM notes; DROP TABLE notes`],
  [
    `${NOTES}; ${FOUND}; CREATE TRIGGER kept AFTER INSERT ON notes BEGIN INSERT INTO found VALUES (NEW.id, NEW.name); END`,
    'INSERT OR IGNORE INTO found SELECT * FROM notes',
  ],
  [
    'CREATE TABLE things (id INTEGER PRIMARY KEY); CREATE TABLE cars (id INTEGER PRIMARY KEY REFERENCES things, name); CREATE TABLE vans (id INTEGER PRIMARY KEY REFERENCES things, name)',
    'INSERT OR IGNORE INTO cars SELECT * FROM vans; DROP TABLE vans',
  ],
  [
    `${NOTES}; CREATE TABLE archived_notes (id INTEGER PRIMARY KEY, name TEXT)`,
    'INSERT INTO archived_notes SELECT * FROM notes; DROP TABLE notes',
  ],
  [
    'CREATE TABLE users (id INTEGER PRIMARY KEY, name); CREATE TABLE looks (user_id INTEGER PRIMARY KEY, theme)',
    "INSERT OR IGNORE INTO looks SELECT id, 'dark' FROM users; DROP TABLE users",
  ],
  [
    'CREATE TABLE old_keys (key TEXT PRIMARY KEY, value); CREATE TABLE options (key TEXT PRIMARY KEY, value)',
    'INSERT OR IGNORE INTO options SELECT * FROM old_keys; DROP TABLE old_keys',
  ],
  [TWO, { up: renumbering }],
])(
  'lose nothing where they have their numbers from each other, or new ones: %#',
  async (...steps) => expect(await factsOf(steps)).toEqual([]),
)

it('leave no trace of the rows that were tried', async () => {
  const rows = await rowFacts([
    TWO,
    `INSERT OR IGNORE ${COPY}`,
    'CREATE TABLE counts AS SELECT (SELECT count(*) FROM leads) AS n',
    'CREATE TABLE more (n CHECK (n < 7)); INSERT INTO more SELECT n FROM counts LIMIT 1',
  ])
  expect(rows.flatMap(({ facts }) => facts.filter(({ kind }) => kind === 'step-failed'))).toEqual(
    [],
  )
})
