// TEMP objects and attached databases with the names that Lockstep uses: everything goes as it does without them.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { mirrorSettings } from '../../src/run/mirrors/mirror-settings.js'
import { schemaGate } from '../../src/run/schema-gate.js'
import { databases } from '../support/databases.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

const registry = withDigests(
  registryOf(
    {
      up: `CREATE TABLE settings (key TEXT PRIMARY KEY, value);
        CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a CHECK (a > 0));
        CREATE TABLE child (t REFERENCES t);
        CREATE VIEW main.v AS SELECT a FROM t;
        CREATE TRIGGER main.g AFTER UPDATE ON t BEGIN SELECT 1; END`,
      down: 'DROP TABLE main.child; DROP VIEW main.v; DROP TABLE main.t; DROP TABLE main.settings',
    },
    {
      toolkit,
      up(db, ctx) {
        const columns = ctx.columns('t')
        db.exec(`INSERT INTO main.settings VALUES ('columns', '${columns.join()}')`)
      },
      down: "DELETE FROM main.settings WHERE key = 'columns'",
    },
  ),
)

/** What the connection has beside the database under the names that Lockstep reads and writes. */
const NAMES = [
  '_migrations',
  '_migrations_log',
  '_migrations_before_lockstep',
  'settings',
  't',
  'child',
  'v',
  'g',
  'knex_migrations',
  'knex_migrations_lock',
  'lockstep_new_t',
]
const shadows = (schema: string): string =>
  NAMES.map(
    (name) => `CREATE TABLE ${schema}.${name} (id INTEGER PRIMARY KEY AUTOINCREMENT, name);
    INSERT INTO ${schema}.${name} (name) VALUES ('not yours')`,
  ).join(';')

const AROUND = {
  'TEMP tables': shadows('temp'),
  'TEMP views': NAMES.map((name) => `CREATE TEMP VIEW ${name} AS SELECT 1 AS id, 2 AS name`).join(
    ';',
  ),
  'an attached database': `ATTACH ':memory:' AS other; ${shadows('other')}`,
  'an attached ledger that is ahead': `ATTACH ':memory:' AS other; CREATE TABLE other._migrations AS SELECT '999' AS version, 'x' AS lineage`,
  'TEMP statistics': 'CREATE TEMP TABLE x (a UNIQUE); INSERT INTO x VALUES (1); ANALYZE temp',
}

/** The whole life of a database, as answers; times are left out. */
function life(db: Database.Database): unknown {
  const options = {
    mirrors: [mirrorSettings()],
    gates: [schemaGate()],
    onUnmanaged: 'allow',
  } as const
  const manager = managerOf(db, registry, options)
  const answers: unknown[] = [manager.status(), manager.plan(), manager.migrate(), manager.verify()]
  answers.push(manager.rollback({ steps: 1 }), manager.migrate(), manager.history())
  answers.push(
    manager.mark(2, { as: 'pending' }),
    manager.verify(),
    manager.mark(2, { as: 'applied' }),
  )
  answers.push(manager.status(), manager.verify({ integrity: 'quick' }))
  const rows = (name: string): unknown[] => db.prepare(`SELECT * FROM main.${name}`).all()
  answers.push(...['_migrations', '_migrations_log', 'settings'].map(rows))
  answers.push(manager.rollback({ to: 0 }))
  answers.push(db.prepare('SELECT type, name, sql FROM main.sqlite_master').all())
  return JSON.parse(
    JSON.stringify(answers, (key, value: unknown) =>
      /At$|_at$|^at$|[dD]uration|last_run/.test(key) || /^\d{4}-\d\d-\d\dT/.test(String(value))
        ? null
        : value,
    ),
  )
}
const without = life(files.open())

