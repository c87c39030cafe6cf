// What a real replay settles: demands that rows with the offending shape were seen to go through, and losses that are none.
import { describe, expect, test } from 'vitest'
import { findingsIn, proveHistory } from './proven-folder.js'

const filtered = (table: string, copy: string): string =>
  `CREATE TABLE n (${table});\n${copy};\nDROP TABLE v;\nALTER TABLE n RENAME TO v;`

describe('a new NOT NULL', () => {
  const OLD = 'CREATE TABLE v (s INTEGER, d TEXT NOT NULL);'

  test('over a copy that leaves NULL out: the rows are lost, and nothing fails', async () => {
    const copy = 'INSERT INTO n (s, d) SELECT s, d FROM v WHERE s IS NOT NULL'
    expect(await findingsIn(OLD, filtered('s INTEGER NOT NULL, d TEXT NOT NULL', copy))).toEqual([
      '002 error ROWS_LOST',
    ])
  })

  test('over a table that was emptied before', async () => {
    const up = `DELETE FROM v WHERE 1;\n${filtered('s INTEGER NOT NULL, d TEXT NOT NULL CHECK (length(d) > 1)', 'INSERT INTO n SELECT s, d FROM v')}`
    expect(await findingsIn(OLD, up)).toEqual([])
  })

  test('over rows that were deleted before', async () => {
    const up = `DELETE FROM v WHERE s IS NULL;\n${filtered('s INTEGER NOT NULL, d TEXT NOT NULL', 'INSERT INTO n SELECT s, d FROM v')}`
    expect(await findingsIn(OLD, up)).toEqual([])
  })

  test('still fails over a plain copy', async () => {
    const copy = 'INSERT INTO n SELECT s, d FROM v'
    expect(await findingsIn(OLD, filtered('s INTEGER NOT NULL, d TEXT NOT NULL', copy))).toEqual([
      '002 error REPLAY_FAILS_ON_ROWS',
    ])
  })

  test('is told where no generated row has NULL there', async () => {
    const old = 'CREATE TABLE v (s INTEGER CHECK (s IS NOT NULL), d TEXT NOT NULL);'
    const copy = 'INSERT INTO n SELECT s, d FROM v'
    const found = await findingsIn(old, filtered('s INTEGER NOT NULL, d TEXT NOT NULL', copy))
    expect(found).toContain('002 error COLUMN_NARROWED')
  })
})

describe('a check that became a key', () => {
  const OLD =
    "CREATE TABLE v (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')));"
  const kinds = (values: string): string =>
    `CREATE TABLE kinds (kind TEXT PRIMARY KEY NOT NULL);\nINSERT INTO kinds (kind) VALUES ${values};\nCREATE INDEX kinds_kind ON kinds (kind);\n`
  const NEW = 'id INTEGER PRIMARY KEY, kind TEXT NOT NULL REFERENCES kinds (kind)'
  const copy = filtered(NEW, 'INSERT INTO n SELECT id, kind FROM v')
  const index = '\nCREATE INDEX v_kind ON v (kind);'

  test('is none where all that was listed is there', async () => {
    expect(await findingsIn(OLD, kinds("('a'), ('b')") + copy + index)).toEqual([])
  })

  test('is one where something is missing', async () => {
    expect(await findingsIn(OLD, kinds("('a')") + copy + index)).toEqual([
      '002 error FOREIGN_KEY_BROKEN',
    ])
  })

  test('is one where nothing was listed', async () => {
    const old = 'CREATE TABLE v (id INTEGER PRIMARY KEY, kind TEXT NOT NULL);'
    const found = await findingsIn(old, kinds("('a'), ('b')") + copy + index)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/COLUMN_NARROWED|FOREIGN_KEY_BROKEN/)
  })
})

describe('an index that goes with a rebuild', () => {
  const OLD = 'CREATE TABLE v (a TEXT, b TEXT, c TEXT);\n'
  const rebuilt = (table: string): string =>
    filtered(table, 'INSERT OR IGNORE INTO n SELECT a, b, c FROM v')

  test.each([
    ['CREATE INDEX i ON v (a);', 'a TEXT, b TEXT, c TEXT, UNIQUE (a, b)'],
    ['CREATE INDEX i ON v (a);', 'a TEXT PRIMARY KEY, b TEXT, c TEXT'],
    ['CREATE INDEX i ON v (a);', 'a TEXT, b TEXT, c TEXT, PRIMARY KEY (a, c)'],
    ['CREATE UNIQUE INDEX i ON v (a, b);', 'a TEXT, b TEXT, c TEXT, UNIQUE (b, a)'],
    ['CREATE UNIQUE INDEX i ON v (a, b);', 'a TEXT, b TEXT UNIQUE, c TEXT'],
  ])('is not lost where a key does what it did: %s %s', async (index, table) => {
    const found = await findingsIn(OLD + index, rebuilt(table))
    expect(found.join()).not.toContain('OBJECT_LOST')
  })

  test.each([
    ['CREATE INDEX i ON v (b);', 'a TEXT, b TEXT, c TEXT, UNIQUE (a, b)'],
    ['CREATE INDEX i ON v (a, b);', 'a TEXT UNIQUE, b TEXT, c TEXT'],
    ['CREATE UNIQUE INDEX i ON v (a);', 'a TEXT, b TEXT, c TEXT, UNIQUE (a, b)'],
  ])('is lost where no key does: %s %s', async (index, table) => {
    const found = await findingsIn(OLD + index, rebuilt(table))
    expect(found.join()).toContain('OBJECT_LOST')
  })
})

