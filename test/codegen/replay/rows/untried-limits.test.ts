// A limit of a copy that no generated rows reach: that no table has more is not proven.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS = 'id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind TEXT'
const NOTES = `CREATE TABLE notes (${COLUMNS})`
const MADE = NOTES.replace('notes', 'notes_new')
const RENAMED = 'DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes'
const rebuildOf = (copy: string): string => `${MADE}; ${copy}; ${RENAMED}`
const filtered = (rest: string): string =>
  rebuildOf(`INSERT INTO notes_new SELECT * FROM notes ${rest}`)
const numbered = (bound: string, over = 'ORDER BY id'): string =>
  rebuildOf(
    `INSERT INTO notes_new SELECT id, title, kind FROM (SELECT *, row_number() OVER (${over}) AS r FROM notes) WHERE ${bound}`,
  )
const loss = expect.objectContaining({ kind: 'rows-lost', table: 'notes' })

type Put = (row: unknown) => void

/** Code that fills a new table row by row. */
const copying = (copy: (db: Database, put: Put, ctx: Context) => unknown): Step => {
  const up = (db: Database, ctx: Context): void => {
    db.exec(MADE)
    const add = db.prepare<unknown[]>('INSERT INTO notes_new VALUES (:id, :title, :kind)')
    copy(db, (row) => void add.run(row), ctx)
    db.exec(RENAMED)
  }
  return { up, toolkit } as Step
}

/** Copies what a query answers. */
const reading = (query: string, ...values: readonly unknown[]): Step =>
  copying((db, put) =>
    db
      .prepare<unknown[]>(query)
      .all(...values)
      .forEach(put),
  )

describe('a limit that no rows reach', () => {
  const untried = { kind: 'limit-untried', table: 'notes', limit: 1000 }
  testSome([
    ['LIMIT', filtered('LIMIT 1000')],
    ['LIMIT behind an order', filtered('WHERE id > 0 ORDER BY id DESC, title LIMIT 1000 OFFSET 0')],
    [
      'LIMIT of the table moved aside',
      `ALTER TABLE notes RENAME TO old; ${NOTES}; INSERT INTO notes SELECT * FROM old LIMIT 1000; DROP TABLE old`,
    ],
    [
      'LIMIT of what is put aside',
      'CREATE TEMP TABLE k AS SELECT * FROM notes LIMIT 1000; DELETE FROM notes; INSERT INTO notes SELECT * FROM k',
    ],
    [
      'LIMIT in a view',
      `CREATE VIEW v AS SELECT * FROM notes LIMIT 1000; ${rebuildOf('INSERT INTO notes_new SELECT * FROM v; DROP VIEW v')}`,
    ],
    ['row_number', numbered('r <= 1000')],
    ['row_number in another way', numbered('r BETWEEN 1 AND 1000')],
    ['LIMIT that is bound by name', reading('SELECT * FROM notes LIMIT :n', { n: 1000 })],
    [
      'row_number of a query',
      reading(
        'SELECT id, title, kind FROM (SELECT *, row_number() OVER () AS r FROM notes) WHERE r < 1001',
      ),
    ],
    [
      'LIMIT of what batches read',
      copying((_, put, ctx) =>
        ctx.batches('SELECT * FROM notes LIMIT 1000', { by: 'id' }, (rows) => rows.forEach(put)),
      ),
    ],
    [
      'LIMIT that a copy in code binds',
      {
        up(db: Database) {
          db.exec(MADE)
          db.prepare('INSERT INTO notes_new SELECT * FROM notes LIMIT ?').run(1000)
          db.exec(RENAMED)
        },
      },
    ],
    ['LIMIT in code', { up: (db: Database) => void db.exec(filtered('LIMIT 1000')) }],
  ])('is told: %s', async (_, up) => expect(await factsOf([NOTES, up])).toMatchObject([untried]))

  it('is a loss where rows reach it', async () => {
    expect(await factsOf([NOTES, filtered('LIMIT 3')])).toContainEqual(loss)
  })

  testSome([
    ['none', filtered('LIMIT -1')],
    [
      'that of another table',
      `CREATE TABLE k (a TEXT); ${rebuildOf(
        'INSERT INTO notes_new (id, title, kind) SELECT id, title, coalesce(kind, (SELECT a FROM k LIMIT 1000)) FROM notes',
      )}`,
    ],
    [
      'another copy goes on',
      rebuildOf(
        'INSERT INTO notes_new SELECT * FROM notes ORDER BY id LIMIT 1000; INSERT INTO notes_new SELECT * FROM notes ORDER BY id LIMIT -1 OFFSET 1000',
      ),
    ],
    [
      'a loop of batches',
      {
        up(db: Database) {
          db.exec(NOTES.replace('notes', 'notes_new'))
          const copy = db.prepare(
            'INSERT INTO notes_new SELECT * FROM notes WHERE id > ? ORDER BY id LIMIT 1000',
          )
          while (
            copy.run(
              db.prepare<[], { id: number }>('SELECT max(id) AS id FROM notes_new').get()?.id ?? 0,
            ).changes > 0
          );
          db.exec('DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes')
        },
      },
    ],
    ['pages', reading('SELECT * FROM notes WHERE id > ? ORDER BY id LIMIT ?', 0, 1000)],
    ['pages by number', reading('SELECT * FROM notes ORDER BY id LIMIT ? OFFSET ?', 1000, 0)],
    [
      'a loop that takes rows away',
      copying((db, put) => {
        const next = db.prepare('SELECT * FROM notes LIMIT 1000')
        for (let rows = next.all(); rows.length > 0; rows = next.all()) {
          rows.forEach(put)
          db.exec('DELETE FROM notes')
        }
      }),
    ],
    [
      'batches',
      copying((_, put, ctx) =>
        ctx.batches('SELECT * FROM notes', { by: 'id', size: 1000 }, (rows) => rows.forEach(put)),
      ),
    ],
    [
      'a copy into an archive',
      `CREATE TABLE archive (${COLUMNS}); INSERT INTO archive SELECT * FROM notes LIMIT 1000`,
    ],
  ])('is not told of: %s', async (_, up) => expect(await factsOf([NOTES, up])).toEqual([]))
})
