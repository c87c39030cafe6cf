// Several histories in one file: each has a ledger of its own, and none takes the others' for tables of strangers.
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import type { Registry } from '../../../src/drivers/better-sqlite3.js'
import type { MigrationEvent } from '../../../src/model/events.js'
import type { ManagerOptions } from '../../../src/model/options.js'
import { schemaGate } from '../../../src/run/schema-gate.js'
import { databases, tablesOf } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { withDigests } from '../../support/replayed.js'

const files = databases()
const made = (name: string, history?: string): Registry =>
  registryOf(
    {
      up: `CREATE TABLE ${name}_a (id INTEGER PRIMARY KEY)`,
      down: `DROP TABLE ${name}_a`,
      ...(history !== undefined && { history }),
    },
    { up: `CREATE TABLE ${name}_b (id INTEGER PRIMARY KEY)`, down: `DROP TABLE ${name}_b` },
  )
const app = made('app')
const plugin = made('plugin', 'plugin')
const other = made('other', 'other')
const managerOf = (registry: Registry, options: ManagerOptions = {}, db = files.open()) => ({
  db,
  manager: new MigrationManager(betterSqlite3(db), registry, { digests: {}, ...options }),
})

describe.each([
  [[app, plugin, other]],
  [[app, other, plugin]],
  [[plugin, app, other]],
  [[plugin, other, app]],
  [[other, app, plugin]],
  [[other, plugin, app]],
])('in every order of installing', (order) => {
  test('each history is applied, seen as current, and undone alone', () => {
    const db = files.open()
    for (const registry of order) expect(migrate(db, registry).steps).toHaveLength(2)
    for (const registry of order) {
      const { manager } = managerOf(registry, {}, db)
      expect(manager.status()).toMatchObject({ state: 'current', problems: [] })
      expect(manager.verify().ok).toBe(true)
      expect(migrate(db, registry).steps).toEqual([])
    }
    for (const registry of order) {
      const { manager } = managerOf(registry, {}, db)
      expect(manager.rollback({ to: 0 })).toMatchObject({ from: 2, to: 0 })
    }
    expect(tablesOf(db)).toEqual([])
  })
})

test('a ledger has the name of its history, and so have the tables beside it', () => {
  const { db, manager } = managerOf(plugin)
  manager.migrate()
  manager.rollback()
  const ledgers = db
    .prepare("SELECT name FROM sqlite_master WHERE name GLOB '_migrations*'")
    .pluck()
  expect(ledgers.all()).toEqual(['_migrations_plugin', '_migrations_plugin_log'])
})

test('a history that is not there yet is pending beside others, and the database is not empty', () => {
  const { db, manager } = managerOf(app)
  manager.migrate()
  const beside = managerOf(plugin, {}, db).manager
  expect(beside.status()).toMatchObject({ state: 'pending', version: 0, problems: [] })
  expect(beside.plan().steps).toHaveLength(2)
})

test('ledgers of others are no part of the schema', () => {
  const { db, manager } = managerOf(plugin)
  migrate(db, app)
  const before = managerOf(app, {}, db).manager
  before.rollback()
  manager.migrate()
  expect([...manager.schema().keys()]).toEqual(['table app_a', 'table plugin_a', 'table plugin_b'])
  expect(manager.verify().problems).toEqual([])
})

test('the gate for the schema sees nothing of them', () => {
  const db = files.open()
  migrate(db, app)
  const options = { gates: [schemaGate({ digests: {}, onDifference: 'refuse' })] } as const
  expect(migrate(db, plugin, options).steps).toHaveLength(2)
})

