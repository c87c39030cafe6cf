// Code that copies a table row by row: it may calculate what it likes, but neither mixes columns up nor forgets one unseen.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

interface Person {
  readonly id: bigint
  readonly name: string | null
  readonly mail: string | null
  readonly active: bigint | null
  readonly shown: bigint
}

const COLUMNS =
  'id INTEGER PRIMARY KEY, name TEXT, mail TEXT, active BOOLEAN, shown BOOLEAN NOT NULL DEFAULT 0'
const PEOPLE = `CREATE TABLE people (${COLUMNS})`

/** Makes people anew; `copy` is called for each old row. */
const copying =
  (copy: (row: Person, db: Database) => void) =>
  (db: Database): void => {
    db.exec(`CREATE TABLE n (${COLUMNS})`)
    const rows = db.prepare<[], Person>('SELECT * FROM people').safeIntegers(true).all()
    for (const row of rows) copy(row, db)
    db.exec('DROP TABLE people; ALTER TABLE n RENAME TO people')
  }

/** Hands values to an INSERT that names all columns. */
const inserting = (valuesOf: (row: Person) => readonly unknown[]) =>
  copying((row, db) => {
    db.prepare('INSERT INTO n (id, name, mail, active, shown) VALUES (?, ?, ?, ?, ?)').run(
      ...valuesOf(row),
    )
  })

const SWAPPED = [
  { kind: 'values-changed', table: 'people', column: 'name', from: 'mail' },
  { kind: 'values-changed', table: 'people', column: 'mail', from: 'name' },
]

describe('columns that code mixes up', () => {
  testSome([
    ['by place', inserting(({ id, name, mail, active, shown }) => [id, mail, name, active, shown])],
    [
      'without naming them',
      copying(({ id, name, mail, active, shown }, db) => {
        db.prepare('INSERT INTO n VALUES (?, ?, ?, ?, ?)').run(id, mail, name, active, shown)
      }),
    ],
  ])('are found: %s', async (_, up) => {
    expect(await factsOf([PEOPLE, { up }])).toMatchObject(SWAPPED)
  })

  it('are found where another statement adds a row', async () => {
    const up = `CREATE TABLE n (${COLUMNS});
INSERT INTO n (id, name, mail, active, shown) SELECT id, mail, name, active, shown FROM people;
INSERT INTO n (id, name, mail) VALUES (1, 'root', 'root');
DROP TABLE people; ALTER TABLE n RENAME TO people;`
    expect(await factsOf([PEOPLE, up])).toMatchObject(SWAPPED)
  })
})

testSome([
  ['in the list', 'INSERT INTO n (id, name, active, shown) VALUES (?, ?, ?, ?)'],
  ['in quotes', 'insert into "n" ("id", "name", "active", "shown") values (?, ?, ?, ?)'],
])('a column that code forgets: is found: %s', async (_, insert) => {
  const up = copying(({ id, name, active, shown }, db) => {
    db.prepare(insert).run(id, name, active, shown)
  })
  expect(await factsOf([PEOPLE, { up }])).toMatchObject([
    { kind: 'values-changed', column: 'mail', from: null, before: 'mail 3001', after: null },
  ])
})

testSome([
  [
    'calculate',
    inserting(({ id, name, mail, active, shown }) => [
      id,
      name?.trim().toUpperCase() ?? '',
      `${name ?? ''} <${mail ?? ''}>`,
      active,
      shown,
    ]),
  ],
  [
    'calculate what happens to stand in another column',
    inserting(({ id, name, mail, active, shown }) => [id, name, mail, active ?? shown, shown]),
  ],
  [
    'fill gaps of another column from it',
    inserting(({ id, name, mail, active, shown }) => [id, mail ?? name ?? '', mail, active, shown]),
  ],
  [
    'give all rows the same value by name',
    inserting(({ id, name, active, shown }) => [id, name, null, active, shown]),
  ],
  [
    'give it by an UPDATE',
    copying(({ id, name, mail, active, shown }, db) => {
      db.prepare('INSERT INTO n (id, name, active, shown) VALUES (?, ?, ?, ?)').run(
        id,
        name,
        active,
        shown,
      )
      db.prepare('UPDATE n SET mail = lower(?) WHERE id = ?').run(mail, id)
    }),
  ],
  [
    'name different columns in different rows',
    copying((row, db) => {
      const given = Object.entries(row).filter(([, value]) => value !== null)
      const names = given.map(([column]) => column).join(', ')
      const places = given.map(() => '?').join(', ')
      const values = given.map(([, value]) => value)
      db.prepare(`INSERT INTO n (${names}) VALUES (${places})`).run(...values)
    }),
  ],
])('code may: %s', async (_, up) => expect(await factsOf([PEOPLE, { up }])).toEqual([]))
