// ctx.rebuild beside TEMP objects and attached databases: it works on the table of the database, or not at all.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { databases } from '../../support/databases.js'
import { all, rebuild, refusal } from './rebuilt.js'

const files = databases()
const OLD = 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)'
const NEW = 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b)'

/** A table with all that may hang on one, and what the connection has beside it. */
function beside(...statements: string[]): Database.Database {
  const db = files.open()
  db.exec(`${OLD}; CREATE TABLE log (a); CREATE INDEX i ON t (a);
    CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
    CREATE VIEW v AS SELECT a FROM t;
    INSERT INTO t VALUES (3, 'three'); ANALYZE`)
  for (const statement of statements) db.exec(statement)
  return db
}
const objects = (db: Database.Database): unknown[] =>
  all(
    db,
    "SELECT type, name, tbl_name FROM main.sqlite_master WHERE sql NOT NULL AND name NOT GLOB '_migrations*' ORDER BY 1, 2",
  )
const rows = (db: Database.Database): unknown[] => all(db, 'SELECT id, a FROM main.t')

test.each([
  ['the table', 'table', 't', 'CREATE TEMP TABLE t (id, a)'],
  ['the table, in other letters', 'view', 'T', 'CREATE TEMP VIEW T AS SELECT 1 AS id'],
  ['a view over it', 'table', 'v', 'CREATE TEMP TABLE v (a)'],
  ['an index on it', 'table', 'i', 'CREATE TEMP TABLE i (a)'],
])('refused while a TEMP object hides: %s', (_, type, name, statement) => {
  const db = beside(statement)
  const before = objects(db)
  const error = refusal(db, 't', NEW)
  expect(error).toMatchObject({ code: 'REBUILD_INVALID', facts: { table: 't' } })
  expect(error.message).toContain(`a TEMP ${type} hides ${name}.`)
  expect(objects(db)).toEqual(before)
  expect(rows(db)).toEqual([[3, 'three']])
})

describe('does its work beside', () => {
  test.each([
    ['nothing else', 'SELECT 1'],
    [
      'TEMP tables of other names',
      'CREATE TEMP TABLE lockstep_new_tt (a); CREATE TEMP TABLE tt (t)',
    ],
    [
      'a TEMP index of a name that is made again',
      'CREATE TEMP TABLE x (a); CREATE INDEX temp.i ON x (a)',
    ],
    [
      'TEMP numbers and statistics',
      'CREATE TEMP TABLE x (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO x VALUES (9); ANALYZE temp',
    ],
    [
      'an attached database with all the same names',
      `ATTACH ':memory:' AS other; CREATE TABLE other.t (id, a); CREATE TABLE other.lockstep_new_t (id, a);
       CREATE INDEX other.i ON t (a); CREATE VIEW other.v AS SELECT 1; CREATE TABLE other.log (a)`,
    ],
    [
      'tables that are called like functions',
      'CREATE TEMP TABLE pragma_table_xinfo (a); CREATE TEMP TABLE pragma_index_list (a); CREATE TEMP TABLE pragma_index_info (a)',
    ],
  ])('%s', (_, statement) => {
    const db = beside(statement)
    const others = all(db, "SELECT name FROM pragma_table_list WHERE schema <> 'main' ORDER BY 1")
    const before = objects(db)
    rebuild(db, 't', NEW)
    expect(objects(db)).toEqual(before)
    expect(rows(db)).toEqual([[3, 'three']])
    expect(all(db, "SELECT name FROM pragma_table_list WHERE schema <> 'main' ORDER BY 1")).toEqual(
      others,
    )
    expect(all(db, "SELECT idx FROM main.sqlite_stat1 WHERE tbl = 't'")).toEqual([['i']])
    db.exec("DELETE FROM main.t; INSERT INTO main.t (a) VALUES ('four')")
    expect(rows(db)).toEqual([[4, 'four']])
  })
  test.each(['TABLE', 'TEMP TABLE', 'VIEW', 'TEMP VIEW', 'INDEX'])(
    'a %s of the name that the new table has until it is renamed',
    (kind) => {
      const text = { VIEW: 'AS SELECT 7 AS id', INDEX: 'ON log (a)' }[kind.replace('TEMP ', '')]
      const db = beside(`CREATE ${kind} Lockstep_New_t ${text ?? '(id INTEGER PRIMARY KEY, a, b)'}`)
      const before = objects(db)
      rebuild(db, 't', NEW.replace('TABLE', 'TABLE IF NOT EXISTS'))
      expect(objects(db)).toEqual(before)
      expect(rows(db)).toEqual([[3, 'three']])
      const theirs = kind.endsWith('TABLE') ? all(db, 'SELECT * FROM lockstep_new_t') : []
      expect(theirs).toEqual([])
    },
  )
})

describe('TEMP objects about the table are there afterwards', () => {
  test('triggers, also of the name of one in the database', () => {
    const db = beside(
      `CREATE TEMP TABLE seen (a);
       CREATE TEMP TRIGGER g AFTER INSERT ON main.t BEGIN INSERT INTO seen VALUES ('g ' || new.a); END;
       CREATE TEMP TRIGGER h AFTER INSERT ON t BEGIN INSERT INTO seen VALUES ('h ' || new.a); END`,
    )
    rebuild(db, 't', NEW)
    db.exec("INSERT INTO t (a) VALUES ('x')")
    expect(all(db, 'SELECT a FROM seen ORDER BY a')).toEqual([['g x'], ['h x']])
    expect(all(db, 'SELECT a FROM log')).toEqual([['three'], ['x']])
  })
  test('views, and triggers elsewhere that write to it', () => {
    const db = beside(
      `CREATE TEMP VIEW mine AS SELECT a FROM v;
       CREATE TEMP TRIGGER back AFTER DELETE ON log BEGIN INSERT INTO t (a) VALUES (old.a || ' again'); END;
       CREATE TEMP TRIGGER instead INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END`,
    )
    rebuild(db, 't', NEW)
    db.exec("DELETE FROM log; INSERT INTO v VALUES ('through')")
    expect(all(db, 'SELECT a FROM mine')).toEqual([['three'], ['three again'], ['through']])
  })
})
