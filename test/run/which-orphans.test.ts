// Rows without their parent that were there before: as many afterwards must be the same ones.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { testSome } from '../support/some-of.js'

const files = databases()

/** Tables of which each has two rows with their parent and two without, by what identifies a row. */
const KINDS = {
  'an integer key': 'id INTEGER PRIMARY KEY, p INTEGER REFERENCES p',
  'a text key': 'id TEXT PRIMARY KEY, p INTEGER REFERENCES p',
  'a text key, without rowid': 'id TEXT PRIMARY KEY, p TEXT REFERENCES p WITHOUT ROWID',
  'a key of two columns':
    'id INTEGER, p INTEGER REFERENCES p, more DEFAULT 1, PRIMARY KEY (more, id)',
  'no key': 'id, p REFERENCES p',
  'no key, and columns with the names of the rowid': 'id, p REFERENCES p, rowid, oid, _rowid_',
  'a key that is unique and no primary key': 'id UNIQUE NOT NULL, p REFERENCES p (id)',
} as const

const create = (name: string, columns: string): string =>
  `CREATE TABLE ${name} (note TEXT, ${columns.replace(' WITHOUT ROWID', '')})${columns.endsWith('WITHOUT ROWID') ? ' WITHOUT ROWID' : ''}`

function prepared(columns: string): { db: Database.Database; first: Draft<Handle> } {
  const db = files.open()
  const first = {
    up: `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2); ${create('c', columns)}`,
  }
  migrate(db, registryOf(first))
  db.pragma('foreign_keys = OFF')
  db.exec('INSERT INTO c (id, p) VALUES (10, 1), (11, 2), (12, 97), (13, 98)')
  return { db, first }
}

