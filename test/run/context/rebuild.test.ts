// ctx.rebuild: what hangs on a table is there afterwards, whatever it is called.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { RebuildOptions } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { all, rebuild, rebuildCatching } from './rebuilt.js'

const files = databases()

/** A database made by `setup`, in which `table` is rebuilt by a migration. */
function rebuilt(
  setup: string,
  table: string,
  options: RebuildOptions | string,
): Database.Database {
  const db = files.open()
  db.exec(setup)
  rebuild(db, table, options)
  return db
}
const objects = (db: Database.Database, type: string): unknown[] =>
  db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = ? AND sql NOT NULL AND name <> '_migrations' ORDER BY name",
    )
    .pluck()
    .all(type)

describe('rows', () => {
  test('are copied by name, not by position', () => {
    const db = rebuilt(
      'CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)',
      't',
      'CREATE TABLE t (b, a)',
    )
    expect(all(db, 'SELECT a, b FROM t')).toEqual([[1, 2]])
  })
  test('are copied by names in any case', () => {
    const db = rebuilt(
      'CREATE TABLE t (Id, NAME); INSERT INTO t VALUES (1, 2)',
      't',
      'CREATE TABLE t (id, name)',
    )
    expect(all(db, 'SELECT id, name FROM t')).toEqual([[1, 2]])
  })
  test('get the defaults of new columns, or what an expression says', () => {
    const db = rebuilt("CREATE TABLE t (first, last); INSERT INTO t VALUES ('A', 'B')", 't', {
      create: "CREATE TABLE t (full TEXT NOT NULL, kind TEXT DEFAULT 'person', last)",
      copy: { full: "first || ' ' || last", last: 'upper(last)' },
    })
    expect(all(db, 'SELECT * FROM t')).toEqual([['A B', 'person', 'B']])
  })
  test('of columns that are called like what every object has', () => {
    const db = rebuilt(
      'CREATE TABLE t (constructor, toString, "__proto__"); INSERT INTO t VALUES (1, 2, 3)',
      't',
      'CREATE TABLE t ("__proto__", toString, constructor, valueOf)',
    )
    expect(all(db, 'SELECT constructor, toString, "__proto__", valueOf FROM t')).toEqual([
      [1, 2, 3, null],
    ])
  })
  test('of generated columns are computed again, or kept as values', () => {
    const setup =
      'CREATE TABLE t (a, b AS (a * 2) STORED, c AS (a + 1)); INSERT INTO t (a) VALUES (5)'
    const computed = rebuilt(setup, 't', 'CREATE TABLE t (a, b AS (a * 3) STORED, c AS (a + 2))')
    expect(all(computed, 'SELECT a, b, c FROM t')).toEqual([[5, 15, 7]])
    expect(all(rebuilt(setup, 't', 'CREATE TABLE t (a, b, c)'), 'SELECT * FROM t')).toEqual([
      [5, 10, 6],
    ])
  })
  test('that break a new constraint stop the step, and everything is as it was', () => {
    const db = files.open()
    db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (NULL); CREATE INDEX i ON t (a)')
    const up = registryOf({
      toolkit,
      up: (_, ctx) => ctx.rebuild('t', { create: 'CREATE TABLE t (a NOT NULL)' }),
    })
    const error = errorOf(() => migrate(db, up, { onUnmanaged: 'allow' }))
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED' })
    expect({ tables: objects(db, 'table'), indexes: objects(db, 'index') }).toEqual({
      tables: ['t'],
      indexes: ['i'],
    })
  })
})

