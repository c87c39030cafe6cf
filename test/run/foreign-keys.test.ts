// Foreign keys: children survive what deletes them elsewhere, new violations are named, and the setting comes back.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { childrenOf, family, isOn, rebuilt } from './family.js'
import { registryOf, type Draft } from '../support/registry.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

describe('a rebuilt parent keeps its children', () => {
  class Rebuild {
    up(db: Handle): void {
      db.exec(rebuilt)
    }
  }
  const forms: [string, Draft<Handle>][] = [
    ['a script', { up: rebuilt }],
    ['a list of statements', { up: rebuilt.split(';') }],
    ['a template', { up: { text: rebuilt } }],
    ['a function', { up: (db) => void db.exec(rebuilt) }],
    [
      'prepared statements',
      { up: (db) => rebuilt.split(';').forEach((one) => db.prepare(one).run()) },
    ],
    [
      'ctx.rebuild',
      {
        toolkit,
        up: (_, ctx) =>
          ctx.rebuild('parent', {
            create: 'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
          }),
      },
    ],
    ['a class', { up: Rebuild.prototype.up }],
  ]
  test.each(forms)('in the form of %s', (_, step) => {
    for (const options of [{}, { transaction: 'all' }] as const) {
      const db = files.open()
      expect(isOn(db)).toBe(true)
      migrate(db, registryOf({ up: family }))
      migrate(db, registryOf({ up: family }, step), options)
      expect(childrenOf(db)).toBe(3)
      expect(db.pragma('foreign_key_check')).toEqual([])
      expect(isOn(db)).toBe(true)
    }
  })
  test('also as a step outside a transaction, and on a handle that reads BigInt', () => {
    const db = files.open().defaultSafeIntegers()
    migrate(db, registryOf({ up: family }, { up: rebuilt, transaction: false }))
    db.defaultSafeIntegers(false)
    expect(childrenOf(db)).toBe(3)
    expect(isOn(db)).toBe(true)
  })
  test('also on the way down', () => {
    const db = files.open()
    const registry = registryOf({ up: family }, { up: 'SELECT 1', down: rebuilt })
    migrate(db, registry)
    managerOf(db, registry).rollback()
    expect(childrenOf(db)).toBe(3)
    expect(ledgerIds(db)).toEqual(['001'])
  })
})

describe('new violations', () => {
  const orphaned = 'DELETE FROM parent WHERE id = 1'
  test('are named with their constraint and example rows, and undone', () => {
    const db = files.open()
    const error = errorOf(() => migrate(db, registryOf({ up: family }, { up: orphaned })))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain(
      '2 in child (parent_id) without parent, such as rowid 10, 11. The step was rolled back.',
    )
    expect(error.fix).toContain("foreignKeys: 'enforce'")
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(2)
    expect(isOn(db)).toBe(true)
  })
  test('of several constraints are all named', () => {
    const two = `CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);
      CREATE TABLE c (a REFERENCES a, b REFERENCES b)`
    const error = errorOf(() =>
      migrate(files.open(), registryOf({ up: two }, { up: 'INSERT INTO c VALUES (1, 2)' })),
    )
    expect(error.message).toMatch(/1 in c \(a\) without a.*; 1 in c \(b\) without b/)
  })
  test('in a table without rowid say so without inventing one', () => {
    const keyed = `CREATE TABLE p (id INTEGER PRIMARY KEY);
      CREATE TABLE c (id TEXT PRIMARY KEY, p REFERENCES p) WITHOUT ROWID`
    const error = errorOf(() =>
      migrate(files.open(), registryOf({ up: keyed }, { up: "INSERT INTO c VALUES ('x', 1)" })),
    )
    expect(error.message).toContain('1 in c (p) without p')
    expect(error.message).not.toContain('rowid')
  })
  test('of keys over several columns name them in order', () => {
    const pair = `CREATE TABLE p (x, y, PRIMARY KEY (x, y));
      CREATE TABLE c (u, v, FOREIGN KEY (u, v) REFERENCES p)`
    const error = errorOf(() =>
      migrate(files.open(), registryOf({ up: pair }, { up: 'INSERT INTO c VALUES (1, 2)' })),
    )
    expect(error.message).toContain('1 in c (u, v) without p')
  })
  test('that code makes are found as well', () => {
    const db = files.open()
    const step: Draft<Handle> = { up: (handle) => void handle.prepare(orphaned).run() }
    expect(errorOf(() => migrate(db, registryOf({ up: family }, step))).code).toBe(
      'FOREIGN_KEY_VIOLATED',
    )
  })
  test('in the same step that makes the first key are found as well', () => {
    const first = {
      up: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (7)',
    }
    expect(errorOf(() => migrate(files.open(), registryOf(first))).code).toBe(
      'FOREIGN_KEY_VIOLATED',
    )
  })
  test('are found where LIKE has been made to tell case apart', () => {
    const db = files.open()
    db.pragma('case_sensitive_like = ON')
    migrate(db, registryOf({ up: family }))
    expect(errorOf(() => migrate(db, registryOf({ up: family }, { up: orphaned }))).code).toBe(
      'FOREIGN_KEY_VIOLATED',
    )
  })
  test("undo the whole with transaction: 'all'", () => {
    const db = files.open()
    const registry = registryOf({ up: family }, { up: orphaned })
    expect(errorOf(() => migrate(db, registry, { transaction: 'all' })).code).toBe(
      'FOREIGN_KEY_VIOLATED',
    )
    expect(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get()).toBe(0)
  })
})

