// ctx.rebuild keeps the rowid of every row: full-text indexes over the table, and whoever else noted it, find the same rows.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { databases } from '../../support/databases.js'
import { all, rebuild, rebuildCatching, refusal } from './rebuilt.js'

const files = databases()

/** A database where the rowids have a gap. */
function opened(...statements: string[]): Database.Database {
  const db = files.open()
  for (const statement of statements) db.exec(statement)
  return db
}
const ROWS =
  "INSERT INTO notes (id, body) VALUES ('a', 'apple'), ('b', 'banana'), ('c', 'cherry'); DELETE FROM notes WHERE id = 'a'"
const NOTES = 'CREATE TABLE notes (id TEXT PRIMARY KEY, body)'
const NEW = 'CREATE TABLE notes (id TEXT PRIMARY KEY, body, more)'
const FTS5 =
  "CREATE VIRTUAL TABLE search USING fts5(body, content='notes'); INSERT INTO search (search) VALUES ('rebuild')"
const found = (db: Database.Database): unknown[] =>
  ['banana', 'cherry', 'apple'].map((word) =>
    db.prepare('SELECT body FROM search WHERE search MATCH ?').pluck().all(word),
  )
const FOUND = [['banana'], ['cherry'], []]
/** FTS5 and FTS4 check themselves, against their content. */
function isSound(db: Database.Database): void {
  const isFts5 = all(db, "SELECT 1 FROM sqlite_master WHERE sql LIKE '%using fts5%'").length > 0
  const columns = isFts5
    ? "(search, rank) VALUES ('integrity-check', 1)"
    : "(search) VALUES ('integrity-check')"
  db.exec(`INSERT INTO search ${columns}`)
}

test('what finds wrong rows here does find them', () => {
  const db = opened(NOTES, ROWS, FTS5, 'UPDATE notes SET rowid = rowid - 1')
  expect(() => isSound(db)).toThrow('malformed')
})

describe('an index over the table answers with the same rows', () => {
  test('notes with a key of text under fts5', () => {
    const db = opened(NOTES, ROWS, FTS5)
    rebuild(db, 'notes', NEW)
    expect(all(db, 'SELECT rowid, id FROM notes')).toEqual([
      [2, 'b'],
      [3, 'c'],
    ])
    expect(found(db)).toEqual(FOUND)
    isSound(db)
  })
  test.each([
    ['fts4', `CREATE VIRTUAL TABLE search USING fts4(content="notes", body)`],
    [
      'fts5, its content in brackets',
      'CREATE VIRTUAL TABLE search USING fts5(body, content=[NOTES])',
    ],
    [
      'fts5 over a view',
      `CREATE VIEW v AS SELECT rowid AS number, body FROM notes;
       CREATE VIRTUAL TABLE search USING fts5(body, content=v, content_rowid=number)`,
    ],
    [
      'fts5 by _rowid_',
      `CREATE VIRTUAL TABLE search USING fts5(body, content=notes, content_rowid="_rowid_")`,
    ],
  ])('%s', (_, index) => {
    const db = opened(NOTES, ROWS, index, "INSERT INTO search (search) VALUES ('rebuild')")
    rebuild(db, 'notes', NEW)
    expect(found(db)).toEqual(FOUND)
    isSound(db)
  })
  test('an index without content of its own, filled by triggers', () => {
    const db = opened(
      NOTES,
      `CREATE VIRTUAL TABLE search USING fts5(body, content='');
       CREATE TRIGGER added AFTER INSERT ON notes BEGIN INSERT INTO search (rowid, body) VALUES (new.rowid, new.body); END;
       CREATE TRIGGER gone AFTER DELETE ON notes BEGIN INSERT INTO search (search, rowid, body) VALUES ('delete', old.rowid, old.body); END`,
      ROWS,
    )
    rebuild(db, 'notes', NEW)
    db.exec("INSERT INTO notes (id, body) VALUES ('d', 'date'); DELETE FROM notes WHERE id = 'b'")
    const hits = (word: string): unknown[] =>
      db
        .prepare(
          'SELECT body FROM notes WHERE rowid IN (SELECT rowid FROM search WHERE search MATCH ?)',
        )
        .pluck()
        .all(word)
    expect(['banana', 'cherry', 'date'].map(hits)).toEqual([[], ['cherry'], ['date']])
  })
  test('an r-tree that is keyed by the rowids', () => {
    const db = opened(
      NOTES,
      ROWS,
      'CREATE VIRTUAL TABLE places USING rtree(id, low, high); INSERT INTO places SELECT rowid, rowid, rowid FROM notes',
    )
    rebuild(db, 'notes', NEW)
    expect(
      all(db, 'SELECT body FROM notes JOIN places ON places.id = notes.rowid WHERE low = 3'),
    ).toEqual([['cherry']])
  })
})

