// A core and two plugins: in every order of installing, upgrading and removing, the result is the same, or the refusal says why.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import {
  betterSqlite3,
  dependencies,
  migrate,
  together,
  type Registry,
} from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import { databases, tablesOf } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'

const files = databases()
const step = (up: string, down: string, ...needs: string[]): Draft<Handle> => ({
  up,
  down,
  ...(needs.length > 0 && { needs, dependencies }),
})
const history = (name: string, ...[first, ...others]: Draft<Handle>[]): Registry =>
  registryOf({ ...first!, history: name, together }, ...others)

const core = history(
  'core',
  step('CREATE TABLE users (id INTEGER PRIMARY KEY)', 'DROP TABLE users'),
  step('ALTER TABLE users ADD COLUMN mail TEXT', 'ALTER TABLE users DROP COLUMN mail'),
  step('CREATE TABLE teams (id INTEGER PRIMARY KEY)', 'DROP TABLE teams'),
)
const notes = history(
  'notes',
  step(
    'CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id REFERENCES users)',
    'DROP TABLE notes',
    'core:001',
  ),
  step('CREATE INDEX users_mail ON users (mail)', 'DROP INDEX users_mail', 'core:002'),
)
// By its name, it comes before what it needs.
const chat = history(
  'chat',
  step(
    'CREATE TABLE chat (id INTEGER PRIMARY KEY, team_id REFERENCES teams)',
    'DROP TABLE chat',
    'core:003',
    'notes:001',
  ),
)
const all = { core, notes, chat }
type Name = keyof typeof all

const managerOf = (db: Database.Database, name: Name) =>
  new MigrationManager(betterSqlite3(db), all[name], { digests: {} })

/** All that there is, in whatever order it was made. */
const stateOf = (db: Database.Database): unknown => [
  db
    .prepare("SELECT name, sql FROM sqlite_master WHERE name NOT GLOB '_migrations*' ORDER BY name")
    .raw()
    .all(),
  Object.keys(all).map((name) =>
    db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(`_migrations_${name}`)
      ? db
          .prepare(`SELECT version, name, lineage FROM _migrations_${name} ORDER BY version`)
          .raw()
          .all()
      : [],
  ),
]

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((one, at) => permutations(items.toSpliced(at, 1)).map((rest) => [one, ...rest]))

const whole = (): unknown => {
  const db = files.open()
  migrate(db, all)
  return stateOf(db)
}

test('all in one call: each behind what it needs, then by name, then by version', () => {
  const db = files.open()
  const events: string[] = []
  const report = migrate(db, all, {
    onEvent: (event) =>
      void (event.type === 'step-end' && events.push(`${event.history}:${event.id}`)),
  })
  const order = ['core:001', 'core:002', 'core:003', 'notes:001', 'notes:002', 'chat:001']
  expect(report.steps.map(({ history: name, id }) => `${name}:${id}`)).toEqual(order)
  expect(events).toEqual(order)
  expect(report.histories).toEqual({
    core: { from: 0, to: 3 },
    notes: { from: 0, to: 2 },
    chat: { from: 0, to: 1 },
  })
  expect(migrate(db, all)).toMatchObject({ steps: [] })
})

test.each([
  [
    3,
    /^History notes: .*\nBefore it, core was migrated from 000 to 003\.\nNothing of this history/,
  ],
  [4, /^History notes: .*\nBefore it, core was migrated .*\nThe report lists the steps/],
  [1, /^History core: [^\n]* The report lists the steps/],
  [0, /^History core: [^\n]* Nothing was changed\.$/],
])('stopped behind %i steps, it says what was done', (steps, said) => {
  let done = 0
  const options = {
    signal: {
      get aborted() {
        return done >= steps
      },
    },
    onEvent: (event: { type: string }) => void (event.type === 'step-end' && done++),
  }
  expect(errorOf(() => migrate(files.open(), all, options as never))).toMatchObject({
    code: 'RUN_ABORTED',
    message: expect.stringMatching(said) as string,
  })
})

test.each(permutations(['core', 'notes', 'chat'] as const).map((order) => [order]))(
  'given in the order %j, the plan is the same',
  (order) => {
    const db = files.open()
    migrate(db, Object.fromEntries(order.map((name) => [name, all[name]])))
    expect(stateOf(db)).toEqual(whole())
  },
)

/** Every step of every history, as somebody may install it: one version after the other. */
const installs = ['core', 'core', 'core', 'notes', 'notes', 'chat'] as const
const orders = [...new Set(permutations(installs).map((one) => one.join()))].map(
  (one) => one.split(',') as Name[],
)

/** Does one step of each history in turn; one that is refused comes again behind the others. Answers what was said. */
function inTurn(order: readonly Name[], act: (name: Name) => void): Set<string> {
  const left = [...order]
  const said = new Set<string>()
  for (let tries = 0; left.length > 0 && tries < 100; tries++) {
    const name = left.shift()!
    try {
      act(name)
    } catch (error) {
      said.add((error as { code: string }).code)
      left.push(name)
    }
  }
  return said
}

test(`in each of ${orders.length} orders of installing and upgrading, it ends alike, or is refused by name until it can`, () => {
  const wanted = whole()
  const said = new Set<string>()
  for (const order of orders) {
    const db = files.open()
    const one = (name: Name): void =>
      void migrate(db, all[name], { to: managerOf(db, name).currentVersion() + 1 })
    for (const code of inTurn(order, one)) said.add(code)
    expect(stateOf(db), order.join()).toEqual(wanted)
    db.close()
  }
  expect([...said]).toEqual(['NEEDS_UNMET'])
})