describe.each(Object.entries(KINDS))('in a table with %s', (_kind, columns) => {
  const attempt = (...steps: readonly Draft<Handle>[]) => {
    const { db, first } = prepared(columns)
    return { db, run: () => migrate(db, registryOf(first, ...steps)) }
  }
  test.each([
    [
      'one is fixed, and a new row has none',
      'UPDATE c SET p = 1 WHERE id = 12; INSERT INTO c (id, p) VALUES (14, 99)',
    ],
    [
      'one is fixed, and another loses its own',
      'UPDATE c SET p = 1 WHERE id = 12; UPDATE c SET p = 96 WHERE id = 11',
    ],
    [
      'one is deleted, and another loses its own',
      'DELETE FROM c WHERE id = 13; UPDATE c SET p = 3 WHERE id = 10',
    ],
    [
      'both are fixed, and both others lose theirs with the parent',
      'UPDATE c SET p = NULL WHERE p > 90; DELETE FROM p',
    ],
    [
      'parents of the one are made, and those of the other are gone',
      'INSERT INTO p VALUES (97); DELETE FROM p WHERE id = 1',
    ],
  ])('%s: refused', (_, up) => {
    const { db, run } = attempt({ up })
    const error = errorOf(run)
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain('in c (p) without p')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  testSome([
    ['another column is written', "UPDATE c SET note = 'seen'"],
    ['one is deleted', 'DELETE FROM c WHERE id = 12'],
    ['one is fixed', 'UPDATE c SET p = 1 WHERE id = 12'],
    ['the table is renamed', 'ALTER TABLE c RENAME TO d'],
    ['the column is renamed', 'ALTER TABLE c RENAME COLUMN p TO q'],
    ['the key is renamed', 'ALTER TABLE c RENAME COLUMN id TO nr'],
    ['the parent is renamed', 'ALTER TABLE p RENAME TO q'],
    [
      'other rows come and go',
      'DELETE FROM c WHERE id = 10; INSERT INTO c (id, p) VALUES (20, 2), (21, 1)',
    ],
    ['a column is added', 'ALTER TABLE c ADD COLUMN extra DEFAULT 5'],
    [
      'the table is rebuilt in another order, with rowids anew',
      `${create('n', columns)}; INSERT INTO n (id, p) SELECT id, p FROM c ORDER BY p DESC; DROP TABLE c; ALTER TABLE n RENAME TO c`,
    ],
    [
      'the table is rebuilt with other types',
      `CREATE TABLE n (id BLOB PRIMARY KEY, p TEXT REFERENCES p); INSERT INTO n SELECT id, p FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c`,
    ],
    [
      'the table is rebuilt with keys of another kind',
      `CREATE TABLE n (uuid TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))), p INTEGER REFERENCES p); INSERT INTO n (p) SELECT p FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c`,
    ],
  ])('%s: no reason to refuse', (_, up) => expect(attempt({ up }).run().steps).toHaveLength(1))
  test('ctx.rebuild is no reason to refuse', () => {
    const step: Draft<Handle> = {
      toolkit,
      up: (_db, ctx) =>
        ctx.rebuild('c', { create: create('c', columns.replace('id ', 'size DEFAULT 1, id ')) }),
    }
    expect(attempt(step).run().steps).toHaveLength(1)
  })
  test('each step is compared with the one before it', () => {
    const steps = [{ up: 'DELETE FROM c WHERE id = 12' }, { up: "UPDATE c SET note = 'x'" }]
    const swap = { up: 'UPDATE c SET p = 1 WHERE id = 13; UPDATE c SET p = 3 WHERE id = 11' }
    expect(errorOf(attempt(...steps, swap).run).facts).toMatchObject({ version: 4 })
  })
})

describe('the same missing parent', () => {
  const KEYED = 'id INTEGER PRIMARY KEY, p INTEGER REFERENCES p'
  test('is missed by another row: refused', () => {
    const { db, first } = prepared(KEYED)
    const up = 'UPDATE c SET p = 1 WHERE id = 12; UPDATE c SET p = 97 WHERE id = 10'
    expect(errorOf(() => migrate(db, registryOf(first, { up }))).code).toBe('FOREIGN_KEY_VIOLATED')
  })
  test('has another number when parents and children are numbered anew: no reason to refuse', () => {
    const { db, first } = prepared(KEYED)
    const up = 'UPDATE p SET id = id + 1000; UPDATE c SET p = p + 1000'
    expect(migrate(db, registryOf(first, { up })).steps).toHaveLength(1)
  })
})

describe('a new row without parent', () => {
  const PARENTS = `CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO p VALUES (1, 'a'), (2, NULL), (5, 'e')`
  const CHILD = 'CREATE TABLE c (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES p)'
  const run = (up: Draft<Handle>, tables = CHILD, rows = '(1, 98), (2, 97), (3, 2), (4, 1)') => {
    const db = files.open()
    const first = { up: `${PARENTS}; ${tables}` }
    migrate(db, registryOf(first))
    db.pragma('foreign_keys = OFF')
    db.exec(`INSERT INTO c VALUES ${rows}`)
    return () => migrate(db, registryOf(first, { toolkit, ...up }))
  }
  const byHand = (where: string): string =>
    `CREATE TABLE n (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES p); INSERT INTO n SELECT * FROM c WHERE ${where}; DROP TABLE c; ALTER TABLE n RENAME TO c`
  const WITH_PARENT = 'pid IN (SELECT id FROM p)'
  test.each([
    ['deletes two old ones', `DELETE FROM c WHERE NOT ${WITH_PARENT}; DELETE FROM p WHERE id = 2`],
    ['fixes two old ones', 'UPDATE c SET pid = CASE id WHEN 3 THEN 77 ELSE 1 END'],
    ['leaves two old ones out of a rebuild', `${byHand(WITH_PARENT)}; DELETE FROM p WHERE id = 2`],
    [
      'renames the table besides',
      `DELETE FROM c WHERE NOT ${WITH_PARENT}; DELETE FROM p WHERE id = 2; ALTER TABLE c RENAME TO d`,
    ],
    [
      'renumbers the old ones, and deletes one',
      'DELETE FROM p WHERE id = 2; DELETE FROM c WHERE id = 1; UPDATE c SET id = id + 1000 WHERE pid = 97',
    ],
  ])('is found where the same step %s', (_, up) => {
    const error = errorOf(run({ up }))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toMatch(/parent: 1 in [cd] \(pid\) without p, such as rowid 3\./)
  })
  test('is found after ctx.rebuild', () => {
    const up: Draft<Handle>['up'] = (db, ctx) => {
      db.exec(`DELETE FROM c WHERE NOT ${WITH_PARENT}; DELETE FROM p WHERE id = 2`)
      ctx.rebuild('c', { create: `${CHILD.slice(0, -1)}, extra)` })
    }
    expect(errorOf(run({ up })).message).toContain('such as rowid 3.')
  })
  test.each([
    ['that is dropped', 'DROP TABLE c; DELETE FROM p WHERE name IS NULL'],
    [
      'that is dropped, by the same key',
      'DROP TABLE c; UPDATE d SET id = 1; DELETE FROM p WHERE id = 2',
    ],
  ])('does not hide behind old ones of another table %s', (_, up) => {
    const tables = `${CHILD}; ${CHILD.replace('TABLE c', 'TABLE d')}`
    const step = run({ up }, `${tables}; INSERT INTO d VALUES (3, 2)`, '(1, 98), (2, 97)')
    const error = errorOf(step)
    expect(error.message).toContain('1 in d (pid) without p')
  })
  test('does not hide behind many old ones, as long as there are as many', () => {
    const many =
      'WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 11000) INSERT INTO c SELECT i, 1000 + i FROM n'
    const fixed = 'UPDATE c SET pid = 1 WHERE id = 1; UPDATE c SET pid = 77 WHERE id = 3'
    const error = errorOf(() => {
      const db = files.open()
      const first = { up: `${PARENTS}; ${CHILD}` }
      migrate(db, registryOf(first))
      db.pragma('foreign_keys = OFF')
      db.exec(`INSERT INTO c VALUES (1, 98), (3, 2); ${many}`)
      migrate(db, registryOf(first, { up: fixed }))
    })
    expect(error.message).toContain('1 in c (pid) without p, such as rowid 3.')
  })
  const UNKNOWN = (count: number): string => ` ${count} that had none before can no longer be found`
  test.each([
    [
      'get text as keys, and their parents too',
      `CREATE TABLE n (id TEXT PRIMARY KEY, pid TEXT REFERENCES p);
       INSERT INTO n SELECT 'c-' || id, 'p-' || pid FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c;
       CREATE TABLE q (id TEXT PRIMARY KEY); INSERT INTO q SELECT 'p-' || id FROM p; DROP TABLE p; ALTER TABLE q RENAME TO p`,
    ],
    [
      'are moved to another table',
      `CREATE TABLE d (id INTEGER PRIMARY KEY, pid REFERENCES p);
       INSERT INTO d SELECT * FROM c WHERE NOT ${WITH_PARENT}; DELETE FROM c WHERE NOT ${WITH_PARENT}`,
    ],
    [
      'are moved to another table, and the parent is renamed',
      `CREATE TABLE d (id INTEGER PRIMARY KEY, pid REFERENCES p);
       INSERT INTO d SELECT * FROM c WHERE NOT ${WITH_PARENT}; DELETE FROM c WHERE NOT ${WITH_PARENT};
       ALTER TABLE p RENAME TO q`,
    ],
  ])('is what old ones are taken for that %s: refused, and said', (_, up) => {
    const error = errorOf(run({ up }))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain(UNKNOWN(2))
  })
  test('beside old ones that are as they were is all that is told of', () => {
    const error = errorOf(run({ up: 'DELETE FROM p WHERE id = 2' }))
    expect(error.message).toMatch(/such as rowid 3\. The step was rolled back\.$/)
  })
  test.each([
    ['the old ones get other keys', 'UPDATE c SET id = id + 1000000'],
    ['some get other keys', 'UPDATE c SET id = id + 1000000 WHERE id > 1'],
    ['keys are turned round', 'UPDATE c SET id = -id'],
    ['keys are moved by one', 'UPDATE c SET id = -id; UPDATE c SET id = 1 - id'],
    ['parents get other keys', 'UPDATE p SET id = id + 1000; UPDATE c SET pid = pid + 1000'],
    [
      'parents get other keys in a rebuild',
      `UPDATE p SET id = id + 1000; UPDATE c SET pid = pid + 1000; ${byHand('1')}`,
    ],
    ['old ones are deleted', `DELETE FROM c WHERE NOT ${WITH_PARENT}`],
    [
      'one is deleted, and the other gets another key',
      'DELETE FROM c WHERE id = 1; UPDATE c SET id = 50 WHERE id = 2',
    ],
    ['a rebuild leaves one out', byHand('id <> 1')],
    [
      'table and column are renamed',
      'ALTER TABLE c RENAME TO d; ALTER TABLE d RENAME COLUMN pid TO q',
    ],
    ['table and parent are renamed', 'ALTER TABLE c RENAME TO d; ALTER TABLE p RENAME TO q'],
    ...[
      ['the column', 'ALTER TABLE c RENAME COLUMN pid TO q', 'c'],
      ['the table', 'ALTER TABLE c RENAME TO d', 'd'],
      ['the parent', 'ALTER TABLE p RENAME TO q', 'c'],
    ].map(([what, renaming, table]): [string, string] => [
      `${what} is renamed, and other keys are added`,
      `CREATE TABLE k (id INTEGER PRIMARY KEY); ${renaming};
       ALTER TABLE ${table} ADD COLUMN k1 REFERENCES k; ALTER TABLE ${table} ADD COLUMN k2 REFERENCES k`,
    ]),
    [
      'one is deleted, and the table renamed',
      'DELETE FROM c WHERE id = 1; ALTER TABLE c RENAME TO d',
    ],
    [
      'the table is copied under another name',
      'CREATE TABLE d (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES p); INSERT INTO d SELECT id + 5, pid FROM c; DROP TABLE c',
    ],
  ])('is none where %s', (_, up) => expect(run({ up })().steps).toHaveLength(1))
})

test.each([
  [
    'text that is longer than a number',
    "'a long name of 40 characters and more, 1'",
    "'a long name of 40 characters and more, 2'",
  ],
  ['text with a zero byte', "'a' || char(0) || 'b'", "'a' || char(0) || 'c'"],
  ['bytes', "x'00ff01'", "x'00ff02'"],
  ['numbers beyond 2^53', '9007199254740993', '9007199254740994'],
  ['the ends of the integers', '9223372036854775807', '-9223372036854775808'],
  ['real numbers', '1.25', '1.5'],
  ['letters that differ in case only', "'ann'", "'Ann'"],
])('rows are told apart by %s', (_, one, other) => {
  const db = files.open()
  const first = {
    up: `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
      CREATE TABLE c (id BLOB PRIMARY KEY, p REFERENCES p); INSERT INTO c VALUES (${other}, 1)`,
  }
  migrate(db, registryOf(first))
  db.pragma('foreign_keys = OFF')
  db.exec(`INSERT INTO c VALUES (${one}, 5)`)
  const up = `UPDATE c SET p = CASE id WHEN ${one} THEN 1 ELSE 5 END`
  expect(errorOf(() => migrate(db, registryOf(first, { up }))).code).toBe('FOREIGN_KEY_VIOLATED')
})

test('however many they are, no statement answers more rows than are remembered', () => {
  const { db, first } = prepared('id INTEGER PRIMARY KEY, p INTEGER REFERENCES p')
  db.exec(
    'INSERT INTO c (p) WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 101000) SELECT i FROM n',
  )
  const driver = betterSqlite3(db)
  let most = 0
  const query: typeof driver.query = (sql, values) => {
    const rows = driver.query(sql, values)
    most = Math.max(most, rows.length)
    return rows
  }
  const step = { up: 'UPDATE c SET p = 1 WHERE id = 12; UPDATE c SET p = 97 WHERE id = 10' }
  const run = () => new MigrationManager({ ...driver, query }, registryOf(first, step)).migrate()
  expect(errorOf(run).code).toBe('FOREIGN_KEY_VIOLATED')
  expect(most).toBeLessThan(10_002)
})

describe('keys that point at nothing unique, and always did', () => {
  const LOOSE = `CREATE TABLE q (a TEXT, b TEXT, n TEXT UNIQUE COLLATE NOCASE); CREATE TABLE r (x TEXT, y TEXT UNIQUE);
    CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT REFERENCES q (a), y TEXT REFERENCES r (y), n TEXT REFERENCES q (n))`
  const old = () => {
    const db = files.open()
    db.pragma('foreign_keys = OFF')
    db.exec(`${LOOSE}; INSERT INTO c VALUES (1, 'lost', NULL, NULL)`)
    return db
  }
  const run = (up: string) => {
    const db = old()
    return () =>
      migrate(db, registryOf({ up: 'CREATE TABLE t (x)' }, { up }), { onUnmanaged: 'allow' })
  }
  test.each([
    ['nothing to do with them', 'CREATE TABLE u (x REFERENCES c)'],
    [
      'a new key of the same table that is unique',
      'ALTER TABLE c ADD COLUMN z TEXT REFERENCES r (y)',
    ],
    [
      'a new key to the primary key',
      'CREATE TABLE k (id INTEGER PRIMARY KEY); ALTER TABLE c ADD COLUMN k REFERENCES k',
    ],
    [
      'the table renamed, and its column too',
      'ALTER TABLE c RENAME TO d; ALTER TABLE d RENAME COLUMN a TO b',
    ],
    [
      'the parent and its column renamed',
      'ALTER TABLE q RENAME TO s; ALTER TABLE s RENAME COLUMN a TO z',
    ],
    ['the key fixed', 'CREATE UNIQUE INDEX q_a ON q (a)'],
    ['the table dropped', 'DROP TABLE c'],
    [
      'the table rebuilt',
      `CREATE TABLE m (id INTEGER PRIMARY KEY, a TEXT REFERENCES q (a), y TEXT REFERENCES r (y), n TEXT REFERENCES q (n)); INSERT INTO m SELECT * FROM c; DROP TABLE c; ALTER TABLE m RENAME TO c`,
    ],
  ])('let a step pass with %s', (_, up) => expect(run(up)().steps).toHaveLength(2))
  test.each([
    ['of the same table', 'ALTER TABLE c ADD COLUMN b TEXT REFERENCES q (b)', 'q'],
    [
      'to a table without a key',
      'CREATE TABLE k (x); ALTER TABLE c ADD COLUMN k REFERENCES k',
      'k',
    ],
    ['of the same table to another', 'ALTER TABLE c ADD COLUMN x TEXT REFERENCES r (x)', 'r'],
    [
      'of a key that was unique',
      'CREATE TABLE s (x TEXT, y TEXT); DROP TABLE r; ALTER TABLE s RENAME TO r',
      'r',
    ],
    [
      'over more columns than are unique',
      'CREATE TABLE k (x, y, PRIMARY KEY (x, y)); ALTER TABLE c ADD COLUMN k REFERENCES k',
      'k',
    ],
    [
      'to columns with a partial index',
      'CREATE UNIQUE INDEX r_x ON r (x) WHERE x > 1; ALTER TABLE c ADD COLUMN x TEXT REFERENCES r (x)',
      'r',
    ],
    [
      'in place of one that is fixed',
      'CREATE UNIQUE INDEX q_a ON q (a); ALTER TABLE c ADD COLUMN x TEXT REFERENCES r (x)',
      'r',
    ],
    [
      'in place of one that is dropped, with other columns',
      'DROP TABLE c; CREATE TABLE d (x TEXT REFERENCES r (x))',
      'r',
    ],
  ])('do not hide a new one %s', (_, up, parent) => {
    const error = errorOf(run(up))
    expect(error.code).toBe('FOREIGN_KEY_MISMATCH')
    expect(error.message).toContain(`referencing "${parent}"`)
  })
})
