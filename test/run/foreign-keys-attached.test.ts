// Foreign keys of databases beside the one to migrate, attached or temporary: enforcement is off there as well.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'

const files = databases()

const family = (schema: string): string =>
  `CREATE TABLE "${schema}".p (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE "${schema}".c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE);
  INSERT INTO "${schema}".p VALUES (1, 'a'), (2, 'b'), (3, 'c');
  INSERT INTO "${schema}".c VALUES (10, 1), (11, 2)`

/** Another file with parents and children, one of which may have lost its parent long ago. */
function archiveFile(before = ''): string {
  const path = files.path()
  const archive = files.open(path)
  archive.pragma('foreign_keys = OFF')
  archive.exec(`${family('main')}; ${before}`)
  archive.close()
  return path
}

/** A database with such a file attached. */
function beside(before = '', name = 'archive'): Database.Database {
  const db = files.open()
  db.prepare(`ATTACH ? AS "${name}"`).run(archiveFile(before))
  return db
}

const first: Draft<Handle> = { up: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' }
const failureOf = (db: Database.Database, ...steps: Draft<Handle>[]) =>
  errorOf(() => migrate(db, registryOf(first, ...steps)))
const stepsOf = (db: Database.Database, ...steps: Draft<Handle>[]): number =>
  migrate(db, registryOf(first, ...steps)).steps.length

describe('a step that leaves rows without their parent in an attached database', () => {
  const orphaning = 'DELETE FROM archive.p WHERE id < 2'
  const forms: [string, Draft<Handle>][] = [
    ['SQL', { up: orphaning }],
    ['code', { up: (db) => void db.prepare(orphaning).run() }],
    ['SQL that names no schema', { up: 'DELETE FROM p WHERE id < 2' }],
    ['a new table', { up: 'CREATE TABLE archive.d (p REFERENCES p); INSERT INTO d VALUES (9)' }],
    ['a table dropped', { up: 'DROP TABLE archive.p' }],
  ]
  test.each(forms)('is refused and undone: %s', (_, step) => {
    const db = beside()
    const error = failureOf(db, step)
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toMatch(
      /\d in archive\.[cd] \(p\) without p.* The step was rolled back\./,
    )
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.prepare('SELECT count(*) FROM archive.p').pluck().get()).toBe(3)
  })
  test('is refused where the main database has keys too, of tables of the same name', () => {
    const db = beside()
    const error = errorOf(() => migrate(db, registryOf({ up: family('main') }, { up: orphaning })))
    expect(error.message).toContain('1 in archive.c (p) without p, such as rowid 10.')
    expect(stepsOf(beside(), { up: "DELETE FROM archive.p WHERE name = 'c'" })).toBe(2)
  })
  test('is refused in one transaction for all, outside of transactions, and under a name to quote', () => {
    const all = () =>
      migrate(beside(), registryOf(first, { up: orphaning }), { transaction: 'all' })
    expect(errorOf(all).code).toBe('FOREIGN_KEY_VIOLATED')
    const outside = { up: orphaning, transaction: false } as const
    expect(failureOf(beside(), outside).code).toBe('FOREIGN_KEY_VIOLATED')
    const error = failureOf(beside('', 'old files'), {
      up: 'DELETE FROM "old files".p WHERE id < 2',
    })
    expect(error.message).toContain('in old files.c (p)')
  })
  test('is refused where another row has lost its parent before, and that one was fixed', () => {
    const db = beside('INSERT INTO c VALUES (12, 77)')
    const swap = 'UPDATE archive.c SET p = 3 WHERE id = 12; DELETE FROM archive.p WHERE id = 1'
    expect(failureOf(db, { up: swap }).message).toContain('such as rowid 10')
  })
  test('is refused where the key can no longer be checked', () => {
    const up = 'CREATE TABLE archive.e (name TEXT REFERENCES p (name))'
    const error = failureOf(beside(), { up })
    expect(error.code).toBe('FOREIGN_KEY_MISMATCH')
    expect(error.message).toContain('a foreign key of archive.e')
  })
  test('is refused where a step before it has attached the database', () => {
    const path = archiveFile()
    const attach: Draft<Handle> = {
      up: (db) => void db.prepare('ATTACH ? AS archive').run(path),
      transaction: false,
    }
    const db = files.open()
    expect(failureOf(db, attach, { up: orphaning }).code).toBe('FOREIGN_KEY_VIOLATED')
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe('nothing is said of', () => {
  const old = 'INSERT INTO c VALUES (12, 77)'
  const innocent: [string, Draft<Handle>][] = [
    ['rows that lacked their parent before', { up: 'INSERT INTO archive.c VALUES (13, 2)' }],
    ['rows that the step fixes', { up: 'UPDATE archive.c SET p = 3 WHERE id = 12' }],
    ['a table that is renamed', { up: 'ALTER TABLE archive.c RENAME TO children' }],
    ['parents that go with their children', { up: 'DELETE FROM c; DELETE FROM p' }],
    [
      'a cascade that the step declares',
      { up: 'DELETE FROM archive.p WHERE id = 1', foreignKeys: 'enforce' },
    ],
  ]
  test.each(innocent)('%s', (_, step) => {
    expect(stepsOf(beside(old), step)).toBe(2)
  })
  test.each([undefined, false] as const)(
    'a database that the step itself attaches, whatever is wrong in it (transaction: %s)',
    (transaction) => {
      const path = archiveFile(old)
      const attach: Draft<Handle> = {
        up: (db) => void db.prepare('ATTACH ? AS archive').run(path),
        ...(transaction === false && { transaction }),
      }
      expect(stepsOf(files.open(), attach, { up: 'DELETE FROM archive.c WHERE id = 11' })).toBe(3)
    },
  )
  test('another file that the step attaches by the name of the first', () => {
    const path = archiveFile(old)
    const exchange: Draft<Handle> = {
      up: (db) => {
        db.exec('DETACH archive')
        db.prepare('ATTACH ? AS archive').run(path)
      },
      transaction: false,
    }
    expect(stepsOf(beside(), exchange)).toBe(2)
  })
  test('a temporary copy without its parents', () => {
    const db = files.open()
    db.exec('CREATE TEMP TABLE used (a)')
    const stash = 'CREATE TEMP TABLE c (id, p REFERENCES p); INSERT INTO c VALUES (1, 1)'
    expect(stepsOf(db, { up: stash }, { up: 'DROP TABLE temp.c' })).toBe(3)
  })
})

test('a temporary row that loses its parent is found', () => {
  const db = files.open()
  db.exec(family('temp'))
  expect(failureOf(db, { up: 'DELETE FROM temp.p WHERE id = 1' }).message).toContain(
    '1 in temp.c (p) without p',
  )
})
