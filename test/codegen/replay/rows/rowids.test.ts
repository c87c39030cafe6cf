// Rowids that change under a full-text index, as the replay sees them.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const NOTES = 'CREATE TABLE notes (id TEXT PRIMARY KEY, body TEXT)'
const FTS5 = "CREATE VIRTUAL TABLE search USING fts5(body, content='notes')"
const KEPT = `CREATE TRIGGER added AFTER INSERT ON notes BEGIN
    INSERT INTO search (rowid, body) VALUES (new.rowid, new.body);
  END;
  CREATE TRIGGER gone AFTER DELETE ON notes BEGIN
    INSERT INTO search (search, rowid, body) VALUES ('delete', old.rowid, old.body);
  END`
const COPY = 'INSERT INTO fresh (id, body) SELECT id, body FROM notes'
const ALL = 'INSERT INTO fresh (rowid, id, body) SELECT rowid, id, body FROM notes'
const rebuild = (copy = COPY, create = '(id TEXT PRIMARY KEY, body TEXT, more)'): string =>
  `CREATE TABLE fresh ${create}; ${copy}; DROP TABLE notes; ALTER TABLE fresh RENAME TO notes`
const refill = (index = 'search'): string => `INSERT INTO ${index} (${index}) VALUES ('rebuild')`
const changed = async (...steps: (Step | string)[]): Promise<unknown[]> =>
  (await factsOf(steps)).filter(({ kind }) => kind === 'index-misfit')

describe('found', () => {
  testSome([
    ['fts4', `${NOTES}; CREATE VIRTUAL TABLE search USING fts4(body, content="NOTES")`],
    [
      'fts5 over a view',
      `${NOTES}; CREATE VIEW told AS SELECT rowid AS n, body FROM notes;
       CREATE VIRTUAL TABLE search USING fts5(body, content=told, content_rowid=n)`,
    ],
  ])('in a rebuild by hand: %s', async (_, setup) => {
    const up = setup.includes('VIEW')
      ? `DROP VIEW told; ${rebuild()}; CREATE VIEW told AS SELECT rowid AS n, body FROM notes`
      : rebuild()
    expect(await changed(setup, up)).toMatchObject([
      { table: 'notes', index: 'search', at: { version: 2, offset: up.indexOf('INSERT') } },
    ])
  })
  it('over an index that was made after the rows', async () => {
    expect(await changed(NOTES, `${FTS5}; ${refill()}`, rebuild())).toHaveLength(1)
  })
  it('in code', async () => {
    const up = (db: Database): void => void db.exec(rebuild())
    expect(await changed(`${NOTES}; ${FTS5}; ${KEPT}`, { up })).toHaveLength(1)
  })
  it('in `down`', async () => {
    const up = 'CREATE TABLE other (a)'
    expect(await changed(`${NOTES}; ${FTS5}; ${KEPT}`, { up, down: rebuild() })).toMatchObject([
      { at: { direction: 'down' } },
    ])
  })
  it('by VACUUM, where it gives new ones', async () => {
    const bare = 'CREATE TABLE notes (id TEXT, body TEXT)'
    const steps = [`${bare}; ${FTS5}; ${KEPT}`, { up: 'VACUUM', transaction: false } as Step]
    expect(await changed(...steps)).toMatchObject([
      { table: 'notes', index: 'search', at: { version: 2, statement: 'VACUUM' } },
    ])
  })
  it('where rowids are copied, but not of all rows, which the index still has', async () => {
    const steps = [`${NOTES}; ${FTS5}; ${KEPT}`, rebuild(`${ALL} WHERE rowid > 7`)] as const
    expect(await changed(...steps)).toMatchObject([{ cause: 'rows' }])
    expect(await changed(steps[0], `${steps[1]}; ${refill()}`)).toEqual([])
  })
})

describe('innocent', () => {
  const SETUP = `${NOTES}; ${FTS5}; ${KEPT}`
  it('rowids that are copied', async () => expect(await changed(SETUP, rebuild(ALL))).toEqual([]))
  it('an index that is made anew behind it', async () => {
    expect(await changed(SETUP, `${rebuild()}; ${refill()}`)).toEqual([])
    expect(await changed(SETUP, `${rebuild()}; DROP TABLE search; ${FTS5}; ${refill()}`)).toEqual(
      [],
    )
    expect(await changed(SETUP, `DROP TABLE search; ${rebuild()}`)).toEqual([])
  })
  it('an index that is made in the same step', async () => {
    expect(await changed(NOTES, `${rebuild()}; ${FTS5}; ${refill()}`)).toEqual([])
  })
  it('a table that no index is over, or one with its own number', async () => {
    expect(await changed(NOTES, rebuild())).toEqual([])
    const numbered = '(id TEXT PRIMARY KEY, n INT UNIQUE, body TEXT)'
    const copy = 'INSERT INTO fresh (id, n, body) SELECT id, n, body FROM notes'
    const index = 'CREATE VIRTUAL TABLE search USING fts5(body, content=notes, content_rowid=n)'
    expect(
      await changed(`CREATE TABLE notes ${numbered}; ${index}`, rebuild(copy, numbered)),
    ).toEqual([])
  })
  it('a key that is the rowid', async () => {
    const keyed = '(id INTEGER PRIMARY KEY, body TEXT)'
    expect(
      await changed(`CREATE TABLE notes ${keyed}; ${FTS5}; ${KEPT}`, rebuild(COPY, keyed)),
    ).toEqual([])
  })
  it('rows that are deleted and written again, which the triggers tell the index', async () => {
    const up = `DELETE FROM notes WHERE rowid > 7; INSERT INTO notes VALUES ('new', 'words')`
    expect(await changed(SETUP, up)).toEqual([])
  })
  it('VACUUM where an index keeps the rowids, or into another file', async () => {
    const step = (up: string): Step => ({ up, transaction: false })
    expect(await changed(SETUP, step('VACUUM'))).toEqual([])
  })
  it('ctx.rebuild', async () => {
    const create = 'CREATE TABLE notes (id TEXT PRIMARY KEY, body TEXT, more)'
    const up: Step['up'] = (_: Database, ctx) => ctx.rebuild('notes', { create })
    expect(await changed(SETUP, { up, toolkit } as Step)).toEqual([])
  })
})