test(`in each of ${orders.length} orders of removing, nothing is left in the end, and nothing that is needed goes before`, () => {
  const said = new Set<string>()
  for (const order of orders) {
    const db = files.open()
    migrate(db, all)
    for (const code of inTurn(order, (name) => void managerOf(db, name).rollback())) said.add(code)
    expect(tablesOf(db), order.join()).toEqual([])
    db.close()
  }
  expect([...said]).toEqual(['NEEDED_ELSEWHERE'])
})

describe('the whole is refused before anything is done', () => {
  const untouched = (db: Database.Database): void =>
    expect(db.prepare('SELECT name FROM sqlite_master').all()).toEqual([])

  test('where a version is needed that no code here has', () => {
    const db = files.open()
    const error = errorOf(() => migrate(db, { core, chat }))
    expect(error).toMatchObject({
      code: 'NEEDS_UNMET',
      facts: { history: 'chat', missing: ['notes:001'] },
    })
    expect(error.message).toMatch(/^History chat: /)
    untouched(db)
  })
  test('where a target keeps what is needed from being applied', () => {
    const db = files.open()
    const error = errorOf(() => migrate(db, all, { to: { core: 2 } }))
    expect(error.code).toBe('NEEDS_UNMET')
    expect(error.fix).toMatch(/^Make the call reach core:003: .*and no lower version in `to`\.$/)
    untouched(db)
    expect(migrate(db, { core, notes }, { to: { core: 2 } }).histories).toEqual({
      core: { from: 0, to: 2 },
      notes: { from: 0, to: 2 },
    })
  })
  test('where one of them was edited', () => {
    const db = files.open()
    migrate(db, { core, notes })
    db.exec(
      "UPDATE _migrations_notes SET checksum = '1:other', lineage = '1:other' WHERE version = '002'",
    )
    const error = errorOf(() => migrate(db, all))
    expect(error).toMatchObject({ code: 'HISTORY_EDITED', facts: { history: 'notes' } })
    expect(tablesOf(db)).not.toContain('chat')
  })
  test('where a database has tables of strangers', () => {
    const db = files.open()
    db.exec('CREATE TABLE mine (x)')
    expect(errorOf(() => migrate(db, all)).code).toBe('DATABASE_UNMANAGED')
    expect(tablesOf(db)).toEqual(['mine'])
  })
  test.each([
    [{ app: core }, {}, 'called core'],
    [
      { core, app: registryOf(step('SELECT 1', '')), more: registryOf(step('SELECT 2', '')) },
      {},
      'has none either',
    ],
    [{ app: registryOf(step('SELECT 1', '')), b: [] }, {}, 'histories with names'],
    [all, { to: { cor: 1 } }, 'by the names of the registries'],
    [all, { transaction: 'all' }, 'The option transaction is "all", but must be left out'],
    [all, { mirrors: [] }, 'for one history'],
    [all, { table: 'x' }, 'each history has a name'],
    [all, { to: 2 }, 'versions by name'],
  ])('options that make no sense: %#', (registries, options, said) => {
    const db = files.open()
    const error = errorOf(() => migrate(db, registries as typeof all, options as object))
    expect(error.code).toBe('OPTION_INVALID')
    expect(error.message).toContain(said)
    untouched(db)
  })
})

test('what is installed already counts for what is needed, whether or not its code is here', () => {
  const db = files.open()
  migrate(db, { core, notes })
  expect(migrate(db, { chat }).steps).toHaveLength(1)
})

test.each([{}, { core: [] }])('none at all are nothing to do: %j', (registries) => {
  const db = files.open()
  expect(migrate(db, registries)).toEqual({ histories: {}, steps: [], durationMs: 0 })
  expect(tablesOf(db)).toEqual([])
})

test.each([undefined, null, 5, {}])('what is no registry is named by its history: %j', (notes) => {
  const db = files.open()
  const error = errorOf(() => migrate(db, { core, notes } as never))
  expect(error.code).toBe('REGISTRY_NOT_A_LIST')
  expect(error.message).toMatch(/^The registry of history notes is /)
  expect(tablesOf(db)).toEqual([])
})

test.each([Promise.resolve({ core }), new Map([['core', core]]), new Set([core])])(
  'what holds none by name is no registry: %s',
  (registries) => {
    const error = errorOf(() => migrate(files.open(), registries as never))
    expect(error.code).toBe('REGISTRY_NOT_A_LIST')
  },
)

test('a history without a name, and one without migrations, may be among them', () => {
  const db = files.open()
  const app = registryOf(step('CREATE TABLE app (x)', 'DROP TABLE app'))
  const plugin = history('plugin', step('CREATE TABLE p (x)', 'DROP TABLE p', '"_migrations":001'))
  expect(migrate(db, { plugin, app, later: [] }).steps.map((one) => one.history)).toEqual([
    'app',
    'plugin',
  ])
})

test('a step that fails says of which history it is, and what was done before', () => {
  const db = files.open()
  const failing = history('zz', step('CREATE TABLE z (', 'DROP TABLE z', 'core:001'))
  const error = errorOf(() => migrate(db, { core, zz: failing }))
  expect(error).toMatchObject({
    code: 'MIGRATION_FAILED',
    facts: { history: 'zz', before: { histories: { core: { from: 0, to: 3 } } } },
  })
  expect(migrate(db, { core }).steps).toEqual([])
})

test('a backup is made once, before the first step of all', () => {
  const db = files.open()
  migrate(db, { core })
  let made = 0
  const backup = (host: { when: string }) => {
    if (host.when === 'before-step') made += 1
    return (function* () {
      yield* []
      return true
    })()
  }
  migrate(db, all, { backup: backup as never })
  expect(made).toBeGreaterThan(0)
  expect(made).toBeLessThanOrEqual(notes.length)
})