test('what may be of another history goes with no table that a rollback makes anew, and the gate tells of it alone', () => {
  const anew =
    'CREATE TABLE made (id INTEGER PRIMARY KEY); DROP TABLE a; ALTER TABLE made RENAME TO a'
  const registry = withDigests(
    registryOf(
      { up: 'CREATE TABLE a (id INTEGER PRIMARY KEY)', down: 'DROP TABLE a' },
      { up: 'ALTER TABLE a ADD COLUMN x', down: anew },
    ),
  )
  const told: unknown[] = []
  const onEvent = (event: MigrationEvent): void =>
    void (event.type === 'warning' && told.push(event.problem.facts?.['lost']))
  const gates = [schemaGate({ digests: {}, onDifference: 'refuse' })]
  const alone = managerOf(registry, { gates, onEvent })
  alone.manager.migrate()
  alone.db.exec('CREATE INDEX by_hand ON a (id)')
  expect(alone.manager.rollback()).toMatchObject({ to: 1 })
  alone.db.exec('CREATE INDEX again ON a (id)')
  expect(alone.manager.rollback()).toMatchObject({ to: 0 })
  expect(told.splice(0)).toEqual([['index by_hand'], ['index again']])
  const { db, manager } = managerOf(registry, { gates, onEvent })
  manager.migrate()
  migrate(db, registryOf({ up: 'CREATE INDEX theirs ON a (id)', history: 'theirs' }))
  expect(errorOf(() => manager.rollback())).toMatchObject({
    code: 'GATE_OBJECT_LOST',
    facts: { lost: ['index theirs'] },
  })
  expect([told, manager.currentVersion()]).toEqual([[], 2])
  db.exec('DROP INDEX theirs')
  expect(manager.rollback()).toMatchObject({ to: 1 })
})

test('nor does it go with one that migrating makes anew', () => {
  const anew =
    'CREATE TABLE made (id INTEGER PRIMARY KEY); DROP TABLE a; ALTER TABLE made RENAME TO a'
  const registry = withDigests(
    registryOf(
      { up: 'CREATE TABLE a (id INTEGER PRIMARY KEY)' },
      { up: 'CREATE INDEX own ON a (id)' },
      { up: anew },
    ),
  )
  const { db, manager } = managerOf(registry, {})
  manager.migrate({ to: 2 })
  migrate(db, registryOf({ up: 'CREATE INDEX theirs ON a (id)', history: 'theirs' }))
  const error = errorOf(() => manager.migrate())
  expect(error).toMatchObject({ code: 'GATE_OBJECT_LOST', facts: { lost: ['index theirs'] } })
  expect(error.fix).toContain('with `ctx.rebuild` or `alter`, which keep them')
  expect(manager.currentVersion()).toBe(2)
  db.exec('DROP INDEX theirs')
  expect(manager.migrate()).toMatchObject({ to: 3 })
})

test('that holds for code on a driver that cannot be watched, too, which may drop what is its own', () => {
  const anew =
    'CREATE TABLE made (id INTEGER PRIMARY KEY); DROP TABLE a; ALTER TABLE made RENAME TO a'
  const registry = withDigests(
    registryOf(
      { up: 'CREATE TABLE a (id INTEGER PRIMARY KEY)', down: 'DROP TABLE a' },
      {
        up: 'ALTER TABLE a ADD COLUMN x; CREATE INDEX own ON a (x)',
        down: (db) => db.exec(`DROP INDEX own; ${anew}`),
      },
    ),
  )
  const db = files.open()
  const { watch: _watch, ...unwatched } = betterSqlite3(db)
  const manager = new MigrationManager(unwatched, registry, { digests: {} })
  manager.migrate()
  migrate(db, registryOf({ up: 'CREATE INDEX theirs ON a (id)', history: 'theirs' }))
  expect(errorOf(() => manager.rollback())).toMatchObject({
    code: 'GATE_OBJECT_LOST',
    facts: { lost: ['index theirs'] },
  })
  expect(manager.currentVersion()).toBe(2)
  db.exec('DROP INDEX theirs')
  expect(manager.rollback()).toMatchObject({ to: 1 })
})

test('tables that nobody accounts for are refused as before', () => {
  const db = files.open()
  db.exec('CREATE TABLE mine (x)')
  expect(errorOf(() => migrate(db, plugin)).code).toBe('DATABASE_UNMANAGED')
})

test('a ledger of another tool accounts for nothing', () => {
  const db = files.open()
  db.exec('CREATE TABLE _migrations (id INTEGER, name TEXT); CREATE TABLE mine (x)')
  expect(errorOf(() => migrate(db, plugin)).code).toBe('DATABASE_UNMANAGED')
})

