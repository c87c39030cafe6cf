// A history that needs others is tested on what they make.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { dependencies, together } from '../../../src/drivers/better-sqlite3.js'
import type { Registry } from '../../../src/model/registry.js'
import { testMigrations } from '../../../src/testing/migrations.js'
import { asyncDriver } from '../../support/async-driver.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { openDatabase, openedDatabases, table, valuesOf } from './kit.js'

type Handle = Database.Database
const history = (name: string, ...[first, ...others]: Draft<Handle>[]): Registry<Handle> =>
  registryOf<Handle>({ ...first!, history: name, together }, ...others)
const needing = (...needs: string[]) => ({ needs, dependencies })

const core = history('core', table('users'), {
  up: "ALTER TABLE users ADD COLUMN mail TEXT; INSERT INTO users VALUES (1, 'root', '')",
  down: 'DELETE FROM users; ALTER TABLE users DROP COLUMN mail',
})
const tags = history('tags', { ...table('tags'), ...needing('core:001') })
const drafts = [
  table('notes'),
  {
    up: 'CREATE TABLE mails AS SELECT id, mail FROM users',
    down: 'DROP TABLE mails',
    ...needing('core:002', 'tags:001'),
  },
  { up: 'CREATE INDEX by_mail ON users (mail)', down: 'DROP INDEX by_mail' },
]
const notes = history('notes', ...drafts)
const kit = testMigrations(notes, { open: openDatabase, needs: { tags, core } })

test('in every trial the histories that are needed are there before', () => {
  expect(kit.expectReversible()).toEqual([1, 2, 3])
  const seen: unknown[] = []
  kit.expectReversible(undefined, {
    before: (db) => void seen.push(valuesOf(db, 'SELECT count(*) FROM users')),
  })
  expect(seen).toEqual([[1], [1], [1]])
  kit.expectDataSurvives(2, {
    before: (db) => db.exec("INSERT INTO users VALUES (2, 'Ada', 'a@b')"),
    after: (db) => expect(valuesOf(db, 'SELECT mail FROM mails')).toEqual(['', 'a@b']),
    loses: ['mails'],
  })
  kit.expectUpgrades({
    released: [1, 2],
    seed: (db) => db.exec("INSERT INTO users VALUES (2, 'Ada', 'a@b')"),
  })
  expect(openedDatabases().every(({ open }) => !open)).toBe(true)
})

test('over an asynchronous driver as well', async () => {
  const later = { open: openDatabase, driver: asyncDriver, needs: { core, tags } }
  expect(await testMigrations(notes, later).expectReversible()).toEqual([1, 2, 3])
})

test('a new database, and one that is given, are brought to a version with what is needed', () => {
  const db = kit.migrateTo(0)
  expect(valuesOf(db, 'SELECT title FROM users')).toEqual(['root'])
  const given = openDatabase()
  expect(kit.migrateTo(3, given)).toBe(given)
  expect(kit.migrateTo(1, given)).toBe(given)
  expect(valuesOf(given, 'SELECT version FROM _migrations_notes')).toEqual(['001'])
  expect(valuesOf(given, 'SELECT version FROM _migrations_core')).toEqual(['001', '002'])
})

test('rows of other histories count', () => {
  const bad = history('bad', {
    up: 'DELETE FROM users',
    down: 'SELECT 1',
    ...needing('core:002'),
  })
  const error = errorOf(() =>
    testMigrations(bad, { open: openDatabase, needs: { core } }).expectDataSurvives(1, {
      before: () => {},
    }),
  )
  expect(error).toMatchObject({
    code: 'EXPECTATION_ROWS_LOST',
    facts: { lost: [{ table: 'users' }] },
  })
})

test.each([
  ['of the history that is tested', registryOf<Handle>(...drafts), { core, tags }, 'mine'],
  [
    'of the needed one without a name',
    history('plugin', { ...table('p'), ...needing('"mine":001') }),
    { app: registryOf<Handle>(table('app')) },
    'mine',
  ],
])('`table` is the ledger %s', (_, registry, needs, ledger) => {
  const own = testMigrations(registry, { open: openDatabase, needs, options: { table: ledger } })
  const db = own.migrateTo(registry.length)
  expect(valuesOf(db, "SELECT name FROM sqlite_master WHERE name = 'mine'")).toEqual(['mine'])
})

describe('is refused', () => {
  test('without what is needed, and the kit is told of it', () => {
    const error = errorOf(() => testMigrations(notes, { open: openDatabase }).expectReversible())
    expect(error).toMatchObject({
      code: 'NEEDS_UNMET',
      facts: { missing: ['core:002', 'tags:001'] },
    })
    expect(error.fix).toContain('needs: { core }')
  })
  test('with a part of it', () => {
    const part = { core: core.slice(0, 1), tags }
    const error = errorOf(() =>
      testMigrations(notes, { open: openDatabase, needs: part }).migrateTo(2),
    )
    expect(error).toMatchObject({ code: 'NEEDS_UNMET', facts: { missing: ['core:002'] } })
  })
  test('without what a needed one needs itself', () => {
    const open = openDatabase
    const error = errorOf(() => testMigrations(notes, { open, needs: { tags } }).migrateTo(1))
    expect(error).toMatchObject({ code: 'NEEDS_UNMET', facts: { missing: ['core:001'] } })
    expect(error.fix).toContain('needs: { core }')
  })
  test('under another name', () => {
    const error = errorOf(() =>
      testMigrations(notes, { open: openDatabase, needs: { kernel: core } }).migrateTo(1),
    )
    expect(error.code).toBe('OPTION_INVALID')
  })
})
