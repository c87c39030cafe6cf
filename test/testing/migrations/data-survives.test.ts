// What is expected of rows when a version is applied and undone.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { errorOf } from '../../support/error-of.js'
import type { Draft } from '../../support/registry.js'
import { kitOf, openedDatabases, table, valuesOf } from './kit.js'

const authors: Draft<Database.Database> = {
  up: 'CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE books (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES authors ON DELETE CASCADE, title TEXT)',
  down: 'DROP TABLE books; DROP TABLE authors',
}
const before = (db: Database.Database): void => {
  db.exec(
    "INSERT INTO authors VALUES (1, 'Ann'), (2, 'Bob'); INSERT INTO books VALUES (1, 1, 'x'), (2, 1, 'y'), (3, 2, 'z')",
  )
}
const counted = (name: string) => (db: Database.Database) =>
  valuesOf(db, `SELECT count(*) FROM ${name}`)[0]

describe('rows that survive', () => {
  test('are looked at before and after, up and down, in a database of their own', () => {
    const seen: unknown[] = []
    const kit = kitOf(authors, {
      up: "ALTER TABLE books ADD COLUMN genre TEXT; UPDATE books SET genre = 'novel'",
      down: 'ALTER TABLE books DROP COLUMN genre',
    })
    kit.expectDataSurvives(2, {
      before(db) {
        seen.push(...valuesOf(db, 'SELECT version FROM _migrations'))
        before(db)
      },
      after: (db) => seen.push(...valuesOf(db, 'SELECT DISTINCT genre FROM books')),
      afterDown: (db) => seen.push(...valuesOf(db, 'SELECT title FROM books')),
    })
    expect(seen).toEqual(['001', 'novel', 'x', 'y', 'z'])
    expect(openedDatabases().map(({ open }) => open)).toEqual([false])
  })
  test('may be added and taken away again by the migration', () => {
    const kit = kitOf(authors, {
      up: "INSERT INTO authors VALUES (3, 'nobody')",
      down: 'DELETE FROM authors WHERE id = 3',
    })
    expect(kit.expectDataSurvives(2, { before })).toBeUndefined()
  })
  test('may be deleted by the test itself', () => {
    const kit = kitOf(authors, { up: 'SELECT 1', down: 'SELECT 1' })
    const after = (db: Database.Database) => db.exec('DELETE FROM books')
    kit.expectDataSurvives(2, {
      before,
      after,
      afterDown: (db) => expect(counted('books')(db)).toBe(0),
    })
    expect.assertions(1)
  })
  test('may move to a new table, when that is said', () => {
    const kit = kitOf(authors, {
      up: 'ALTER TABLE books RENAME TO works',
      down: 'ALTER TABLE works RENAME TO books',
    })
    expect(errorOf(() => kit.expectDataSurvives(2, { before })).message).toContain(
      'books had 3 rows and is gone',
    )
    expect(kit.expectDataSurvives(2, { before, renames: { Books: 'works' } })).toBeUndefined()
  })
  test('need no way back, unless something is expected of it', () => {
    const seen: string[] = []
    const kit = kitOf(authors, { up: 'SELECT 1', irreversible: 'of no use' })
    const after = () => seen.push('after')
    kit.expectDataSurvives(2, { before, after })
    expect(seen).toEqual(['after'])
    const error = errorOf(() => kit.expectDataSurvives(2, { before, afterDown: () => {} }))
    expect(error.code).toBe('EXPECTATION_NO_DOWN')
  })
  test('may stand in a virtual table', () => {
    const search = { up: 'CREATE VIRTUAL TABLE search USING fts5(text)', down: 'DROP TABLE search' }
    const kit = kitOf(search, {
      up: "DELETE FROM search WHERE search MATCH 'two'",
      down: 'SELECT 1',
    })
    const rows = (db: Database.Database) => db.exec("INSERT INTO search VALUES ('one'), ('two')")
    const error = errorOf(() => kit.expectDataSurvives(2, { before: rows }))
    expect(error.message).toContain('search had 2 rows and has 1')
  })
})