describe('no row is lost', () => {
  const SETUP = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); CREATE VIEW v AS SELECT a FROM t;
    INSERT INTO t (a) VALUES (1), (1), (NULL), (2)`
  const made = (a: string): string => `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, ${a})`
  test.each([
    ['by UNIQUE that ignores', made('a UNIQUE ON CONFLICT IGNORE'), {}, 3],
    ['by UNIQUE that replaces', made('a UNIQUE ON CONFLICT REPLACE'), {}, 3],
    ['by NOT NULL that ignores', made('a NOT NULL ON CONFLICT IGNORE'), {}, 3],
    [
      'by a key that ignores',
      'CREATE TABLE t (a, PRIMARY KEY (a) ON CONFLICT IGNORE) WITHOUT ROWID',
      { a: 'ifnull(a, 7)' },
      3,
    ],
    ['by an aggregate', made('a'), { a: 'count(*)' }, 1],
  ])('%s', (_, create, copy, left) => {
    const db = files.open()
    db.exec(SETUP)
    const before = objects(db, 'table')
    const caught = rebuildCatching(db, 't', { create, copy })
    expect(caught).toMatchObject({
      code: 'REBUILD_INVALID',
      message: `The table t cannot be rebuilt like this: of its 4 rows, the new one would have ${left}.`,
    })
    expect(objects(db, 'table')).toEqual(before)
    expect(all(db, 'SELECT a FROM v')).toHaveLength(4)
    expect(all(db, "SELECT name FROM sqlite_sequence WHERE name LIKE 'lock%'")).toEqual([])
  })
  test('but constraints that find nothing in the way are let be', () => {
    const setup = 'CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)'
    const db = rebuilt(setup, 't', 'CREATE TABLE t (a NOT NULL UNIQUE ON CONFLICT IGNORE)')
    expect(all(db, 'SELECT a FROM t')).toEqual([[1], [2]])
  })
  test('by NULL where NOT NULL puts the default instead', () => {
    const db = rebuilt(SETUP, 't', made("a NOT NULL ON CONFLICT REPLACE DEFAULT 'none'"))
    expect(all(db, 'SELECT a FROM t')).toEqual([[1], [1], ['none'], [2]])
  })
  test('and a copy that fails leaves nothing behind for code that catches it', () => {
    const db = files.open()
    db.exec(SETUP)
    expect(rebuildCatching(db, 't', made('a NOT NULL'))).toMatchObject({
      message: expect.stringContaining('NOT NULL constraint failed') as unknown,
    })
    expect(objects(db, 'table')).not.toContain('lockstep_new_t')
    expect(all(db, 'SELECT a FROM v')).toHaveLength(4)
  })
})

describe('names', () => {
  test.each([
    ['t', 'CREATE TABLE main.t (a)'],
    ['t', 'CREATE TABLE IF NOT EXISTS "MAIN" . /* here */ [t] (a)'],
    ['t', '-- first\n/* ; */ CREATE TABLE t (a) ; ; -- the end;'],
    ['t', 'CREATE TABLE t /* AS SELECT */ (a) -- the end'],
    ['t', 'create table t (a)'],
    ['E', 'CREATE TABLE E (a)'],
    ['table', 'CREATE TABLE "table" (a)'],
    ['two words', 'CREATE TABLE IF NOT EXISTS [two words] (a)'],
    ['with "quotes"', 'CREATE TABLE "with ""quotes""" (a)'],
    ['back`tick', 'CREATE TABLE `back``tick` (a)'],
    ["it's", `CREATE TABLE "it's" (a)`],
    ['größe', 'CREATE TABLE größe(a)'],
    ['$a$', 'CREATE TABLE "$a$" (a)'],
    ['Mixed', 'CREATE TABLE mixed (a)'],
  ])('%s', (table, create) => {
    const quoted = `"${table.replaceAll('"', '""')}"`
    const db = rebuilt(
      `CREATE TABLE ${quoted} (a, b); INSERT INTO ${quoted} VALUES (1, 2)`,
      table,
      create,
    )
    expect(all(db, `SELECT * FROM ${quoted}`)).toEqual([[1]])
    expect(objects(db, 'table')).toHaveLength(1)
  })
  test.each([
    ['another table', 'CREATE TABLE other (a)'],
    ['no CREATE TABLE', 'SELECT 1'],
    ['a temporary table', 'CREATE TEMP TABLE t (a)'],
    ['a table of another schema', 'CREATE TABLE temp.t (a)'],
    ['nothing', ' -- nothing'],
    ['a second statement', 'CREATE TABLE t (a); DELETE FROM t'],
    ['and in front', 'DELETE FROM t; CREATE TABLE t (a)'],
    ['rows of its own', 'CREATE TABLE t AS SELECT 1 AS a'],
    ['and from itself', 'CREATE TABLE t/* x */AS SELECT * FROM t WHERE 0'],
    ['a name alone', 'CREATE TABLE t'],
    [
      'an expression for a column that is not there',
      { create: 'CREATE TABLE t (a)', copy: { b: '1' } },
    ],
    ['a column that is not known', { create: 'CREATE TABLE t (b)', columns: ['b'] }],
  ])('refused: %s', (_, options) => {
    const error = errorOf(() => rebuilt('CREATE TABLE t (a)', 't', options))
    expect(error).toMatchObject({ code: 'REBUILD_INVALID', facts: { table: 't' } })
  })
  test('a table that does not exist cannot be rebuilt', () => {
    const error = errorOf(() => rebuilt('', 'nowhere', 'CREATE TABLE nowhere (a)'))
    expect(error.code).toBe('REBUILD_INVALID')
  })
  test('an index over a column that goes is named, and the table stays', () => {
    const db = files.open()
    db.exec('CREATE TABLE t (a, b); CREATE INDEX t_a ON t (a); CREATE INDEX t_b ON t (lower(b))')
    const registry = registryOf({
      toolkit,
      up: (_, ctx) => ctx.rebuild('t', { create: 'CREATE TABLE t (a)' }),
    })
    const error = errorOf(() => migrate(db, registry, { onUnmanaged: 'allow' }))
    expect(error).toMatchObject({
      code: 'REBUILD_INVALID',
      message:
        'Migration 001 (step_1) in migrations/001_step_1.ts failed. The table t cannot be rebuilt like this: its index t_b does not fit the new one (no such column: b). The step was rolled back.',
    })
    expect((error as { fix?: string }).fix).toBe('Drop the index before the call. Then run again.')
    expect(objects(db, 'index')).toEqual(['t_a', 't_b'])
  })
  test('a view over a column that goes is named where the columns are told, but for one that nobody could read', () => {
    const objects =
      'CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT * FROM v; CREATE VIEW x AS SELECT y FROM t'
    const columns = ['a', 'b']
    const error = errorOf(() => rebuilt(objects, 't', { create: 'CREATE TABLE t (a)', columns }))
    expect(error).toMatchObject({ code: 'REBUILD_INVALID', facts: { table: 't', view: 'v' } })
    rebuilt(objects, 't', { create: 'CREATE TABLE t (b, a)', columns })
    rebuilt(objects, 't', 'CREATE TABLE t (a)')
  })
  test('an index that fails for another reason is told in the words of SQLite', () => {
    const error = errorOf(() =>
      rebuilt(
        'CREATE TABLE t (a UNIQUE); CREATE UNIQUE INDEX i ON t (a); INSERT INTO t VALUES (1), (2)',
        't',
        {
          create: 'CREATE TABLE t (a)',
          copy: { a: '1' },
        },
      ),
    )
    expect(error.code).toBe('MIGRATION_FAILED')
    expect(error.message).toContain('UNIQUE constraint failed: t.a')
  })
  test('transaction control in the new table is refused like anywhere', () => {
    const error = errorOf(() => rebuilt('CREATE TABLE t (a)', 't', 'CREATE TABLE t (a); COMMIT'))
    expect(error.code).toBe('TRANSACTION_CONTROL')
  })
})

