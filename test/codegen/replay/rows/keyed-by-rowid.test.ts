// Rowids that change under tables which triggers keep by them, as the replay sees them.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const NOTES = 'CREATE TABLE notes (uid TEXT PRIMARY KEY, body TEXT)'
const ADDED = `CREATE TRIGGER added AFTER INSERT ON notes BEGIN
    INSERT INTO f (rowid, body) VALUES (new.rowid, new.body);
  END`
const GONE =
  'CREATE TRIGGER gone AFTER DELETE ON notes BEGIN DELETE FROM f WHERE rowid = old.rowid; END'
const FTS5 = 'CREATE VIRTUAL TABLE f USING fts5(body)'
const SETUP = `${NOTES}; ${FTS5}; ${ADDED}; ${GONE}`
const COPY = "INSERT INTO fresh (uid, body) SELECT uid, coalesce(body, '') FROM notes"
const ALL = 'INSERT INTO fresh (rowid, uid, body) SELECT rowid, uid, body FROM notes'
const rebuild = (copy = COPY, create = '(uid TEXT PRIMARY KEY, body TEXT, more)'): string =>
  `CREATE TABLE fresh ${create}; ${copy}; DROP TABLE notes; ALTER TABLE fresh RENAME TO notes`
const told = async (...steps: (Step | string)[]): Promise<unknown[]> =>
  (await factsOf(steps)).filter(({ kind }) => kind === 'index-misfit')

describe('found', () => {
  testSome([
    ['fts5 with its own text', SETUP],
    ['fts5 without text', SETUP.replace('body)', "body, content='')").replace(GONE, '')],
    [
      'an R-Tree',
      `${NOTES}; CREATE VIRTUAL TABLE f USING rtree(id, a, b);
       CREATE TRIGGER n AFTER INSERT ON notes BEGIN INSERT INTO f VALUES (new._rowid_, 1, 2); END`,
    ],
    [
      'any table',
      `${NOTES}; CREATE TABLE f (note INTEGER NOT NULL, said TEXT);
       CREATE TRIGGER n AFTER INSERT ON notes BEGIN INSERT INTO f VALUES (NEW."oid", 'x'); END`,
    ],
    [
      'a table without rowids of its own',
      `${NOTES}; CREATE TABLE f (note INTEGER PRIMARY KEY, said TEXT) WITHOUT ROWID;
       CREATE TRIGGER n AFTER INSERT ON notes BEGIN REPLACE INTO f VALUES (new.rowid, 'x'); END`,
    ],
    [
      'by the trigger of a view which shows rowids',
      `${NOTES}; ${FTS5}; CREATE VIEW v AS SELECT rowid AS id, body FROM notes;
       CREATE TRIGGER r INSTEAD OF UPDATE ON v BEGIN INSERT INTO f (rowid, body) VALUES (new.id, new.body); END;
       INSERT INTO notes VALUES ('a', 'b'); UPDATE notes SET rowid = 77; UPDATE v SET body = 'c'`,
    ],
  ])('in a rebuild by hand: %s', async (_, setup) => {
    const drop = setup.includes('VIEW v') ? 'DROP VIEW v; ' : ''
    const up = drop + rebuild()
    expect(await told(setup, up)).toMatchObject([
      {
        cause: 'keyed',
        table: 'notes',
        index: 'f',
        at: { version: 2, offset: up.indexOf('INSERT') },
      },
    ])
  })
  it('by the trigger of another table, which selects rowids', async () => {
    const setup = `${NOTES}; ${FTS5}; CREATE TABLE asked (uid TEXT PRIMARY KEY);
      CREATE TRIGGER a AFTER INSERT ON asked BEGIN
        INSERT INTO f (rowid, body) SELECT n.rowid, body FROM notes n WHERE uid = new.uid; END;
      INSERT INTO notes (rowid, uid, body) VALUES (77, 'a', 'b'); INSERT INTO asked VALUES ('a')`
    expect(await told(setup, `DROP TRIGGER a; ${rebuild()}`)).toMatchObject([{ cause: 'keyed' }])
  })
  it('with the triggers made again behind it', async () => {
    expect(await told(SETUP, `${rebuild()}; ${ADDED}; ${GONE}`)).toHaveLength(1)
  })
  it('in an index that was made and filled after the rows', async () => {
    const fill = 'INSERT INTO f (rowid, body) SELECT rowid, body FROM notes'
    expect(await told(NOTES, `${FTS5}; ${ADDED}; ${fill}`, rebuild())).toHaveLength(1)
  })
  it('in a table that is renamed, or made anew with its numbers', async () => {
    const rename = 'ALTER TABLE f RENAME TO g'
    expect(
      await told(SETUP, `DROP TRIGGER added; DROP TRIGGER gone; ${rename}; ${rebuild()}`),
    ).toMatchObject([{ index: 'g' }])
  })
  it('where the command of the index makes it anew from its own text', async () => {
    expect(await told(SETUP, `${rebuild()}; INSERT INTO f (f) VALUES ('rebuild')`)).toHaveLength(1)
  })
  it('in code, and in `down`', async () => {
    const up = (db: Database): void => void db.exec(rebuild())
    expect(await told(SETUP, { up })).toHaveLength(1)
    expect(await told(SETUP, { up: 'CREATE TABLE other (a)', down: rebuild() })).toMatchObject([
      { at: { direction: 'down' } },
    ])
  })
  it('by VACUUM, where it gives new ones', async () => {
    const steps = [SETUP.replace(' PRIMARY KEY', ''), { up: 'VACUUM', transaction: false } as Step]
    expect(await told(...steps)).toMatchObject([
      { cause: 'keyed', table: 'notes', index: 'f', at: { version: 2, statement: 'VACUUM' } },
    ])
  })
})

