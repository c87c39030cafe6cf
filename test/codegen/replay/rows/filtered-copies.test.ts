// A copy that takes the place of its table and leaves out rows that have a value: such rows are made, and are seen to go.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS = `id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'note', body TEXT,
  status INTEGER NOT NULL DEFAULT 0, price REAL, code TEXT UNIQUE, deleted BOOLEAN NOT NULL DEFAULT 0, at TEXT, data TEXT`
const NOTES = `CREATE TABLE notes (${COLUMNS})`

const rebuildOf = (copy: string, columns = COLUMNS): string =>
  `CREATE TABLE notes_new (${columns}); ${copy}; DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes`

const filtered = (rest: string): string =>
  rebuildOf(`INSERT INTO notes_new SELECT * FROM notes ${rest}`)

const LOSING = [
  "coalesce(body, '') NOT LIKE '%draft%'",
  "body IS NULL OR body NOT LIKE 'draft%' ESCAPE '!'",
  "kind NOT GLOB '[dx]raft*'",
  'length(title) < 8 OR length(title) > 8',
  "substr(kind, 1, 2) <> 'dr'",
  'status NOT IN (3)',
  'status <> -3',
  'price IS NULL OR price NOT BETWEEN 5 AND 9',
  'coalesce(price, 0) <> 9.75',
  'id > -5',
  "at IS NULL OR at LIKE '____-__-__%'",
  "at IS NULL OR at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-*'",
  "CASE WHEN kind = 'draft' THEN 0 ELSE 1 END",
  "CASE kind WHEN 'draft' THEN 0 ELSE 1 END",
  "iif(kind = 'draft', 0, 1)",
  "NOT EXISTS (SELECT 1 FROM notes other WHERE other.id = notes.id AND other.kind = 'draft')",
  "at IS NULL OR strftime('%Y', at) <> '2020'",
  "coalesce(date(at), '') <> '2020-02-02'",
  "coalesce(at, '') < datetime('now')",
  "coalesce(json_extract(data, '$.state'), '') <> 'draft'",
]

const loss = expect.objectContaining({ kind: 'rows-lost', table: 'notes' })

const NULLABLE =
  'id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER, d BOOLEAN, p INTEGER REFERENCES p (id)'

describe('rows that a filter leaves out by what is NULL in them', () => {
  testSome([
    'NOT (a IS NULL AND b IS NOT NULL)',
    'a IS NOT NULL OR b IS NULL',
    'NOT (a IS NOT NULL AND b IS NULL AND c IS NULL)',
  ])('are lost: WHERE %s', async (where) => {
    const columns = NULLABLE.replace('p (id)', 'q (id)')
    const up = `CREATE TABLE n (${columns}); INSERT INTO n SELECT * FROM t WHERE ${where}; DROP TABLE t; ALTER TABLE n RENAME TO t`
    const first = `CREATE TABLE q (id INTEGER PRIMARY KEY); CREATE TABLE t (${columns})`
    expect(await factsOf([first, up])).toContainEqual(
      expect.objectContaining({ kind: 'rows-lost', table: 't' }),
    )
  })

  testSome(['a IS NOT NULL OR a IS NULL', 'coalesce(a, b, c, id) IS NOT NULL'])(
    'are none: WHERE %s',
    async (where) => {
      const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER)'
      const up = `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER); INSERT INTO n SELECT * FROM t WHERE ${where}; DROP TABLE t; ALTER TABLE n RENAME TO t`
      expect(await factsOf([first, up])).toEqual([])
    },
  )
})

describe('rows that a filter leaves out of a rebuild', () => {
  testSome(LOSING)('are lost: WHERE %s', async (where) => {
    expect(await factsOf([NOTES, filtered(`WHERE ${where}`)])).toContainEqual(loss)
  })

  testSome([
    ['GROUP BY id HAVING', filtered("GROUP BY id HAVING max(kind) <> 'draft'")],
    [
      'a JOIN with VALUES',
      filtered(
        "LEFT JOIN (VALUES ('draft')) v ON v.column1 = kind WHERE v.column1 IS NULL",
      ).replace('SELECT *', 'SELECT notes.*'),
    ],
    [
      'a common table expression',
      rebuildOf(
        "WITH bad (k) AS (VALUES ('draft')) INSERT INTO notes_new SELECT * FROM notes WHERE kind NOT IN (SELECT k FROM bad)",
      ),
    ],
    [
      'an alias',
      rebuildOf("INSERT INTO notes_new SELECT n.* FROM notes AS n WHERE n.kind <> 'draft'"),
    ],
    [
      'a subquery',
      rebuildOf("INSERT INTO notes_new SELECT * FROM (SELECT * FROM notes WHERE kind <> 'draft')"),
    ],
    [
      'CREATE TABLE AS',
      "CREATE TABLE notes_new AS SELECT * FROM notes WHERE kind <> 'draft'; DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes",
    ],
    [
      'the old table moved aside',
      `ALTER TABLE notes RENAME TO notes_old; ${NOTES}; INSERT INTO notes SELECT * FROM notes_old WHERE kind <> 'draft'; DROP TABLE notes_old`,
    ],
  ])('are lost by %s', async (_, up) => expect(await factsOf([NOTES, up])).toContainEqual(loss))

  it('are lost in a down', async () => {
    const step = {
      up: 'CREATE TABLE other (a)',
      down: `DROP TABLE other; ${filtered("WHERE kind <> 'draft'")}`,
    }
    expect(await factsOf([NOTES, step])).toContainEqual(loss)
  })

  testSome(['up', 'down'])('are lost where code puts the SQL together: %s', async (direction) => {
    const bad = ['draft', 'spam']
    const code = (db: Database): void => {
      db.prepare('SELECT count(*) FROM notes').get()
      db.exec(filtered(`WHERE kind NOT IN (${bad.map((one) => `'${one}'`).join()})`))
    }
    const step = direction === 'up' ? { up: code } : { up: 'CREATE TABLE x (a)', down: code }
    expect(await factsOf([NOTES, step])).toContainEqual(loss)
  })
})

/** Code that makes notes anew; `copy` fills the new table. */
const copying = (copy: (db: Database) => void) => ({
  up(db: Database): void {
    db.exec(NOTES.replace('notes', 'notes_new'))
    copy(db)
    db.exec('DROP TABLE notes; ALTER TABLE notes_new RENAME TO notes')
  },
})

/** Copies the rows that a query answers, one by one. */
const copyingRows = (rows: (db: Database) => unknown[]) =>
  copying((db) => {
    const put = db.prepare(
      'INSERT INTO notes_new VALUES (:id, :title, :kind, :body, :status, :price, :code, :deleted, :at, :data)',
    )
    for (const row of rows(db)) put.run(row)
  })

const ALL = 'INSERT INTO notes_new SELECT * FROM notes WHERE'
const QUERY = 'SELECT * FROM notes WHERE'

testSome([
  ['a number', copying((db) => db.prepare(`${ALL} status <> ?1`).run({ 1: 3 }))],
  ['a big number', copying((db) => db.prepare(`${ALL} status <> ?`).run(3n))],
  ['a list of values', copying((db) => db.prepare(`${ALL} kind <> ?`).run(['draft']))],
  [
    'values by name',
    copying((db) => db.prepare(`${ALL} status <> @s AND kind <> :Kind`).run({ s: 3, Kind: 'x' })),
  ],
  ['a value by $name', copying((db) => db.prepare(`${ALL} kind <> $kind`).run({ kind: 'x' }))],
  [
    'a list of parameters',
    copying((db) => db.prepare(`${ALL} kind NOT IN (?, ?)`).run('draft', 'spam')),
  ],
  ['a query', copyingRows((db) => db.prepare(`${QUERY} kind <> 'draft'`).all())],
  ['a query and its value', copyingRows((db) => db.prepare(`${QUERY} kind <> ?`).all('draft'))],
  [
    'a query, row by row',
    copyingRows((db) => [...db.prepare(`${QUERY} title NOT LIKE ?`).iterate('%draft%')]),
  ],
])('rows that code leaves out of a rebuild: are lost by %s', async (_, step) => {
  expect(await factsOf([NOTES, step])).toContainEqual(loss)
  expect(await factsOf([NOTES, { up: 'CREATE TABLE x (a)', down: step.up }])).toContainEqual(loss)
})

describe('rows that the filter of a copy leaves out for a row of another table', () => {
  const FOLDERS = `CREATE TABLE folders (id INTEGER PRIMARY KEY, kind TEXT, owner TEXT);
    CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT, folder INTEGER REFERENCES folders)`
  const copied = (from: string): string =>
    `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, folder INTEGER REFERENCES folders);
     INSERT INTO n SELECT files.* FROM files ${from}; DROP TABLE files; ALTER TABLE n RENAME TO files`
  testSome([
    "LEFT JOIN folders f ON f.id = folder WHERE f.kind IS NOT 'trash'",
    "WHERE folder IS NULL OR folder NOT IN (SELECT id FROM folders WHERE kind = 'trash')",
    "WHERE NOT EXISTS (SELECT 1 FROM folders WHERE id = folder AND owner = 'nobody')",
  ])('are lost: %s', async (from) => {
    expect(await factsOf([FOLDERS, copied(from)])).toContainEqual(
      expect.objectContaining({ kind: 'rows-lost', table: 'files' }),
    )
  })
  it('are not where they are moved elsewhere, or no such row can be', async () => {
    const trash = "folder IN (SELECT id FROM folders WHERE kind = 'trash')"
    const moved = copied(`WHERE folder IS NULL OR NOT ${trash}`)
    const closed = FOLDERS.replace('kind TEXT', `kind TEXT CHECK (kind IN ('a', 'b'))`)
    expect(await factsOf([closed, moved])).toEqual([])
    const again = `INSERT INTO n SELECT * FROM files WHERE ${trash}; DROP TABLE files`
    expect(await factsOf([FOLDERS, moved.replace('DROP TABLE files', again)])).toEqual([])
  })
})

describe('nothing is lost', () => {
  const CLOSED = COLUMNS.replace("DEFAULT 'note'", "CHECK (kind IN ('note', 'todo'))")
  testSome([
    ['where a CHECK allows no such row', CLOSED, filtered("WHERE kind <> 'draft'")],
    ['where a boolean can be nothing else', COLUMNS, filtered('WHERE deleted IN (0, 1)')],
    [
      'where numbers of rows are positive',
      COLUMNS.replace('KEY', 'KEY CHECK (id > 0)'),
      filtered('WHERE id > 0'),
    ],
    [
      'where letters are small',
      COLUMNS.replace("DEFAULT 'note'", 'CHECK (kind = lower(kind))'),
      filtered('WHERE kind = lower(kind)'),
    ],
    [
      'where moments become numbers',
      COLUMNS,
      rebuildOf(
        'INSERT INTO notes_new SELECT id, title, unixepoch(at) FROM notes WHERE at IS NOT NULL; INSERT INTO notes_new SELECT id, title, 0 FROM notes WHERE at IS NULL',
        'id INTEGER PRIMARY KEY, title TEXT NOT NULL, at INTEGER NOT NULL',
      ),
    ],
    [
      'where another copy brings the others',
      COLUMNS,
      rebuildOf(
        "INSERT INTO notes_new SELECT * FROM notes WHERE kind <> 'draft'; INSERT INTO notes_new SELECT * FROM notes WHERE kind = 'draft'",
      ),
    ],
    [
      'where the rows were deleted by name',
      COLUMNS,
      `DELETE FROM notes WHERE kind = 'draft'; ${filtered("WHERE kind <> 'draft'")}`,
    ],
    [
      'where the rows were changed before',
      COLUMNS,
      `UPDATE notes SET kind = 'note' WHERE kind = 'draft'; ${filtered("WHERE kind <> 'draft'")}`,
    ],
    [
      'where the table stays',
      COLUMNS,
      `CREATE TABLE archive (${COLUMNS}); INSERT INTO archive SELECT * FROM notes WHERE kind <> 'draft'`,
    ],
    [
      'where one table becomes two',
      COLUMNS,
      `CREATE TABLE a (${COLUMNS}); CREATE TABLE b (${COLUMNS}); INSERT INTO a SELECT * FROM notes WHERE kind = 'x';
       INSERT INTO b SELECT * FROM notes WHERE kind IS NOT 'x'; DROP TABLE notes`,
    ],
    [
      'where the others are moved into a table with some of the columns, and a new key',
      COLUMNS,
      `CREATE TABLE a (nr INTEGER PRIMARY KEY, title, kind); INSERT INTO a (title, kind) SELECT title, kind FROM notes WHERE kind = 'x'; ${filtered("WHERE kind <> 'x'")}`,
    ],
    [
      'where the others are moved from the table moved aside',
      COLUMNS,
      `ALTER TABLE notes RENAME TO o; ${NOTES}; INSERT INTO notes SELECT * FROM o WHERE kind <> 'x';
       CREATE TABLE a (${COLUMNS}); INSERT INTO a SELECT * FROM o WHERE kind = 'x'; DROP TABLE o; ALTER TABLE a RENAME TO b`,
    ],
    [
      'where the rows were deleted by a value that is bound',
      COLUMNS,
      {
        up(db: Database) {
          db.prepare('DELETE FROM notes WHERE kind = ?').run('x')
          db.exec(filtered("WHERE kind <> 'x'"))
        },
      },
    ],
    [
      'where code moves the others',
      COLUMNS,
      copying((db) => {
        db.exec(NOTES.replace('notes', 'a'))
        db.prepare(`${ALL} kind <> ?`).run('x')
        db.prepare(`${ALL.replace('notes_new', 'a')} kind = ?`).run('x')
      }),
    ],
    [
      'where values are mapped',
      COLUMNS,
      rebuildOf(
        "INSERT INTO notes_new (id, title, kind) SELECT id, title, CASE kind WHEN 'a' THEN 'b' WHEN 'c' THEN 'd' ELSE kind END FROM notes",
        'id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL',
      ),
    ],
  ])('%s', async (_, columns, up) => {
    expect(await factsOf([`CREATE TABLE notes (${columns})`, up])).toEqual([])
  })
})

describe('rows are lost all the same', () => {
  const filter = filtered("WHERE kind <> 'x'")
  testSome([
    ['beside a copy of all of them', 'CREATE TABLE a AS SELECT * FROM notes'],
    [
      'beside a copy of another table',
      'CREATE TABLE b (id, kind); CREATE TABLE a AS SELECT * FROM b',
    ],
    [
      'where the two conditions leave out NULL',
      `CREATE TABLE a AS SELECT * FROM notes WHERE body = 'x'; ${filtered("WHERE body <> 'x'")}`,
    ],
  ])('%s', async (_, up) => {
    const all = up.includes('RENAME') ? up : `${up}; ${filter}`
    expect(await factsOf([NOTES, all])).toContainEqual(loss)
  })
})