describe('what hangs on the table', () => {
  test('indexes, also partial and over expressions, but not those of constraints', () => {
    const db = rebuilt(
      `CREATE TABLE t (a UNIQUE, b); CREATE INDEX i1 ON t (b) WHERE b > 1; CREATE UNIQUE INDEX "i 2" ON t (lower(b))`,
      't',
      'CREATE TABLE t (a UNIQUE, b, c)',
    )
    expect(objects(db, 'index')).toEqual(['i 2', 'i1'])
  })
  test('triggers of its own and of others that write to it', () => {
    const db = rebuilt(
      `CREATE TABLE t (a); CREATE TABLE u (a);
       CREATE TRIGGER own AFTER INSERT ON t BEGIN INSERT INTO u VALUES (new.a); END;
       CREATE TRIGGER other AFTER DELETE ON u BEGIN DELETE FROM t WHERE a = old.a; END`,
      't',
      'CREATE TABLE t (a, b)',
    )
    db.exec('INSERT INTO t (a) VALUES (7)')
    expect(all(db, 'SELECT a FROM u')).toEqual([[7]])
    db.exec('DELETE FROM u')
    expect(all(db, 'SELECT a FROM t')).toEqual([])
  })
  test('views, views over views, and what triggers they have', () => {
    const db = rebuilt(
      `CREATE TABLE t (a); CREATE TABLE log (a);
       CREATE VIEW v AS SELECT a FROM t;
       CREATE VIEW w AS SELECT a FROM v;
       CREATE TRIGGER into_v INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END;
       CREATE TRIGGER into_w INSTEAD OF INSERT ON w BEGIN INSERT INTO v (a) VALUES (new.a); INSERT INTO log SELECT a FROM t; END`,
      't',
      'CREATE TABLE t (a, b)',
    )
    db.exec('INSERT INTO w VALUES (3)')
    expect(all(db, 'SELECT a FROM w')).toEqual([[3]])
    expect(all(db, 'SELECT a FROM log')).toEqual([[3]])
    expect(objects(db, 'view')).toEqual(['v', 'w'])
    expect(objects(db, 'trigger')).toEqual(['into_v', 'into_w'])
  })
  test('the ids that AUTOINCREMENT has given out stay given out', () => {
    const create = 'CREATE TABLE T (id INTEGER PRIMARY KEY AUTOINCREMENT, a)'
    const insert = 'INSERT INTO t (a) VALUES (1), (2), (3)'
    const some = rebuilt(`${create}; ${insert}; DELETE FROM t WHERE id = 3`, 't', create)
    some.exec('INSERT INTO t (a) VALUES (4)')
    expect(all(some, 'SELECT max(id) FROM t')).toEqual([[4]])
    const none = rebuilt(`${create}; ${insert}; DELETE FROM t`, 't', create)
    none.exec('INSERT INTO t (a) VALUES (4)')
    expect(all(none, 'SELECT id FROM t')).toEqual([[4]])
    expect(all(none, 'SELECT count(*) FROM sqlite_sequence')).toEqual([[1]])
  })
  test('great ids stay whole numbers, exactly', () => {
    const create = 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)'
    const great = "UPDATE sqlite_sequence SET seq = 9007199254740993 WHERE name = 't'"
    const first = 'INSERT INTO t (a) VALUES (1)'
    const db = rebuilt(`${create}; ${first}; ${great}; DELETE FROM t`, 't', create)
    const kept = "SELECT typeof(seq), CAST(seq AS TEXT) FROM sqlite_sequence WHERE name = 't'"
    expect(all(db, kept)).toEqual([['integer', '9007199254740993']])
  })
  test('without AUTOINCREMENT in the new table there is nothing to remember', () => {
    const db = rebuilt(
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES',
      't',
      'CREATE TABLE t (id INTEGER PRIMARY KEY)',
    )
    expect(all(db, "SELECT * FROM sqlite_sequence WHERE name <> '_migrations'")).toEqual([])
  })
  test('keys of other tables and its own go on pointing at it', () => {
    const create =
      'CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t ON DELETE CASCADE, more)'
    const db = rebuilt(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t ON DELETE CASCADE);
       CREATE TABLE c (t NOT NULL REFERENCES t ON DELETE CASCADE);
       INSERT INTO t VALUES (1, NULL), (2, 1); INSERT INTO c VALUES (1), (2)`,
      't',
      create,
    )
    expect(all(db, 'SELECT id, up FROM t')).toEqual([
      [1, null],
      [2, 1],
    ])
    expect(all(db, 'SELECT "table" FROM pragma_foreign_key_list(\'t\')')).toEqual([['t']])
    expect(all(db, 'SELECT "table" FROM pragma_foreign_key_list(\'c\')')).toEqual([['t']])
    db.exec('DELETE FROM t WHERE id = 1')
    expect(all(db, 'SELECT count(*) FROM c')).toEqual([[0]])
  })
  test('statistics, which the connection goes on using', () => {
    const db = rebuilt(
      `CREATE TABLE T (a, b); CREATE INDEX one ON t (a); CREATE INDEX two ON t (b); CREATE TABLE u (a UNIQUE);
       WITH n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 999) INSERT INTO t SELECT i % 2, i FROM n;
       INSERT INTO u VALUES (1); ANALYZE`,
      't',
      'CREATE TABLE t (a, b, c)',
    )
    const statistics = all(db, 'SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY idx')
    expect(statistics).toEqual([
      ['t', 'one', '1000 500'],
      ['u', 'sqlite_autoindex_u_1', '1 1'],
      ['t', 'two', '1000 1'],
    ])
    expect(
      all(db, "SELECT DISTINCT tbl FROM sqlite_stat4 WHERE idx <> 'sqlite_autoindex_u_1'"),
    ).toEqual([['t']])
    expect(
      JSON.stringify(all(db, 'EXPLAIN QUERY PLAN SELECT * FROM t WHERE a = 1 AND b = 1')),
    ).toContain('two')
  })
  test('triggers fire in the order in which they did', () => {
    const trigger = (name: string, on: string, also = ''): string =>
      `CREATE TRIGGER ${name} AFTER INSERT ON ${on} BEGIN INSERT INTO fired VALUES ('${name}'); ${also} END;`
    const setup = `CREATE TABLE t (a); CREATE TABLE u (a); CREATE TABLE fired (name);
      ${trigger('a', 'u', 'DELETE FROM t;')} ${trigger('b', 'u')} ${trigger('c', 't')} ${trigger('d', 't')}`
    const order = (db: Database.Database): unknown[] => {
      db.exec('DELETE FROM fired; INSERT INTO u VALUES (1); INSERT INTO t (a) VALUES (1)')
      return all(db, 'SELECT name FROM fired')
    }
    const untouched = files.open()
    untouched.exec(setup)
    expect(order(rebuilt(setup, 't', 'CREATE TABLE t (a, b)'))).toEqual(order(untouched))
  })
  test('what names it with quotes in its name', () => {
    const db = rebuilt(
      `CREATE TABLE "a""b" (x); CREATE VIEW v AS SELECT x FROM "a""b"; CREATE VIEW w AS SELECT x FROM \`a"b\``,
      'a"b',
      'CREATE TABLE "a""b" (x, y)',
    )
    expect(objects(db, 'view')).toEqual(['v', 'w'])
  })
  test('the texts of what is made again are as they were', () => {
    const setup = `CREATE TABLE t (a); CREATE TABLE u (a);
      CREATE UNIQUE INDEX IF NOT EXISTS i /* why */ ON t (a) WHERE a > 1;
      CREATE INDEX main."CREATE INDEX x" ON t (a COLLATE NOCASE DESC);
      CREATE TRIGGER IF NOT EXISTS main.g AFTER UPDATE OF a ON t WHEN new.a > 1 BEGIN DELETE FROM u; -- so
      END;
      CREATE VIEW v (one) AS /* see */ SELECT a FROM t`
    const texts =
      "SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' AND sql NOT NULL ORDER BY name"
    const untouched = files.open()
    untouched.exec(setup)
    expect(all(rebuilt(setup, 't', 'CREATE TABLE t (a, b)'), texts)).toEqual(all(untouched, texts))
  })
  test('STRICT, WITHOUT ROWID, constraints and comments of the new table', () => {
    const create =
      'CREATE TABLE t (a TEXT /* why */ NOT NULL PRIMARY KEY, b INT CHECK (b > 0)) STRICT, WITHOUT ROWID'
    const db = rebuilt("CREATE TABLE t (a, b); INSERT INTO t VALUES ('x', 1)", 't', create)
    expect(all(db, "SELECT sql FROM sqlite_master WHERE name = 't'")).toEqual([
      [create.replace('TABLE t', 'TABLE "t"')],
    ])
  })
  test('what only sounds like it is as it was', () => {
    const db = rebuilt(
      `CREATE TABLE user (a); CREATE TABLE user_roles (a);
       CREATE VIEW user_view AS SELECT a FROM user_roles`,
      'user',
      'CREATE TABLE user (a, b)',
    )
    expect(all(db, "SELECT sql FROM sqlite_master WHERE name = 'user_view'")).toEqual([
      ['CREATE VIEW user_view AS SELECT a FROM user_roles'],
    ])
  })
})

test('`copy` names columns in letters of any size, and its expressions may end in a comment', () => {
  const db = files.open()
  db.exec('CREATE TABLE t (a, "group"); INSERT INTO t VALUES (1, 2)')
  const create = 'CREATE TABLE t (a, "group", more)'
  rebuild(db, 't', { create, copy: { A: 'a + 1 -- one more', GROUP: '"group" * 10', more: "'m'" } })
  expect(all(db, 'SELECT * FROM t')).toEqual([[2, 20, 'm']])
})