describe('numbers of AUTOINCREMENT', () => {
  const OLD = 'CREATE TABLE v (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);'
  const copy = 'INSERT INTO n SELECT id, a FROM v'
  const NEW = 'id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT'

  test('are a hint where a rebuild leaves them behind, and nothing in `down`', async () => {
    const up = filtered(`${NEW}, b TEXT`, 'INSERT INTO n (id, a) SELECT id, a FROM v')
    const down = filtered(NEW, copy)
    expect(await findingsIn(OLD, [up, down])).toEqual(['002 info SEQUENCE_LOST'])
  })

  test('are a warning where AUTOINCREMENT is forgotten, or they are set back', async () => {
    const forgotten = await findingsIn(OLD, filtered('id INTEGER PRIMARY KEY, a TEXT', copy))
    expect(forgotten).toContain('002 warning SEQUENCE_LOST')
    expect(await findingsIn(OLD, "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'v';")).toEqual([
      '002 warning SEQUENCE_LOST',
    ])
  })
})

test('a foreign key whose columns lead a key has its index', async () => {
  const tables = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE a (p INTEGER REFERENCES p, n INTEGER, PRIMARY KEY (p, n));
CREATE TABLE b (p INTEGER REFERENCES p, n INTEGER, PRIMARY KEY (p, n)) WITHOUT ROWID;
CREATE TABLE c (p INTEGER PRIMARY KEY REFERENCES p);
CREATE TABLE d (p INTEGER REFERENCES p, n INTEGER, UNIQUE (p, n));
CREATE TABLE e (p INTEGER REFERENCES p UNIQUE, n INTEGER);
CREATE TABLE f (p INTEGER REFERENCES p, n INTEGER);
CREATE UNIQUE INDEX f_pn ON f (p, n);`
  expect(await findingsIn(tables)).toEqual([])
  const second =
    'CREATE TABLE q (id INTEGER PRIMARY KEY);\nCREATE TABLE g (n INTEGER, q INTEGER REFERENCES q, PRIMARY KEY (n, q));'
  expect(await findingsIn(second)).toEqual(['001 info FOREIGN_KEY_WITHOUT_INDEX'])
})

test('an edit of the schema itself is the same with rows and without', async () => {
  const edit = `PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = 'CREATE TABLE v (a TEXT, b TEXT NOT NULL)' WHERE name = 'v';
PRAGMA writable_schema = OFF;`
  const found = await proveHistory('CREATE TABLE v (a TEXT, b TEXT);', edit)
  expect(found.map(({ code }) => code)).not.toContain('UP_DEPENDS_ON_ROWS')
})

describe('what is gone for good is shown in one row', () => {
  const tables = `CREATE TABLE g (id INTEGER PRIMARY KEY, tw BLOB UNIQUE NOT NULL CHECK (length(tw) = 33));
CREATE TABLE burn (id INTEGER PRIMARY KEY, gk BLOB REFERENCES g (tw));
CREATE INDEX burn_gk ON burn (gk);
CREATE TABLE t (id INTEGER PRIMARY KEY, gk BLOB NOT NULL CHECK (length(gk) = 33), n TEXT);`

  test('of a table', async () => {
    const found = await proveHistory(tables, 'DROP TABLE t;')
    expect(found.map(({ code }) => code)).toEqual(['TABLE_DROPPED'])
    expect(found[0]!.message).toMatch(
      /In one generated row, this would be lost: id = \d+, gk = x'[\da-f]{66}', n = 'n 3001'\.$/,
    )
  })

  test('of columns', async () => {
    const up = `CREATE TABLE u (id INTEGER PRIMARY KEY, gk BLOB);
INSERT INTO u SELECT id, gk FROM t;
DROP TABLE t;
ALTER TABLE u RENAME TO t;`
    const found = await proveHistory(tables, up)
    const dropped = found.find(({ code }) => code === 'COLUMN_DROPPED')
    expect(dropped?.message).toMatch(/In one generated row, this would be lost: n = 'n 3001'\.$/)
  })
})