describe('rowids are kept', () => {
  const kept = (create: string, setup = NOTES): unknown[] => {
    const db = opened(setup, ROWS)
    rebuild(db, 'notes', create)
    return all(db, 'SELECT rowid, body FROM notes')
  }
  const KEPT = [
    [2, 'banana'],
    [3, 'cherry'],
  ]
  test('as the INTEGER PRIMARY KEY that the table gets', () => {
    expect(kept('CREATE TABLE notes (number INTEGER PRIMARY KEY, id, body)')).toEqual(KEPT)
  })
  test('of a table that loses its INTEGER PRIMARY KEY', () => {
    const setup = 'CREATE TABLE notes (number INTEGER PRIMARY KEY, id, body)'
    expect(kept('CREATE TABLE notes (id, body)', setup)).toEqual(KEPT)
  })
  test('in a STRICT table', () => {
    expect(kept('CREATE TABLE notes (id TEXT PRIMARY KEY, body TEXT) STRICT')).toEqual(KEPT)
  })
  test('where columns take the other names of the rowid, on either side', () => {
    const setup = 'CREATE TABLE notes (id, body, oid, "_ROWID_")'
    expect(kept('CREATE TABLE notes (id, body, OID, _rowid_)', setup)).toEqual(KEPT)
    const db = opened('CREATE TABLE notes (id, body, rowid)', ROWS)
    rebuild(db, 'notes', 'CREATE TABLE notes (id, body, rowid, oid)')
    expect(all(db, 'SELECT _rowid_, rowid, body FROM notes')).toEqual([
      [2, null, 'banana'],
      [3, null, 'cherry'],
    ])
  })
  test('though no column is: the rows get the defaults', () => {
    const db = opened('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)')
    rebuild(db, 't', "CREATE TABLE t (b DEFAULT 'new')")
    expect(all(db, 'SELECT rowid, b FROM t')).toEqual([
      [1, 'new'],
      [2, 'new'],
    ])
  })
  test('but for those that the author gives anew', () => {
    const db = opened(NOTES, ROWS)
    rebuild(db, 'notes', {
      create: 'CREATE TABLE notes (number INTEGER PRIMARY KEY, id, body)',
      copy: { number: 'rowid * 10' },
    })
    expect(all(db, 'SELECT number, body FROM notes')).toEqual([
      [20, 'banana'],
      [30, 'cherry'],
    ])
  })
  test('and are the key where the key is copied, also one that was no rowid', () => {
    const setup = 'CREATE TABLE notes (id INT PRIMARY KEY, body)'
    const db = opened(setup, "INSERT INTO notes VALUES (7, 'seven'), (5, 'five')")
    rebuild(db, 'notes', 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body)')
    expect(all(db, 'SELECT rowid, body FROM notes')).toEqual([
      [5, 'five'],
      [7, 'seven'],
    ])
  })
  test('DESC makes no rowid of a key, so that both are copied', () => {
    const setup = 'CREATE TABLE notes (id INTEGER PRIMARY KEY DESC, body)'
    const db = opened(setup, "INSERT INTO notes VALUES (7, 'seven'), (5, 'five')")
    rebuild(db, 'notes', `${setup.slice(0, -1)}, more)`)
    expect(all(db, 'SELECT rowid, id FROM notes')).toEqual([
      [1, 7],
      [2, 5],
    ])
  })
})

