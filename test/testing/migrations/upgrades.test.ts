// Upgrades from every released version, as cases and all at once.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { errorOf } from '../../support/error-of.js'
import type { Draft } from '../../support/registry.js'
import { kitOf, openedDatabases, valuesOf } from './kit.js'

const users: Draft<Database.Database> = {
  name: 'users',
  up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)',
}
const email: Draft<Database.Database> = {
  name: 'email',
  up: 'ALTER TABLE users ADD COLUMN email TEXT',
}
const clean: Draft<Database.Database> = {
  name: 'clean',
  up: "UPDATE users SET email = '' WHERE email IS NULL",
}
const seed = (db: Database.Database): void => {
  db.exec("INSERT INTO users (name) VALUES ('Ann'), ('Bob')")
}

describe('a history that keeps what there is', () => {
  const kit = kitOf(users, email, clean)
  test('has a case for each released version', () => {
    const cases = kit.upgradeMatrix({ released: [1, 2], seed })
    expect(cases.map(({ name, from }) => `${from}: ${name}`)).toEqual([
      '1: from 001 (users) to 003 (clean)',
      '2: from 002 (email) to 003 (clean)',
    ])
    expect(openedDatabases()).toEqual([])
  })
  test.each(kit.upgradeMatrix({ released: [1, 2, 3], seed }))('$name', ({ run }) => {
    expect(run()).toBeUndefined()
    expect(openedDatabases().map(({ open }) => open)).toEqual([false, false])
  })
  test('is seeded and checked at each version', () => {
    const calls: string[] = []
    kit.expectUpgrades({
      released: [1, 2],
      seed(db, version) {
        calls.push(`seed ${version} ${valuesOf(db, 'SELECT max(version) FROM _migrations')}`)
        seed(db)
      },
      check: (db, from) =>
        calls.push(`check ${from} ${valuesOf(db, 'SELECT max(version) FROM _migrations')}`),
    })
    expect(calls).toEqual(['seed 1 001', 'check 1 003', 'seed 2 002', 'check 2 003'])
  })
})

/** The schema that it leads to depends on the rows that are there. */
const uneven: Draft<Database.Database> = {
  name: 'uneven',
  up(db) {
    if (valuesOf(db, "SELECT 1 FROM users WHERE name = 'Bob'").length > 0)
      db.exec('CREATE TABLE bobs (id)')
  },
}

describe('found are', () => {
  test('upgrades that lead to another schema', () => {
    const [one] = kitOf(users, uneven).upgradeMatrix({ released: [1], seed })
    const error = errorOf(() => one?.run())
    expect(error.code).toBe('EXPECTATION_UPGRADE_DIFFERS')
    expect(error.message).toBe(
      'The upgrade from 001 (users) to 002 (uneven) produces a different schema than migrating an empty database:\n  table bobs is unexpected\nOnly a test database was touched.',
    )
  })
  test('rows that get lost on the way', () => {
    const kit = kitOf(users, email, { name: 'prune', up: "DELETE FROM users WHERE name = 'Bob'" })
    const error = errorOf(() => kit.expectUpgrades({ released: [2], seed }))
    expect(error.code).toBe('EXPECTATION_ROWS_LOST')
    expect(error.message).toContain(
      'The upgrade from 002 (email) to 003 (prune) loses rows:\n  users had 2 rows and has 1',
    )
    expect(kit.expectUpgrades({ released: [2], seed, loses: ['users'] })).toBeUndefined()
  })
  test('tables with another name, unless it is said', () => {
    const kit = kitOf(users, { up: 'ALTER TABLE users RENAME TO people' })
    const matrix = { released: [1], seed }
    expect(errorOf(() => kit.expectUpgrades(matrix)).code).toBe('EXPECTATION_ROWS_LOST')
    expect(kit.expectUpgrades({ ...matrix, renames: { users: 'people' } })).toBeUndefined()
  })
  test('several failures at once, after all were tried', () => {
    const kit = kitOf(users, uneven, email)
    const tried: number[] = []
    const check = (_: unknown, from: number) => tried.push(from)
    const error = errorOf(() => kit.expectUpgrades({ released: [1, 2, 3], seed, check }))
    expect(error).toMatchObject({ code: 'EXPECTATION_UPGRADE_DIFFERS' })
    expect(tried).toEqual([1, 2, 3])
    const fail = (): never => {
      throw new TypeError('no email')
    }
    const several = errorOf(() => kit.expectUpgrades({ released: [1, 2], seed, check: fail }))
    expect(several.code).toBe('EXPECTATION_UPGRADES_FAILED')
    expect(several.message).toBe(
      'Of 2 upgrades, 2 fail:\n  from 001 (users) to 003 (email): no email\n  from 002 (uneven) to 003 (email): no email\nOnly a test database was touched.',
    )
    expect(several.cause).toBeInstanceOf(TypeError)
    expect(openedDatabases().every(({ open }) => !open)).toBe(true)
  })
  test('seeds that leave no rows', () => {
    const kit = kitOf(users, email)
    const error = errorOf(() => kit.expectUpgrades({ released: [1], seed: () => {} }))
    expect(error.code).toBe('EXPECTATION_VOID')
  })
  test('a matrix without versions, and versions that there are not', () => {
    const kit = kitOf(users)
    expect(errorOf(() => kit.upgradeMatrix({ released: [], seed })).code).toBe('OPTION_INVALID')
    expect(errorOf(() => kit.expectUpgrades({ released: [], seed })).code).toBe('OPTION_INVALID')
    expect(errorOf(() => kit.upgradeMatrix({ released: [7], seed })).code).toBe('TARGET_UNKNOWN')
  })
})