describe('innocent', () => {
  it('rowids that are copied, also by ctx.rebuild', async () => {
    expect(await told(SETUP, rebuild(ALL))).toEqual([])
    const create = 'CREATE TABLE notes (uid TEXT PRIMARY KEY, body TEXT, more)'
    const up: Step['up'] = (_: Database, ctx) => ctx.rebuild('notes', { create })
    expect(await told(SETUP, { up, toolkit } as Step)).toEqual([])
  })
  testSome([
    [
      'deleted and filled again',
      'DELETE FROM f; INSERT INTO f (rowid, body) SELECT rowid, body FROM notes',
    ],
    ['dropped', 'DROP TABLE f'],
    [
      'dropped and made anew',
      `DROP TABLE f; ${FTS5}; INSERT INTO f (rowid, body) SELECT rowid, body FROM notes`,
    ],
  ])('an index that is %s in the same step', async (_, anew) => {
    expect(await told(SETUP, `${rebuild()}; ${anew}`)).toEqual([])
    expect(
      await told(SETUP, `${anew.includes('SELECT') ? 'DELETE FROM f' : anew}; ${rebuild()}`),
    ).toEqual([])
  })
  it('rows that the triggers carry over', async () => {
    const up = `CREATE TABLE kept AS SELECT * FROM notes; DELETE FROM notes;
      INSERT INTO notes SELECT uid, body FROM kept; DROP TABLE kept`
    expect(await told(SETUP, up)).toEqual([])
  })
  it('a key that is the rowid, also where it changes', async () => {
    const keyed = '(uid INTEGER PRIMARY KEY, body TEXT)'
    const setup = SETUP.replace('(uid TEXT PRIMARY KEY, body TEXT)', keyed)
    expect(await told(setup, rebuild(COPY, keyed))).toEqual([])
    expect(
      await told(setup, rebuild('INSERT INTO fresh SELECT uid + 100, body FROM notes', keyed)),
    ).toEqual([])
  })
  it('triggers that use another number, or no rowid of the table', async () => {
    const numbered = '(uid TEXT PRIMARY KEY, n INTEGER UNIQUE, body TEXT)'
    const setup = `CREATE TABLE notes ${numbered}; ${FTS5}; ${ADDED.replace('new.rowid', 'new.n')}; ${GONE.replace('old.rowid', 'old.n')}`
    expect(
      await told(
        setup,
        rebuild(COPY.replace('(uid', '(n, uid').replace('SELECT', 'SELECT n,'), numbered),
      ),
    ).toEqual([])
    const table = `${NOTES} WITHOUT ROWID; CREATE TABLE f (body TEXT)`
    const by = (sql: string): string =>
      `CREATE TRIGGER t AFTER INSERT ON notes BEGIN INSERT INTO f ${sql}; END`
    expect(await told(`${table}; ${by('VALUES (new.body)')}`, rebuild())).toEqual([])
    expect(
      await told(
        `${NOTES}; ${FTS5}; ${by('(rowid, body) VALUES (length(new.uid), 1)')}`,
        rebuild(),
      ),
    ).toEqual([])
  })
  it('a column that is called like a rowid', async () => {
    const oid = '(uid TEXT PRIMARY KEY, oid INTEGER, body TEXT)'
    const setup = `CREATE TABLE notes ${oid}; ${FTS5}; ${GONE.replace('old.rowid', 'old.oid')}`
    expect(
      await told(
        setup,
        rebuild(COPY.replace('(uid', '(oid, uid').replace('SELECT', 'SELECT oid,'), oid),
      ),
    ).toEqual([])
  })
  it('triggers that find the row itself by its rowid, and those that put rows in order by it', async () => {
    const setup = `CREATE TABLE notes (uid TEXT PRIMARY KEY, body TEXT, at INT); CREATE TABLE users (id INTEGER PRIMARY KEY, last TEXT);
      CREATE TRIGGER a AFTER UPDATE OF body ON notes BEGIN UPDATE notes SET at = 1 WHERE rowid = new.rowid; END;
      CREATE TRIGGER b AFTER DELETE ON notes BEGIN
        UPDATE users SET last = (SELECT uid FROM notes ORDER BY rowid DESC LIMIT 1); END`
    expect(await told(setup, rebuild())).toEqual([])
  })
  it('a table without rows, and a number in another table that no trigger speaks of', async () => {
    expect(await told(SETUP.replace('body TEXT)', 'body TEXT CHECK (0))'), rebuild())).toEqual([])
    expect(
      await told(
        `${NOTES}; CREATE TABLE visits (id INTEGER PRIMARY KEY, note_rowid INT)`,
        rebuild(),
      ),
    ).toEqual([])
  })
  it('VACUUM where an index keeps the rowids', async () => {
    expect(await told(SETUP, { up: 'VACUUM', transaction: false })).toEqual([])
  })
  it('an index over the table itself, of which it is told once', async () => {
    const over = FTS5.replace('body)', "body, content='notes')")
    expect(await told(`${NOTES}; ${over}; ${ADDED}`, rebuild())).toMatchObject([
      { cause: 'rowids' },
    ])
  })
})
