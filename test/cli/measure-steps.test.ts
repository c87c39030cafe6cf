// What a dry run says of the rows that a step changes: those of the migration, and none that Lockstep writes for itself.
import { expect, test } from 'vitest'
import { measureSteps } from '../../src/cli/dry-run/measure-steps.js'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import { batched } from '../run/batches/backfill.js'
import { databases } from '../support/databases.js'
import { registryOf } from '../support/registry.js'

const files = databases()

test('in batches, by code, and in a rebuild', () => {
  const db = files.open()
  db.exec('PRAGMA recursive_triggers = 1')
  const made = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t (a) VALUES ${Array.from({ length: 40 }, () => '(1)').join()}`
  const walk = { query: 'SELECT id FROM t', by: 'id', size: 3 }
  const update = 'UPDATE t SET a = 3 WHERE id BETWEEN :from AND :to'
  const each = (handle: Handle, rows: readonly unknown[]): void => {
    for (const row of rows) handle.prepare('UPDATE t SET a = 4 WHERE id = @id').run(row as never)
  }
  const registry = registryOf<Handle>(
    { up: made },
    batched({ ...walk, update }),
    batched({ ...walk, each }),
    { up: 'UPDATE t SET a = 5 WHERE id <= 10' },
    { up: 'SELECT 1' },
  )
  const measure = measureSteps(betterSqlite3(db as never) as never)
  new MigrationManager(measure.driver as never, registry as never, {
    onEvent: measure.hear,
    keepDowns: false,
  }).migrate()
  const rows = measure.effects.map(({ rowsChanged }) => rowsChanged)
  expect(rows).toEqual([40, 40, 40, 10, 0])
})

test('with what is kept of a `down`, which is not of the migration', () => {
  const db = files.open()
  const registry = registryOf<Handle>(
    {
      up: 'CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)',
      down: 'DROP TABLE t',
      schemaDigest: 'a',
    },
    { up: 'UPDATE t SET a = 3', down: 'SELECT 1', schemaDigest: 'a' },
  )
  const measure = measureSteps(betterSqlite3(db as never) as never)
  new MigrationManager(measure.driver as never, registry as never, {
    onEvent: measure.hear,
    keepDowns: true,
  }).migrate()
  expect(db.prepare('SELECT count(*) FROM _migrations_downs').pluck().get()).toBe(2)
  expect(measure.effects.map(({ rowsChanged }) => rowsChanged)).toEqual([2, 2])
})