test('a ledger that was emptied is told beside others as well', () => {
  const db = files.open()
  migrate(db, app)
  migrate(db, plugin)
  db.exec('DELETE FROM _migrations_plugin')
  expect(errorOf(() => migrate(db, plugin)).code).toBe('DATABASE_UNMANAGED')
})

describe('a history that was applied under another name', () => {
  const named = made('app', 'app')
  test.each([
    ['named later', app, named, '_migrations', '_migrations_app'],
    ['that lost its name', named, app, '_migrations_app', '_migrations'],
    ['renamed', named, made('app', 'shop'), '_migrations_app', '_migrations_shop'],
  ])('%s is not applied again', (_, before, after, heldBy, table) => {
    const db = files.open()
    migrate(db, before)
    for (const onUnmanaged of ['refuse', 'allow'] as const) {
      const error = errorOf(() => migrate(db, after, { onUnmanaged }))
      expect(error).toMatchObject({ code: 'LEDGER_RENAMED', facts: { heldBy, table } })
    }
    const { manager } = managerOf(after, {}, db)
    expect(manager.status()).toMatchObject({
      state: 'unmanaged',
      problems: [{ code: 'LEDGER_RENAMED' }],
    })
    db.exec(`ALTER TABLE ${heldBy} RENAME TO ${table}`)
    expect(migrate(db, after).steps).toEqual([])
  })
  test('is recognised by its newest version that both have', () => {
    const db = files.open()
    migrate(db, app)
    expect(errorOf(() => migrate(db, named.slice(0, 1))).code).toBe('LEDGER_RENAMED')
  })
  test('a history that begins alike and goes on otherwise is another one', () => {
    const first = { up: 'SELECT 1', name: 'begin' }
    const db = files.open()
    migrate(db, registryOf(first, { up: 'CREATE TABLE a (x)' }))
    const second = registryOf({ ...first, history: 'b' }, { up: 'CREATE TABLE b (x)' })
    expect(migrate(db, second).steps).toHaveLength(2)
  })
})

test('an option for the table does not move the ledger of a named history', () => {
  const db = files.open()
  expect(errorOf(() => migrate(db, plugin, { table: 'mine' }))).toMatchObject({
    code: 'OPTION_INVALID',
  })
  expect(migrate(db, plugin, { table: '_migrations_plugin' }).steps).toHaveLength(2)
})

test('a backup is made of a database that holds other histories only', () => {
  const db = files.open()
  migrate(db, app)
  const events: string[] = []
  const { manager } = managerOf(plugin, { onEvent: ({ type }) => void events.push(type) }, db)
  manager.migrate()
  expect(events).not.toContain('warning')
})

test('a version is marked as applied, and a history is adopted, beside others', () => {
  const db = files.open()
  migrate(db, app)
  db.exec('CREATE TABLE plugin_a (id INTEGER PRIMARY KEY)')
  const { manager } = managerOf(plugin, {}, db)
  expect(manager.mark(1, { as: 'applied', reason: 'made by hand' })).toMatchObject({ version: 1 })
  expect(migrate(db, plugin).steps).toHaveLength(1)
})

test('the commands that an error advises are about its history', () => {
  const { db, manager } = managerOf(plugin)
  manager.migrate()
  db.exec("UPDATE _migrations_plugin SET checksum = '1:0', lineage = '1:0' WHERE version = '002'")
  const fixOf = (act: () => unknown): string => errorOf(act).fix
  expect(fixOf(() => migrate(db, plugin))).toContain('`lockstep repair --name plugin`')
  expect(fixOf(() => manager.mark(1, { as: 'pending' }))).toMatch(
    /`lockstep \w+[^`]* --name plugin`/,
  )
  db.exec("UPDATE _migrations_plugin SET version = '007' WHERE version = '002'")
  expect(fixOf(() => migrate(db, plugin))).not.toMatch(/`lockstep (?![^`]*--name plugin)[^`]*`/)
  const { db: plain } = managerOf(app)
  migrate(plain, app)
  plain.exec("UPDATE _migrations SET lineage = '1:0' WHERE version = '002'")
  expect(fixOf(() => migrate(plain, app))).not.toContain('--name')
})
