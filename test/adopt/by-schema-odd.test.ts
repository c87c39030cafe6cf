// Recognising a schema in databases with search indexes, mirrors, other spellings, and names that mean something else.
import type Database from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mirrorUserVersion } from '../../src/run/mirrors/mirror-user-version.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

function databaseWith(sql: string): Database.Database {
  const db = files.open()
  db.exec(sql)
  return db
}

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)'
const SEARCH = "CREATE VIRTUAL TABLE search USING fts5 (name, content='users', content_rowid='id')"
const BOXES = 'CREATE VIRTUAL TABLE boxes USING rtree (id, x1, x2)'
const searched = withDigests(registryOf({ up: USERS }, { up: SEARCH }, { up: BOXES }))

describe('tables that virtual tables keep for themselves', () => {
  test('belong to them', () => {
    const db = databaseWith(`${USERS}; ${SEARCH}; ${BOXES}; INSERT INTO boxes VALUES (1, 2, 3)`)
    expect(managerOf(db, searched).adopt()).toMatchObject({
      version: 3,
      schema: { compared: 3, foreign: [] },
    })
    expect(managerOf(db, searched).verify()).toMatchObject({ ok: true })
  })
  test('belong to others where the virtual table does', () => {
    const db = databaseWith(`${USERS}; CREATE VIRTUAL TABLE theirs USING fts5 (x)`)
    expect(managerOf(db, searched).adopt().schema?.foreign).toEqual(['table theirs'])
  })
  test('are ordinary tables where there is no virtual one', () => {
    const db = databaseWith(`${USERS}; CREATE TABLE search (name); CREATE TABLE search_data (id)`)
    const error = errorOf(() => managerOf(db, searched).adopt())
    expect(error.code).toBe('ADOPT_SCHEMA_DIFFERS')
    expect(error.message).toContain('search')
  })
})

describe('spelling', () => {
  test.each([
    ['of names', 'create table "USERS" ([ID] integer primary key, `Name` text)'],
    [
      'with comments',
      'CREATE TABLE users (id INTEGER PRIMARY KEY, -- the key\n name TEXT /* shown */)',
    ],
    [
      'by renaming there and back',
      `${USERS}; ALTER TABLE users RENAME TO u; ALTER TABLE u RENAME TO users`,
    ],
    [
      'by adding a column',
      'CREATE TABLE users (id INTEGER PRIMARY KEY); ALTER TABLE users ADD COLUMN name TEXT',
    ],
  ])('%s does not matter', (_, sql) => {
    expect(managerOf(databaseWith(sql), searched).adopt().version).toBe(1)
  })
  test.each([
    ['another type', 'CREATE TABLE users (id INTEGER PRIMARY KEY, name BLOB)'],
    ['another key', 'CREATE TABLE users (id INT PRIMARY KEY, name TEXT)'],
    ['another order', 'CREATE TABLE users (name TEXT, id INTEGER PRIMARY KEY)'],
    ['a rule more', 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)'],
    ['no rowid', `${USERS} WITHOUT ROWID`],
  ])('%s is another table', (_, sql) => {
    const db = databaseWith(sql)
    const before = db.serialize()
    expect(errorOf(() => managerOf(db, searched).adopt()).code).toBe('ADOPT_SCHEMA_DIFFERS')
    expect(db.serialize().equals(before)).toBe(true)
  })
})

test('a view in place of a table is none of it', () => {
  const db = databaseWith('CREATE VIEW users AS SELECT 1 AS id, 2 AS name')
  expect(errorOf(() => managerOf(db, searched).adopt()).code).toBe('ADOPT_SCHEMA_FOREIGN')
})

describe('what is written', () => {
  const mirrors: ManagerOptions = { mirrors: [mirrorUserVersion] }
  test('reaches the mirrors as well', () => {
    const db = databaseWith(USERS)
    managerOf(db, searched, mirrors).adopt({ from: 'schema' })
    expect(db.pragma('user_version', { simple: true })).toBe(1)
  })
  test.each(['wal', 'delete'])(
    'is not a byte of any file on refusal, with journal_mode %s',
    (mode) => {
      const path = files.path()
      const db = files.open(path)
      db.pragma(`journal_mode = ${mode}`)
      db.exec('CREATE TABLE users (id)')
      const bytes = (): (Buffer | null)[] =>
        [path, `${path}-wal`, `${path}-journal`].map(readOrNull)
      const before = bytes()
      expect(errorOf(() => managerOf(db, searched, mirrors).adopt()).code).toBe(
        'ADOPT_SCHEMA_DIFFERS',
      )
      expect(bytes()).toEqual(before)
      expect(db.inTransaction).toBe(false)
    },
  )
})

function readOrNull(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch {
    return null
  }
}
