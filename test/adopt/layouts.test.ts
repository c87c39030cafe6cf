// Databases of every known tool are recognised, mapped, and taken over without touching anything else.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { MigrationManager } from '../../src/manager.js'
import { LAYOUT_NAMES } from '../../src/model/adoption.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { askedFor, registryWith, SCHEMA, TOOLS, type ToolCase } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryWith({ name: 'add_tags', up: 'CREATE TABLE tags (id)' })
const databaseOf = ({ sql }: ToolCase): Database.Database => {
  const db = files.open()
  db.exec(SCHEMA + sql)
  return db
}
const tableRows = (db: Database.Database, table: string | null): unknown =>
  table === null ? null : db.prepare(`SELECT * FROM "${table}"`).all()
const isRecent = (iso: string): boolean => Math.abs(Date.now() - Date.parse(iso)) < 60_000

describe.each(TOOLS.map((one) => [`${one.layout} ${one.title ?? ''}`.trim(), one] as const))(
  '%s',
  (_, tool) => {
    test('is recognised, and every row stands for its migration', () => {
      const db = databaseOf(tool)
      const before = db.serialize()
      const adoption = managerOf(db, registry).planAdopt(askedFor(tool.layout))
      expect(db.serialize().equals(before)).toBe(true)
      expect(adoption).toMatchObject({
        layout: tool.layout,
        table: tool.table,
        by: tool.by,
        version: 3,
      })
      expect(adoption.migrations.map(({ id, name }) => `${id} ${name}`)).toEqual([
        '001 create_users',
        '002 add_email',
        '003 create_posts',
      ])
      expect(adoption.migrations.map(({ row, appliedAt }) => [row, appliedAt])).toEqual(tool.rows)
    })
    test('is taken over: its times are kept, its table stays, and migrating goes on', () => {
      const db = databaseOf(tool)
      const kept = tableRows(db, tool.table)
      const adoption = managerOf(db, registry).adopt(askedFor(tool.layout))
      expect(tableRows(db, adoption.renames?.to ?? tool.table)).toEqual(kept)
      const { state, applied, problems } = managerOf(db, registry).status()
      expect({ state, problems }).toEqual({ state: 'pending', problems: [] })
      const times = applied.map(({ appliedAt }) => (isRecent(appliedAt) ? 'now' : appliedAt))
      expect(times).toEqual(tool.rows.map(([, appliedAt]) => appliedAt ?? 'now'))
      expect(
        managerOf(db, registry)
          .migrate()
          .steps.map(({ version }) => version),
      ).toEqual([4])
    })
    test('is found under its name', () => {
      const adoption = managerOf(databaseOf(tool), registry).planAdopt({
        from: tool.layout as 'knex',
      })
      expect(adoption).toEqual(
        managerOf(databaseOf(tool), registry).planAdopt(askedFor(tool.layout)),
      )
    })
  },
)

test('every known layout is tried, but the one that is none', () => {
  const tried = new Set([...TOOLS.map(({ layout }) => layout), 'schema'])
  expect([...tried].sort()).toEqual([...LAYOUT_NAMES].sort())
})

test('a table that stands in the place of the ledger is renamed, with all it has', () => {
  const [contacts] = TOOLS
  const db = databaseOf(contacts!)
  db.exec(
    'CREATE INDEX by_name ON _migrations (name); CREATE VIEW names AS SELECT name FROM _migrations',
  )
  expect(managerOf(db, registry).adopt().renames).toEqual({
    table: '_migrations',
    to: '_migrations_before_lockstep',
    followers: ['view names'],
  })
  expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  expect(tableRows(db, 'names')).toHaveLength(3)
  const index = db
    .prepare("SELECT tbl_name FROM sqlite_master WHERE name = 'by_name'")
    .pluck()
    .get()
  expect(index).toBe('_migrations_before_lockstep')
})

test('what was adopted stands in the history', () => {
  const db = databaseOf(TOOLS.find(({ layout }) => layout === 'knex')!)
  managerOf(db, registry).adopt()
  const history = managerOf(db, registry).history()
  expect(history.map(({ action, version }) => `${action} ${version}`)).toEqual([
    'apply 1',
    'apply 2',
    'apply 3',
    'adopt 3',
  ])
  expect(history[0]?.at).toBe('2024-01-15T10:30:00.000Z')
  expect(history[3]?.detail).toBe('from knex in knex_migrations by name: 001 to 003 are applied')
})

test('works on an asynchronous driver', async () => {
  const db = databaseOf(TOOLS.find(({ layout }) => layout === 'prisma')!)
  const manager = new MigrationManager(asyncDriver(db), registry)
  expect(await manager.adopt()).toMatchObject({ layout: 'prisma', version: 3 })
  expect(await manager.currentVersion()).toBe(3)
})

/** Ledgers of tools that say yes and no, by the words for these. */
const ANSWERED: Readonly<Record<string, (yes: string, no: string) => string>> = {
  goose: (
    yes,
    no,
  ) => `CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id, is_applied);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, ${yes}), (1, ${yes}), (2, ${yes}), (3, ${yes}), (4, ${yes}), (4, ${no});`,
  'golang-migrate': (_, no) => `CREATE TABLE schema_migrations (version, dirty BOOLEAN);
INSERT INTO schema_migrations VALUES (3, ${no});`,
  sqlx: (yes) => `CREATE TABLE _sqlx_migrations (version, description, installed_on, success);
INSERT INTO _sqlx_migrations VALUES (1, 'create users', 1, ${yes}), (2, 'add email', 1, ${yes}), (3, 'create posts', 1, ${yes});`,
  flyway: (
    yes,
  ) => `CREATE TABLE flyway_schema_history (installed_rank, version, description, type, installed_on, success BOOLEAN);
INSERT INTO flyway_schema_history VALUES (1, 3, 'base', 'BASELINE', 1, ${yes}), (2, NULL, 'views', 'SQL', 1, ${yes});`,
}

describe.each(Object.keys(ANSWERED))('words for yes and no in the table of %s', (layout) => {
  const adopted = (yes: string, no: string) => {
    const db = files.open()
    db.exec(SCHEMA + ANSWERED[layout]!(yes, no))
    return () => managerOf(db, registry).planAdopt()
  }
  test.each([
    ["'true'", "'false'"],
    ["'T'", "'F'"],
    ["'1'", "'0'"],
    ["'Yes'", "'No'"],
    ['2', '0.0'],
  ])('%s and %s', (yes, no) => {
    expect(adopted(yes, no)()).toMatchObject({ layout, version: 3 })
  })
  test('other words are neither', () => {
    const wanted = expect.objectContaining({ code: 'ADOPT_UNFINISHED' })
    expect(adopted("'perhaps'", "'perhaps'")).toThrow(wanted)
  })
})

test('generated columns are columns', () => {
  const db = files.open()
  db.exec(`${SCHEMA}CREATE TABLE _migrations (file TEXT, version INTEGER AS (CAST(substr(file, 1, 3) AS INTEGER)), name TEXT AS (substr(file, 5)) STORED, applied_at DEFAULT CURRENT_TIMESTAMP);
INSERT INTO _migrations (file) VALUES ('001_create_users'), ('002_add_email'), ('003_create_posts')`)
  expect(managerOf(db, registry).adopt()).toMatchObject({ layout: '_migrations', version: 3 })
})