describe('a table WITHOUT ROWID', () => {
  const WITHOUT = 'CREATE TABLE notes (id TEXT PRIMARY KEY, body) WITHOUT ROWID'
  test.each([
    ['is made', NOTES, WITHOUT],
    ['is made an ordinary one', WITHOUT, NOTES],
    ['stays one', WITHOUT, WITHOUT],
  ])('%s', (_, from, to) => {
    const db = opened(from, ROWS)
    rebuild(db, 'notes', to)
    expect(all(db, 'SELECT id, body FROM notes ORDER BY id')).toEqual([
      ['b', 'banana'],
      ['c', 'cherry'],
    ])
  })
  test('with an index over a number of its own', () => {
    const numbered = 'CREATE TABLE notes (id TEXT PRIMARY KEY, n INT UNIQUE, body)'
    const db = opened(
      numbered,
      "INSERT INTO notes VALUES ('b', 7, 'banana'), ('c', 5, 'cherry')",
      "CREATE VIRTUAL TABLE search USING fts5(body, content=notes, content_rowid='n')",
      "INSERT INTO search (search) VALUES ('rebuild')",
    )
    rebuild(db, 'notes', `${numbered} WITHOUT ROWID`)
    expect(found(db)).toEqual(FOUND)
    isSound(db)
  })
})

describe('the key of an index is copied as it is, or the rebuild is refused', () => {
  const INT = 'CREATE TABLE notes (id INT PRIMARY KEY, body)'
  const INTEGER = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body)'
  const COLUMN = 'CREATE TABLE notes (id INT PRIMARY KEY, body, rowid, oid, _rowid_)'
  const WORDS =
    "INSERT INTO notes (id, body) VALUES (2, 'banana'), (1, 'cherry'), (3, 'apple'); DELETE FROM notes WHERE id = 3"
  const over = (options: string): string =>
    `CREATE VIRTUAL TABLE search USING ${options}; INSERT INTO search (search) VALUES ('rebuild')`
  const BY_ROWID = over("fts5(body, content='notes')")
  const BY_ID = over("fts5(body, content='notes', content_rowid='id')")
  const byView = (key: string): string =>
    `CREATE VIEW v AS SELECT ${key}, body FROM notes; ${over('fts5(body, content=v, content_rowid=id)')}`
  test.each([
    ['a key becomes the rowid', INT, INTEGER, BY_ROWID, {}],
    ['and under fts4', INT, INTEGER, over('fts4(content="notes", body)'), {}],
    ['and through a view', INT, INTEGER, byView('rowid AS id'), {}],
    ['the key is calculated', INTEGER, INTEGER, BY_ID, { id: '1000 - id' }],
    ['and under its other name', INTEGER, INTEGER, BY_ROWID, { id: '1000 - id' }],
    ['and through a view', INTEGER, INTEGER, byView('id'), { id: '1000 - id' }],
    ['and is no rowid', INT, INT, BY_ID, { id: '1000 - id' }],
    ['the key is a word', INT, INT, BY_ID, { id: "'id'" }],
    ['the column of that name is calculated', COLUMN, COLUMN, BY_ROWID, { rowid: 'id' }],
  ])('%s', (_, from, to, index, copy) => {
    const db = opened(from, WORDS, index)
    expect(refusal(db, 'notes', { create: to, copy })).toMatchObject({ code: 'REBUILD_INVALID' })
    expect(all(db, 'SELECT id FROM notes ORDER BY 1')).toEqual([[1], [2]])
  })
  test.each([
    ['the key of the index becomes the rowid', INT, INTEGER, BY_ID, {}],
    ['the rowid becomes an ordinary key', INTEGER, INT, BY_ROWID, {}],
    ['and is calculated', INTEGER, INT, BY_ROWID, { id: 'id + 1' }],
    ['and the index goes by it', INTEGER, INT, BY_ID, {}],
    ['the key is copied by its name', INTEGER, INTEGER, BY_ID, { id: ' "ID" ' }],
    ['the key is copied by the rowid', INTEGER, INTEGER, BY_ID, { id: 'rowid' }],
    ['the rowid becomes the key', INT, INTEGER, BY_ROWID, { id: 'rowid' }],
    ['another column is calculated', INTEGER, INTEGER, BY_ID, { body: 'trim(body)' }],
    ['a column of that name is copied', COLUMN, COLUMN, BY_ROWID, {}],
    ['a view goes by a key that stays', INT, INTEGER, byView('id'), {}],
  ])('but not where %s', (_, from, to, index, copy) => {
    const numbered = from === COLUMN ? 'UPDATE notes SET rowid = id * 7' : 'SELECT 1'
    const db = opened(from, WORDS, numbered, index)
    rebuild(db, 'notes', { create: to, copy })
    expect(found(db)).toEqual(FOUND)
    isSound(db)
  })
})

