// Rows that a copy takes through a view: what the view filters is looked for, and its rows are those of the tables that it reads.
import { describe, expect } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS = "id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'note'"
const NOTES = `CREATE TABLE notes (${COLUMNS})`
const MADE = `CREATE TABLE notes_new (${COLUMNS})`
const RENAMED = 'DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes'
const rebuildOf = (copy: string): string => `${MADE}; ${copy}; ${RENAMED}`
const ALL = rebuildOf('INSERT INTO notes_new SELECT * FROM notes')
const loss = expect.objectContaining({ kind: 'rows-lost', table: 'notes' })

const byCode = (db: Database): void => {
  const rows = db.prepare('SELECT * FROM shown').all()
  db.exec(`DROP VIEW shown; ${MADE}`)
  const put = db.prepare('INSERT INTO notes_new VALUES (:id, :title, :kind)')
  for (const row of rows) put.run(row)
  db.exec(RENAMED)
}

const shown = (filter: string): string => `CREATE VIEW shown AS SELECT * FROM notes ${filter}`
const VIEWS = [NOTES, shown("WHERE kind <> 'draft'")]
const FROM_VIEW = rebuildOf('INSERT INTO notes_new SELECT * FROM shown; DROP VIEW shown')

describe('rows that are copied through a view', () => {
  testSome<[string, readonly (string | { up(db: Database): void })[]]>([
    ['of before', [...VIEWS, FROM_VIEW]],
    ['that the step makes', [NOTES, `${shown("WHERE title <> 'spam'")}; ${FROM_VIEW}`]],
    [
      'over another view',
      [
        ...VIEWS,
        `CREATE TEMP VIEW v AS SELECT * FROM shown; ${FROM_VIEW.replace('FROM shown', 'FROM temp.v').replace('DROP VIEW shown', 'DROP VIEW v; DROP VIEW shown')}`,
      ],
    ],
    [
      'into a table that is renamed',
      [
        ...VIEWS,
        'CREATE TABLE notes_new AS SELECT * FROM shown; DROP VIEW shown; DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes',
      ],
    ],
    [
      'and put back',
      [
        ...VIEWS,
        'CREATE TABLE kept AS SELECT * FROM shown; DELETE FROM notes; INSERT INTO notes SELECT * FROM kept; DROP TABLE kept',
      ],
    ],
    [
      'and put back, whatever the condition',
      [
        ...VIEWS,
        'CREATE TABLE kept AS SELECT * FROM shown; DELETE FROM notes WHERE true; INSERT INTO notes SELECT * FROM kept; DROP TABLE kept',
      ],
    ],
    ['by code', [...VIEWS, { up: byCode }]],
  ])('are lost: %s', async (_, steps) => expect(await factsOf(steps)).toContainEqual(loss))

  testSome([
    ['of all rows', [NOTES, shown(''), FROM_VIEW]],
    ['that is not copied from', [...VIEWS, `DROP VIEW shown; ${ALL}`]],
    [
      'beside those that it leaves out',
      [
        ...VIEWS,
        FROM_VIEW.replace(
          'DROP VIEW',
          "INSERT INTO notes_new SELECT * FROM notes WHERE kind = 'draft'; DROP VIEW",
        ),
      ],
    ],
    ['whose rows are put elsewhere', [...VIEWS, 'CREATE TABLE x AS SELECT * FROM shown']],
  ])('are all there: %s', async (_, steps) => expect(await factsOf(steps)).toEqual([]))
})