describe.each(Object.entries(AROUND))('beside %s', (_, statements) => {
  const beside = (...first: string[]): Database.Database => {
    const db = files.open()
    for (const statement of [...first, statements]) db.exec(statement)
    return db
  }
  const others = (db: Database.Database): unknown =>
    db
      .prepare<[], { schema: string; name: string }>(
        "SELECT schema, name FROM pragma_table_list WHERE schema <> 'main' ORDER BY 1, 2",
      )
      .all()
      .map(({ schema, name }) => [
        schema,
        name,
        db.prepare(`SELECT * FROM ${schema}."${name}"`).all(),
      ])

  test('a database is migrated, verified, marked and taken back', () => {
    const db = beside()
    const before = others(db)
    expect(life(db)).toEqual(without)
    expect(others(db)).toEqual(before)
  })
  test('another tool’s table is taken over, and what is beside it stays', () => {
    const setup = `${String(registry[0]?.source && 'up' in registry[0].source ? registry[0].source.up : '')};
      CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name, batch, migration_time);
      INSERT INTO knex_migrations VALUES (1, '001_step_1.ts', 1, 0);
      CREATE TABLE knex_migrations_lock ("index" INTEGER PRIMARY KEY, is_locked); INSERT INTO knex_migrations_lock VALUES (1, 0)`
    const db = beside(setup)
    const before = others(db)
    const manager = managerOf(db, registry)
    manager.adopt()
    expect(manager.status()).toMatchObject({ state: 'pending', version: 1 })
    expect(others(db)).toEqual(before)
  })
  test('what does not compile is found in the database, and not beside it', () => {
    const db = beside()
    const manager = managerOf(db, registry)
    manager.migrate()
    db.exec('DROP VIEW main.v; CREATE VIEW main.v AS SELECT nowhere FROM t')
    expect(manager.verify().problems.map(({ code }) => code)).toContain('SCHEMA_BROKEN')
  })
})

test('of an attached database nothing is said: neither that it is damaged, nor that its rows lack their parents', () => {
  const db = files.open()
  db.exec(`ATTACH ':memory:' AS other; CREATE TABLE other.p (id INTEGER PRIMARY KEY);
      CREATE TABLE other.c (p REFERENCES p, n CHECK (n > 0));
      PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
      INSERT INTO other.c VALUES (7, 0); PRAGMA ignore_check_constraints = OFF`)
  expect(db.pragma('other.integrity_check(1)')).not.toEqual([{ integrity_check: 'ok' }])
  const manager = managerOf(db, registry)
  manager.migrate()
  expect(manager.verify()).toMatchObject({ ok: true, problems: [] })
})

test('rows of a table that a TEMP table hides are checked on a handle that only reads', () => {
  const path = files.path()
  migrate(files.open(path), registry)
  const writer = files.open(path)
  writer.exec('PRAGMA ignore_check_constraints = ON; INSERT INTO main.t (a) VALUES (-1)')
  const db = files.open(path, { readonly: true })
  db.exec('CREATE TEMP TABLE t (a)')
  const manager = managerOf(db, registry)
  expect(manager.verify().problems.map(({ code }) => code)).toContain('INTEGRITY_BROKEN')
})

describe('ctx.columns', () => {
  /** What it answers of `made` in a step. */
  const columns = (setup: string): readonly string[] => {
    const db = files.open()
    db.exec(setup)
    let seen: readonly string[] = []
    const up = registryOf({ toolkit, up: (_, ctx) => void (seen = ctx.columns('made')) })
    migrate(db, up, { onUnmanaged: 'allow' })
    return seen
  }
  test('tells of the table in the database', () => {
    expect(columns('CREATE TABLE made (a, b); CREATE TEMP TABLE made (c)')).toEqual(['a', 'b'])
  })
  test('else of a TEMP table', () => expect(columns('CREATE TEMP TABLE made (c)')).toEqual(['c']))
  test('but never of one that is attached: to create the table would be left out', () => {
    expect(columns("ATTACH ':memory:' AS other; CREATE TABLE other.made (c)")).toEqual([])
  })
})
