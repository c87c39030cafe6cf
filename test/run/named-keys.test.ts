// Steps of which the build names the tables whose foreign keys they can break: only these are checked.
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { failingDriver } from '../support/failing-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const people = {
  up: `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people);
    INSERT INTO pets VALUES (1, 99)`,
  keepsForeignKeys: true,
} as const
const child = (keys: string) => ({
  up: `CREATE TABLE Visits (id INTEGER PRIMARY KEY, ${keys})`,
  keepsForeignKeys: ['visits'],
})

describe('a table that a step creates', () => {
  test('is let pass with a key that is unique; violations of others are not its fault', () => {
    const db = files.open()
    const registry = registryOf(people, child('person INTEGER REFERENCES people (id)'))
    expect(migrate(db, registry).steps).toHaveLength(2)
  })
  test('is refused when its key points at nothing unique', () => {
    const db = files.open()
    const registry = registryOf(people, child('person TEXT REFERENCES people (name)'))
    const error = errorOf(() => migrate(db, registry))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_MISMATCH', report: { to: 1 } })
    expect(error.message).toContain('Visits')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('is refused when the proof was wrong and it has rows that violate a key', () => {
    const db = files.open()
    const wrong = child('person INTEGER REFERENCES people (id)')
    const registry = registryOf(people, {
      ...wrong,
      up: `${wrong.up}; INSERT INTO visits VALUES (1, 5)`,
    })
    const error = errorOf(() => migrate(db, registry))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
    expect(error.message).toContain('isits')
    expect(error.message).not.toContain('pets')
  })
  test('is found in the database itself behind a temporary one of the same name', () => {
    const db = files.open()
    db.exec('CREATE TEMP TABLE visits (id)')
    const wrong = child('person TEXT REFERENCES people (name)')
    const registry = registryOf(people, {
      ...wrong,
      up: wrong.up.replace('Visits', 'main.Visits'),
    })
    expect(errorOf(() => migrate(db, registry))).toMatchObject({ code: 'FOREIGN_KEY_MISMATCH' })
  })
  test('is no reason to look at it again when it is dropped: that step is checked in full', () => {
    const db = files.open()
    const keyed = child('person INTEGER REFERENCES people (id)')
    const manager = managerOf(
      db,
      registryOf(
        { ...people, down: 'DROP TABLE pets; DROP TABLE people' },
        {
          ...keyed,
          down: 'DELETE FROM people',
        },
      ),
    )
    manager.migrate()
    db.pragma('foreign_keys = OFF')
    db.exec("INSERT INTO people VALUES (1, 'a'); INSERT INTO visits VALUES (1, 1)")
    expect(errorOf(() => manager.rollback())).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
  })
})

test('later steps that the build knows nothing of count the new table in', () => {
  const db = files.open()
  const registry = registryOf(
    people,
    { up: "UPDATE people SET name = 'x'" },
    child('person INTEGER REFERENCES people (id)'),
    { up: 'INSERT INTO visits VALUES (1, 5)' },
  )
  const error = errorOf(() => migrate(db, registry))
  expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED', report: { to: 3 } })
})

describe('SQL without a savepoint', () => {
  const registry = registryOf(
    { up: 'CREATE TABLE a (x)' },
    { up: 'CREATE TABLE b (x);\nCREATE TABLE c (x);\nCREATE TABLE a (y)', at: { up: ['3:1'] } },
  )
  test('names the statement that failed, found in a transaction begun anew', () => {
    const db = files.open()
    const error = errorOf(() => migrate(db, registry))
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', report: { to: 1 } })
    expect(error.message).toContain('002_step_2.ts:5:1')
    expect(db.inTransaction).toBe(false)
  })
  test('names only the file when another connection has come between', () => {
    const db = files.open()
    const driver = betterSqlite3(db)
    let version = 0
    const manager = new MigrationManager({ ...driver, dataVersion: () => ++version }, registry)
    const error = errorOf(() => manager.migrate())
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED' })
    expect(error.message).not.toContain(':5:1')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('names only the file when the lock cannot be had again', () => {
    const db = files.open()
    const driver = failingDriver(betterSqlite3(db), {})
    let begun = 0
    const begin = (): boolean => ++begun !== 3 && driver.begin()
    const error = errorOf(() => new MigrationManager({ ...driver, begin }, registry).migrate())
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED' })
    expect(error.message).not.toContain(':5:1')
    expect({ open: db.inTransaction, ids: ledgerIds(db) }).toEqual({ open: false, ids: ['001'] })
  })
  test('is refused when the transaction has ended all the same', () => {
    const db = files.open()
    const driver = betterSqlite3(db)
    const execute = (script: string): void => {
      driver.execute(script)
      if (script.startsWith('CREATE TABLE a')) db.exec('COMMIT')
    }
    const error = errorOf(() => new MigrationManager({ ...driver, execute }, registry).migrate())
    expect(error).toMatchObject({ code: 'TRANSACTION_ENDED' })
    expect(ledgerIds(db)).toEqual([])
  })
})