describe('old violations', () => {
  const broken = (): Database.Database => {
    const db = files.open()
    migrate(db, registryOf({ up: family }))
    db.pragma('foreign_keys = OFF')
    db.exec('INSERT INTO child VALUES (20, 99), (21, 99)')
    db.pragma('foreign_keys = ON')
    return db
  }
  test('are left alone, also by a rebuild that renumbers rows', () => {
    const db = broken()
    const again = `CREATE TABLE c2 (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE);
      INSERT INTO c2 SELECT id + 100, parent_id FROM child; DROP TABLE child; ALTER TABLE c2 RENAME TO child`
    expect(migrate(db, registryOf({ up: family }, { up: again })).steps).toHaveLength(1)
  })
  test.each([
    ['the table', 'ALTER TABLE child RENAME TO kid'],
    ['the column', 'ALTER TABLE child RENAME COLUMN parent_id TO of'],
    ['the parent', 'ALTER TABLE parent RENAME TO elder'],
    ['the key of the parent', 'ALTER TABLE parent RENAME COLUMN id TO nr'],
    [
      'a table that refers to itself',
      'CREATE TABLE s (id INTEGER PRIMARY KEY, up REFERENCES s); ALTER TABLE s RENAME TO s2',
    ],
  ])('are left alone when %s is renamed', (_, up) => {
    expect(migrate(broken(), registryOf({ up: family }, { up })).steps).toHaveLength(1)
  })
  test.each([
    ['a renamed table', 'ALTER TABLE child RENAME TO kid; INSERT INTO kid VALUES (30, 98)'],
    [
      'another table that is like it',
      'CREATE TABLE kid AS SELECT 1; DROP TABLE kid; CREATE TABLE kid (parent_id REFERENCES parent); INSERT INTO kid VALUES (98); DELETE FROM child WHERE parent_id = 99',
    ],
  ])('do not hide a new one of %s', (_, up) => {
    const error = errorOf(() => migrate(broken(), registryOf({ up: family }, { up })))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
    expect(error.message).toContain('1 in kid (parent_id) without parent')
  })
  test('are told apart when two tables are renamed at once, and where a key is written out', () => {
    const first = {
      up: `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE a (x REFERENCES p); CREATE TABLE b (x REFERENCES p)`,
    }
    const steps = [
      first,
      { up: 'ALTER TABLE a RENAME TO z; ALTER TABLE b RENAME TO y' },
      {
        up: 'CREATE TABLE n (x REFERENCES p (id)); INSERT INTO n SELECT x FROM z; DROP TABLE z; ALTER TABLE n RENAME TO z',
      },
    ]
    const db = files.open()
    migrate(db, registryOf(first))
    db.pragma('foreign_keys = OFF')
    db.exec('INSERT INTO a VALUES (1); INSERT INTO b VALUES (2), (3), (4)')
    expect(migrate(db, registryOf(...steps)).steps).toHaveLength(2)
  })
  test('do not hide those of a column that was renamed beside theirs', () => {
    const first = {
      up: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x REFERENCES p, y REFERENCES p)',
    }
    const db = files.open()
    migrate(db, registryOf(first))
    db.pragma('foreign_keys = OFF')
    db.exec('INSERT INTO c VALUES (NULL, 5), (NULL, 6)')
    const up =
      'ALTER TABLE c RENAME COLUMN x TO x2; ALTER TABLE c RENAME COLUMN y TO y2; UPDATE c SET x2 = 99, y2 = NULL'
    expect(errorOf(() => migrate(db, registryOf(first, { up }))).code).toBe('FOREIGN_KEY_VIOLATED')
  })
  test('are not shown as examples of new ones where there are three of these', () => {
    const up = 'INSERT INTO child VALUES (30, 98), (31, 98), (32, 98)'
    const error = errorOf(() => migrate(broken(), registryOf({ up: family }, { up })))
    expect(error.message).toContain('such as rowid 30, 31, 32')
  })
  test('do not hide a new one of another constraint of the same column', () => {
    const db = files.open()
    const two = `CREATE TABLE p (x INTEGER PRIMARY KEY, y INTEGER UNIQUE);
      CREATE TABLE c (id INTEGER PRIMARY KEY, a REFERENCES p (x) REFERENCES p (y));
      INSERT INTO p VALUES (1, 1), (2, 20)`
    migrate(db, registryOf({ up: two }))
    db.pragma('foreign_keys = OFF')
    db.exec('INSERT INTO c VALUES (10, 20), (11, 20)')
    // 20 is no x, and 2 is no y: there are fewer violations afterwards, but one of a constraint that had none.
    const step = { up: 'DELETE FROM c; INSERT INTO c VALUES (12, 2)' }
    const error = errorOf(() => migrate(db, registryOf({ up: two }, step)))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
  })
  test('do not hide a new one of the same constraint', () => {
    const db = broken()
    const error = errorOf(() =>
      migrate(db, registryOf({ up: family }, { up: 'INSERT INTO child VALUES (30, 98)' })),
    )
    expect(error.message).toContain('1 in child (parent_id) without parent')
  })
  test('may become fewer', () => {
    const db = broken()
    migrate(db, registryOf({ up: family }, { up: 'DELETE FROM child WHERE id = 20' }))
    expect(db.pragma('foreign_key_check')).toHaveLength(1)
  })
  test.each(['each', 'all'] as const)(
    'that a step fixes are new ones when a later step makes them again, transaction: %s',
    (transaction) => {
      const db = broken()
      const fix = { up: 'DELETE FROM child WHERE parent_id = 99' }
      const again = { up: 'INSERT INTO child VALUES (40, 99)' }
      const error = errorOf(() =>
        migrate(db, registryOf({ up: family }, fix, again), { transaction }),
      )
      expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED', facts: { version: 3 } })
      expect(error.message).toContain('1 in child (parent_id) without parent, such as rowid 40')
      expect(ledgerIds(db)).toEqual(transaction === 'all' ? ['001'] : ['001', '002'])
    },
  )
})