describe('rows that are lost', () => {
  const cases: readonly (readonly [what: string, up: string, lost: readonly object[]])[] = [
    ['deleted', 'DELETE FROM books WHERE id > 1', [{ table: 'books', before: 3, after: 1 }]],
    ['gone with their table', 'DROP TABLE books', [{ table: 'books', before: 3, after: null }]],
    [
      'not copied',
      "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO n SELECT * FROM authors WHERE name <> 'Bob'; DELETE FROM books WHERE author_id = 2; DROP TABLE authors; ALTER TABLE n RENAME TO authors",
      [
        { table: 'authors', before: 2, after: 1 },
        { table: 'books', before: 3, after: 2 },
      ],
    ],
  ]
  test.each(cases)('%s', (_, up, lost) => {
    const error = errorOf(() => kitOf(authors, { up }).expectDataSurvives(2, { before }))
    expect(error).toMatchObject({ code: 'EXPECTATION_ROWS_LOST', facts: { lost } })
    expect(error.message).toContain(
      'Applying migration 002 (step_2) in migrations/002_step_2.ts loses',
    )
  })
  test('through ON DELETE CASCADE, where a migration wants it', () => {
    const kit = kitOf(authors, { up: 'DELETE FROM authors WHERE id = 1', foreignKeys: 'enforce' })
    const error = errorOf(() => kit.expectDataSurvives(2, { before, loses: ['authors'] }))
    expect(error.facts['lost']).toEqual([{ table: 'books', before: 3, after: 1 }])
  })
  test('on purpose are for after to look at', () => {
    const kit = kitOf(authors, { up: 'DELETE FROM books WHERE id > 1', down: 'SELECT 1' })
    const after = (db: Database.Database): void => expect(counted('books')(db)).toBe(1)
    kit.expectDataSurvives(2, { before, after, loses: ['books'] })
    expect.assertions(1)
  })
  test('on the way down only', () => {
    const kit = kitOf(authors, {
      name: 'phones',
      up: 'CREATE TABLE phones (number)',
      down: 'DROP TABLE phones; DELETE FROM books',
    })
    const error = errorOf(() => kit.expectDataSurvives(2, { before }))
    expect(error.message).toBe(
      'Undoing migration 002 (phones) in migrations/002_step_2.ts loses rows:\n  books had 3 rows and has 0\nOnly a test database was touched.',
    )
  })
  test('one row is one row', () => {
    const one = (db: Database.Database) => db.exec("INSERT INTO authors VALUES (1, 'Ann')")
    const kit = kitOf(authors, { up: 'DELETE FROM authors' })
    const error = errorOf(() => kit.expectDataSurvives(2, { before: one }))
    expect(error.message).toContain('authors had 1 row and has 0')
  })
})

describe('a test that could not fail', () => {
  const kit = kitOf(table('a'), table('b'))
  test('has no rows before', () => {
    const error = errorOf(() => kit.expectDataSurvives(2, { before: () => {} }))
    expect(error.code).toBe('EXPECTATION_VOID')
    expect(error.message).toContain('version 001')
  })
  test('has no tables before', () => {
    const error = errorOf(() => kit.expectDataSurvives(1, { before: () => {} }))
    expect(error.code).toBe('EXPECTATION_VOID')
  })
  test('does what matters after its promise', () => {
    const hasty = { before: async (): Promise<void> => Promise.reject(new TypeError('late')) }
    const error = errorOf(() => kit.expectDataSurvives(2, hasty as never))
    expect(error).toMatchObject({ code: 'EXPECTATION_PROMISE', facts: { callback: 'before' } })
    expect(openedDatabases().map(({ open }) => open)).toEqual([false])
  })
})

describe('what is thrown as it is, with the database closed:', () => {
  const assertion = new TypeError('expected 1 to be 2')
  const fail = (): never => {
    throw assertion
  }
  const kit = kitOf(authors, { up: 'SELECT 1', down: 'SELECT 1' })
  test.each([
    ['before', { before: fail }],
    ['after', { before, after: fail }],
    ['afterDown', { before, afterDown: fail }],
  ])('what %s throws', (_, trial) => {
    expect(() => kit.expectDataSurvives(2, trial)).toThrow(assertion)
    expect(openedDatabases().map(({ open }) => open)).toEqual([false])
  })
  test('the failure of the migration', () => {
    const failing = kitOf(authors, { up: 'CREATE UNIQUE INDEX one ON books (author_id)' })
    const error = errorOf(() => failing.expectDataSurvives(2, { before }))
    expect(error.code).toBe('MIGRATION_FAILED')
    expect(openedDatabases().map(({ open }) => open)).toEqual([false])
  })
})