describe('refused, with everything as it was', () => {
  const SHADOWED = 'CREATE TABLE notes (id TEXT PRIMARY KEY, body, rowid, oid, _rowid_)'
  test.each([
    ['the new table takes all names of the rowid', NOTES, SHADOWED, FTS5],
    ['the new table has another rowid', NOTES, 'CREATE TABLE notes (id, body, rowid)', FTS5],
    ['the rowid was a column', 'CREATE TABLE notes (id, body, rowid)', NOTES, FTS5],
    ['the new table is WITHOUT ROWID', NOTES, `${NOTES} WITHOUT ROWID`, FTS5],
    [
      'the column goes that the index goes by',
      'CREATE TABLE notes (id, body, n)',
      NOTES,
      "CREATE VIRTUAL TABLE search USING fts5(body, content=notes, content_rowid='n')",
    ],
    [
      'the index goes by the rowid through a view',
      NOTES,
      `${NOTES} WITHOUT ROWID`,
      `CREATE VIEW v AS SELECT rowid AS number, body FROM notes;
       CREATE VIRTUAL TABLE search USING fts5(body, content=v, content_rowid=number)`,
    ],
  ])('%s', (_, from, to, index) => {
    const db = opened(from, ROWS, index)
    const before = all(db, 'SELECT type, name, sql FROM sqlite_master')
    const error = refusal(db, 'notes', to)
    expect(error).toMatchObject({ code: 'REBUILD_INVALID', facts: { table: 'notes' } })
    expect(error.message).toMatch(
      /the index search would no longer find its rows by their (rowid|n)/,
    )
    expect(all(db, 'SELECT type, name, sql FROM sqlite_master')).toEqual(before)
    expect(all(db, 'SELECT id FROM notes')).toEqual([['b'], ['c']])
  })
  test('nothing is left behind for code that catches it', () => {
    const db = opened(NOTES, ROWS, FTS5)
    const caught = rebuildCatching(db, 'notes', `${NOTES} WITHOUT ROWID`)
    expect(caught).toMatchObject({ code: 'REBUILD_INVALID' })
    expect(all(db, "SELECT name FROM sqlite_master WHERE name LIKE 'lockstep%'")).toEqual([])
  })
  test.each([
    ['without an index', 'SELECT 1'],
    [
      'with an index over another table',
      "CREATE TABLE other (body); CREATE VIRTUAL TABLE search USING fts5(body, content='other')",
    ],
    [
      'with an index that keeps its own text',
      'CREATE VIRTUAL TABLE search USING fts5(content, body)',
    ],
    [
      'with an index over a view without rowids',
      'CREATE VIEW v AS SELECT id, body FROM notes; CREATE VIRTUAL TABLE search USING fts5(body, content=v, content_rowid=id)',
    ],
  ])('but not %s', (_, index) => {
    const db = opened(NOTES, ROWS, index)
    rebuild(db, 'notes', `${NOTES} WITHOUT ROWID`)
    expect(all(db, 'SELECT id FROM notes')).toEqual([['b'], ['c']])
  })
  test('where nothing of the rows would be copied', () => {
    const db = opened('CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (1)')
    const error = refusal(db, 't', 'CREATE TABLE t (b)')
    expect(error).toMatchObject({ code: 'REBUILD_INVALID' })
    expect(error.message).toContain('none of its columns would be copied')
  })
})