describe('a key that points at nothing unique', () => {
  const loose = 'CREATE TABLE p (x); CREATE TABLE c (p REFERENCES p (x)); INSERT INTO c VALUES (1)'
  test('is refused where a step makes it', () => {
    const db = files.open()
    const error = errorOf(() => migrate(db, registryOf({ up: family }, { up: loose })))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_MISMATCH', facts: { table: 'c' } })
    expect(error.message).toContain('foreign key mismatch')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('is named before the violations that the same step makes', () => {
    const db = files.open()
    const both = `INSERT INTO child VALUES (50, 99); ${loose}`
    const error = errorOf(() => migrate(db, registryOf({ up: family }, { up: both })))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_MISMATCH', facts: { table: 'c' } })
    expect(childrenOf(db)).toBe(3)
  })
  test('that was there before is left alone, and the other tables are still checked', () => {
    const db = files.open()
    db.pragma('foreign_keys = OFF')
    db.exec(loose)
    const options = { onUnmanaged: 'allow' } as const
    migrate(db, registryOf({ up: family }), options)
    const error = errorOf(() =>
      migrate(db, registryOf({ up: family }, { up: 'DELETE FROM parent' })),
    )
    expect(error.message).toContain('3 in child (parent_id)')
  })
})

describe('beside others, a key that points at nothing unique', () => {
  const keys = `CREATE TABLE q (id INTEGER PRIMARY KEY); CREATE TABLE later (code TEXT, other TEXT);
    CREATE TABLE pair (x, y, PRIMARY KEY (x, y));
    CREATE TABLE c (a REFERENCES later (code), b INTEGER REFERENCES q, x, y, FOREIGN KEY (x, y) REFERENCES pair)`
  const mismatched = (more = ''): { db: Database.Database; first: Draft<Handle> } => {
    const db = files.open()
    const first = { up: keys, keepsForeignKeys: true } as const
    migrate(db, registryOf(first))
    db.pragma('foreign_keys = OFF')
    db.exec(more)
    db.pragma('foreign_keys = ON')
    return { db, first }
  }
  test.each([
    ['another key', 'INSERT INTO c VALUES (NULL, 77, NULL, NULL)', '1 in c (b) without q'],
    [
      'a key over several columns',
      'INSERT INTO c VALUES (NULL, NULL, 1, 2)',
      '1 in c (x, y) without pair',
    ],
    ['the key itself', "INSERT INTO c VALUES ('x', NULL, NULL, NULL)", '1 in c (a) without later'],
  ])('does not hide violations of %s', (_, up, words) => {
    const { db, first } = mismatched()
    const error = errorOf(() => migrate(db, registryOf(first, { up })))
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED' })
    expect(error.message).toContain(words)
  })
  test('is none anew because its table is renamed, but in another table it is', () => {
    const { db, first } = mismatched()
    const rename = { up: 'ALTER TABLE c RENAME TO c2' }
    expect(migrate(db, registryOf(first, rename)).steps).toHaveLength(1)
    const more = { up: 'CREATE TABLE d (a REFERENCES later (code)); INSERT INTO d VALUES (NULL)' }
    expect(errorOf(() => migrate(db, registryOf(first, rename, more))).code).toBe(
      'FOREIGN_KEY_MISMATCH',
    )
  })
  test('may be fixed over rows that lack their parent', () => {
    const { db, first } = mismatched(
      "INSERT INTO c VALUES ('x', NULL, NULL, NULL), (NULL, NULL, 1, NULL)",
    )
    const fix = { up: 'CREATE UNIQUE INDEX later_code ON later (code)' }
    expect(migrate(db, registryOf(first, fix)).steps).toHaveLength(1)
    const { code } = errorOf(() =>
      migrate(db, registryOf(first, fix, { up: "INSERT INTO c (a) VALUES ('y')" })),
    )
    expect(code).toBe('FOREIGN_KEY_VIOLATED')
  })
  test.each([
    ['letters, as the collation of the parent has it', "INSERT INTO c (e) VALUES ('ANN')", 0],
    ['numbers, as the affinity of the parent has it', "INSERT INTO c (n) VALUES ('007')", 1],
    ['the same number in another type', 'INSERT INTO c (n) VALUES (8.0)', 0],
  ])('compares %s', (_, up, orphans) => {
    const db = files.open()
    const first = {
      keepsForeignKeys: true,
      up: `CREATE TABLE q (u TEXT); CREATE TABLE p (e TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO p VALUES ('ann');
        CREATE TABLE k (n TEXT PRIMARY KEY); INSERT INTO k VALUES ('007'), ('8');
        CREATE TABLE c (a REFERENCES q (u), e TEXT REFERENCES p, n INTEGER REFERENCES k (n))`,
    } as const
    migrate(db, registryOf(first))
    const run = () => migrate(db, registryOf(first, { up })).steps.length
    const outcome = orphans === 0 ? run() : errorOf(run).code
    expect(outcome).toBe(orphans === 0 ? 1 : 'FOREIGN_KEY_VIOLATED')
  })
})
