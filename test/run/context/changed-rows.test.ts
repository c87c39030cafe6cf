// What the function of ctx.batches does to the objects that it gets: they are its own.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Context } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'

const files = databases()
type Changed = Record<string, unknown>

/** The ways in which an object is written to, or emptied. */
const WAYS: [string, (row: Changed) => void][] = [
  ['stay as they are', () => {}],
  ['get another key', (row) => (row['id'] = 'x')],
  ['get a key that comes later', (row) => (row['id'] = Number(row['id']) + 1000)],
  ['lose their key', (row) => delete row['id']],
  ['get the name of another', (row) => (row['name'] = 'same')],
  ['lose every column', (row) => Object.keys(row).forEach((name) => delete row[name])],
]

function run(query: string, work: (rows: Changed[], db: Database.Database) => void): void {
  const db = files.open()
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT i, 'n' || i FROM n`)
  const up = (_: unknown, ctx: Context): void =>
    ctx.batches<Changed>(query, { by: 'id', size: 3 }, (rows) => work(rows, db))
  migrate(db, registryOf({ toolkit, up }), { onUnmanaged: 'allow' })
}

const STORED = 'SELECT id, name FROM t'
const COMPUTED = 'SELECT row_number() OVER (ORDER BY id) AS id, name FROM t'

describe.each(WAYS)('objects that %s', (_, change) => {
  test.each([STORED, COMPUTED])('are met once each: %s', (query) => {
    const names: unknown[] = []
    run(query, (rows) => {
      names.push(...rows.map(({ name }) => name))
      rows.forEach(change)
    })
    expect(names).toEqual(Array.from({ length: 12 }, (_one, index) => `n${index + 1}`))
  })
  test.each([
    ['move behind those that were met', STORED, 'UPDATE t SET id = -id WHERE id > 3'],
    ['move up where others are deleted', COMPUTED, 'DELETE FROM t WHERE id < 4'],
    [
      'move, where a new one takes their place',
      STORED,
      "UPDATE t SET id = -5 WHERE id = 5; INSERT INTO t VALUES (5, 'new')",
    ],
  ])('do not hide rows that %s', (_what, query, sql) => {
    let isDone = false
    const error = errorOf(() =>
      run(query, (rows, db) => {
        rows.forEach(change)
        if (!isDone) db.exec(sql)
        isDone = true
      }),
    )
    expect(error).toMatchObject({ code: 'BATCHES_INVALID', facts: { option: 'by' } })
  })
})
