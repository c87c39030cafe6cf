// Migrations that need versions of other histories: applied in any order or refused, and kept from losing what they need.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3, dependencies, migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Problem, Registry } from '../../../src/drivers/better-sqlite3.js'
import type { Needing } from '../../../src/errors/needs.js'
import { MigrationManager } from '../../../src/manager.js'
import { registryWith, SCHEMA } from '../../adopt/databases-of-tools.js'
import { databases, tablesOf } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'

const files = databases()
const table = (name: string, stated: Partial<Draft<Handle>> = {}): Draft<Handle> => ({
  up: `CREATE TABLE ${name} (id INTEGER PRIMARY KEY)`,
  down: `DROP TABLE ${name}`,
  ...stated,
})
const needing = (...needs: string[]): Partial<Draft<Handle>> => ({ needs, dependencies })

const core = registryOf(table('users', { history: 'core' }), table('teams'), table('rights'))
const plugin = registryOf(
  table('notes', { history: 'plugin', ...needing('core:001') }),
  table('shares', needing('core:002')),
)
const managerOf = (db: Database.Database, registry: Registry) =>
  new MigrationManager(betterSqlite3(db), registry, { digests: {} })
const needsIn = (db: Database.Database): unknown =>
  db.prepare('SELECT version, needs FROM _migrations_plugin ORDER BY version').raw().all()

test('what is needed stands in the row, and a ledger without such rows has no column for it', () => {
  const db = files.open()
  migrate(db, core)
  migrate(db, plugin)
  expect(needsIn(db)).toEqual([
    ['001', 'core:001'],
    ['002', 'core:002'],
  ])
  expect(db.pragma('table_info(_migrations_core)')).not.toContainEqual(
    expect.objectContaining({ name: 'needs' }),
  )
})

test('the column is added to a ledger that is there', () => {
  const db = files.open()
  const before = registryOf(table('notes', { history: 'plugin' }))
  migrate(db, before)
  migrate(db, core)
  migrate(db, registryOf(table('notes', { history: 'plugin' }), table('s', needing('core:003'))))
  expect(needsIn(db)).toEqual([
    ['001', null],
    ['002', 'core:003'],
  ])
})

describe('what is missing', () => {
  test.each([
    ['no such history', () => {}, 'core:001'],
    [
      'an earlier version',
      (db: Database.Database) => void migrate(db, core, { to: 1 }),
      'core:002',
    ],
  ])('%s: nothing of the run is done', (_, before, missing) => {
    const db = files.open()
    before(db)
    expect(errorOf(() => migrate(db, plugin))).toMatchObject({ code: 'NEEDS_UNMET' })
    expect(errorOf(() => migrate(db, plugin)).message).toContain(missing)
    expect(tablesOf(db)).not.toContain('notes')
    expect(
      db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_migrations_plugin'").all(),
    ).toEqual([])
    migrate(db, core)
    expect(migrate(db, plugin).steps).toHaveLength(2)
  })
  test('is told by a plan, and as a problem of the status', () => {
    const db = files.open()
    migrate(db, core, { to: 1 })
    const manager = managerOf(db, plugin)
    expect(errorOf(() => manager.plan())).toMatchObject({
      code: 'NEEDS_UNMET',
      facts: { version: 2, missing: ['core:002'] },
    })
    expect(manager.plan({ to: 1 }).steps).toHaveLength(1)
    migrate(db, plugin, { to: 1 })
    const told = { code: 'NEEDS_UNMET', severity: 'error', facts: { missing: ['core:002'] } }
    expect(manager.status()).toMatchObject({ state: 'pending', problems: [told] })
    migrate(db, core)
    expect(manager.plan().steps).toHaveLength(1)
    expect(manager.status().problems).toEqual([])
  })
  test('is told at once of all that are pending, and are to be run', () => {
    const run = (to: number) =>
      errorOf(() => migrate(files.open(), plugin, { to })).facts['missing']
    expect([run(1), run(2)]).toEqual([['core:001'], ['core:001', 'core:002']])
    const error = errorOf(() => managerOf(files.open(), plugin).plan())
    expect(error).toMatchObject({ facts: { version: 1, missing: ['core:001', 'core:002'] } })
    const again = registryOf(
      table('notes', { history: 'plugin', ...needing('core:002') }),
      table('shares', needing('core:001')),
    )
    expect(errorOf(() => managerOf(files.open(), again).plan()).facts['missing']).toEqual([
      'core:002',
    ])
  })
  test.each(['by force', 'while it is undone by hand'])(
    'is told of versions that were applied %s',
    (way) => {
      const db = files.open()
      if (way === 'by force') migrate(db, registryOf(table('other', { history: 'other' })))
      if (way === 'by force')
        managerOf(db, plugin).mark(1, { as: 'applied', force: true, reason: 'x' })
      else {
        migrate(db, core)
        migrate(db, plugin, { to: 1 })
        db.exec('DELETE FROM _migrations_core')
      }
      for (const registry of [plugin, plugin.slice(0, 1), []]) {
        const manager = new MigrationManager(betterSqlite3(db), registry, {
          table: '_migrations_plugin',
        })
        const told = {
          code: 'NEEDS_UNMET',
          message:
            'Migration 001 (step_1) is applied, and needs core:001, which is not applied in this database.',
        }
        expect(manager.status().problems).toContainEqual(
          expect.objectContaining({ ...told, severity: 'warning' }),
        )
        expect(manager.verify().problems).toContainEqual(
          expect.objectContaining({ ...told, severity: 'error' }),
        )
      }
    },
  )
  test.each(['NULL', "'core:0x9, bogus'", "'core:001, core:009'"])(
    'is told of rows that somebody has made say %s',
    (said) => {
      const db = files.open()
      migrate(db, core)
      migrate(db, plugin, { to: 1 })
      db.exec(`UPDATE _migrations_plugin SET needs = ${said}`)
      const manager = managerOf(db, plugin.slice(0, 1))
      const codes = (problems: readonly Problem[]): string[] =>
        problems.filter(({ code }) => code.startsWith('NEEDS_')).map(({ code }) => code)
      expect(codes(manager.status().problems)).toEqual(['NEEDS_UNRECORDED'])
      expect(codes(manager.verify().problems)).toEqual(['NEEDS_UNRECORDED'])
      db.exec('DELETE FROM _migrations_core')
      expect(codes(manager.status().problems)).toEqual(['NEEDS_UNMET', 'NEEDS_UNRECORDED'])
      expect(manager.repair().rows.map(({ values }) => values)).toEqual([
        [expect.objectContaining({ field: 'needs', after: 'core:001' })],
      ])
      expect(codes(manager.status().problems)).toEqual(['NEEDS_UNMET'])
    },
  )
  test.each([
    ['"_migrations":001', '001 of the history without a name, which'],
    ['"mine":001', '001 of the ledger mine, which'],
  ])('%s is told in words', (need, said) => {
    const needy = registryOf(table('n', { history: 'plugin', ...needing(need) }))
    expect(errorOf(() => migrate(files.open(), needy)).message).toContain(`needs ${said}`)
  })
  test('a step that was started and did not end', () => {
    const db = files.open()
    const failing = registryOf({
      history: 'core',
      transaction: false,
      up() {
        throw new Error('no')
      },
    })
    errorOf(() => migrate(db, failing))
    expect(errorOf(() => migrate(db, plugin)).code).toBe('NEEDS_UNMET')
  })
  test('a table of that name which is no ledger', () => {
    const db = files.open()
    db.exec('CREATE TABLE _migrations_core (version TEXT)')
    const options = { onUnmanaged: 'allow' } as const
    expect(errorOf(() => migrate(db, plugin, options)).code).toBe('NEEDS_UNMET')
  })
  test('is looked for again under the lock', () => {
    const db = files.open()
    migrate(db, core)
    const first = table('a', {
      history: 'plugin',
      up: (handle) => handle.exec("DELETE FROM _migrations_core WHERE version = '003'"),
    })
    const error = errorOf(() => migrate(db, registryOf(first, table('b', needing('core:003')))))
    expect(error).toMatchObject({ code: 'NEEDS_UNMET', report: { to: 1 } })
  })
})

describe('what is needed is not undone', () => {
  const ready = (): Database.Database => {
    const db = files.open()
    migrate(db, core)
    migrate(db, plugin)
    return db
  }
  test('by a history whose code is here or gone, and the whole is refused', () => {
    const db = ready()
    expect(managerOf(db, core).rollback()).toMatchObject({ to: 2 })
    for (const act of ['rollback', 'planRollback'] as const) {
      const error = errorOf(() => managerOf(db, core)[act]({ to: 0 }))
      expect(error).toMatchObject({ code: 'NEEDED_ELSEWHERE', facts: { version: 2 } })
      expect(error.message).toContain('_migrations_plugin')
    }
    expect(managerOf(db, core).currentVersion()).toBe(2)
  })
  test('nor forgotten, nor is what it stands on undone once it was taken out of the ledger', () => {
    const db = ready()
    const manager = managerOf(db, core)
    manager.rollback()
    expect(errorOf(() => manager.mark(2, { as: 'pending' })).code).toBe('NEEDED_ELSEWHERE')
    db.exec("DELETE FROM _migrations_core WHERE version = '002'")
    const error = errorOf(() => managerOf(db, core).rollback())
    expect(error).toMatchObject({ code: 'NEEDED_ELSEWHERE', facts: { version: 1 } })
  })
  test('until the other one is undone', () => {
    const db = ready()
    managerOf(db, plugin).rollback()
    expect(managerOf(db, core).rollback({ to: 1 })).toMatchObject({ to: 1 })
    managerOf(db, plugin).rollback()
    expect(managerOf(db, core).rollback()).toMatchObject({ to: 0 })
    expect(tablesOf(db)).toEqual([])
  })
  test('by a step outside a transaction that did not end', () => {
    const db = files.open()
    migrate(db, core)
    const failing = registryOf({
      history: 'plugin',
      transaction: false,
      ...needing('core:003'),
      up() {
        throw new Error('no')
      },
    })
    errorOf(() => migrate(db, failing))
    expect(errorOf(() => managerOf(db, core).rollback())).toMatchObject({
      code: 'NEEDED_ELSEWHERE',
      message: expect.stringContaining('which was started but did not finish, needs 003') as string,
      fix: expect.stringMatching(/^Finish what was started, .* First undo what needs it/) as string,
    })
  })
  test('where only a registry says it that was handed over, and not of what it does not have so', () => {
    const db = ready()
    db.exec('UPDATE _migrations_plugin SET needs = NULL')
    const managed = (beside: readonly (readonly unknown[])[]) =>
      new MigrationManager(betterSqlite3(db), core, { beside: beside as never })
    managed([]).rollback()
    for (const act of [
      () => managed([core, plugin]).rollback(),
      () => managed([plugin]).planRollback(),
      () => managed([plugin]).mark(2, { as: 'pending' }),
    ])
      expect(errorOf(act)).toMatchObject({ code: 'NEEDED_ELSEWHERE' })
    expect(errorOf(() => managed([{} as never])).code).toBe('OPTION_INVALID')
    const other = plugin.map((entry) => ({ ...entry, checksum: '1:other' }))
    expect(managed([other]).rollback()).toMatchObject({ to: 1 })
  })
  test('named with what needs that in turn, or what stands on it', () => {
    const db = ready()
    const b = registryOf(table('x', { history: 'b' }), table('y', needing('plugin:001')))
    const a = registryOf(table('z', { history: 'a', ...needing('b:002') }))
    const c = registryOf(table('free', { history: 'c', ...needing('core:001') }))
    for (const one of [b, a, c]) migrate(db, one)
    const needed = (to: number) => errorOf(() => managerOf(db, core).rollback({ to }))
    const direct = { ledger: '_migrations_plugin', by: '002', id: '002' }
    expect(needed(1).facts).toMatchObject({ needing: [direct] })
    const { message, facts } = needed(0)
    expect(message).toContain('002 (step_2) of the ledger _migrations_b needs plugin:001')
    const { needing: all } = facts as { readonly needing: readonly Needing[] }
    const ledgers = [...new Set(all.toReversed().map(({ ledger }) => ledger))]
    expect(ledgers.filter((name) => name !== '_migrations_c')).toEqual(
      ['a', 'b', 'plugin'].map((name) => `_migrations_${name}`),
    )
    for (const one of [a, b, plugin, c]) managerOf(db, one).rollback({ to: 0 })
    expect(managerOf(db, core).rollback({ to: 0 })).toMatchObject({ to: 0 })
  })
  test('of a history whose ledger is not of its name', () => {
    const db = files.open()
    const app = registryOf(table('users'))
    migrate(db, app)
    migrate(db, registryOf(table('n', { history: 'plugin', ...needing('"_migrations":001') })))
    expect(errorOf(() => managerOf(db, app).rollback()).code).toBe('NEEDED_ELSEWHERE')
  })
})

test('a history is adopted only where what it needs is applied, unless that is forced', () => {
  const db = files.open()
  db.exec(`${SCHEMA} PRAGMA user_version = 3`)
  const all = registryWith().map((entry) => ({ ...entry, needs: ['core:001'], dependencies }))
  const adopt = (options: object) => managerOf(db, all).adopt({ from: 'user_version', ...options })
  const error = errorOf(() => adopt({}))
  expect(error.code).toBe('NEEDS_UNMET')
  expect(error.fix).toContain('--force')
  expect(adopt({ force: true, reason: 'core is gone' })).toMatchObject({ version: 3 })
})

test('a row that is marked as applied, and one that is repaired, say what is needed', () => {
  const db = files.open()
  migrate(db, registryOf(table('other', { history: 'other' })))
  const error = errorOf(() => managerOf(db, plugin).mark(1, { as: 'applied' }))
  expect(error.code).toBe('NEEDS_UNMET')
  expect(error.fix).toContain('--force')
  migrate(db, core)
  managerOf(db, plugin).mark(1, { as: 'applied' })
  expect(needsIn(db)).toEqual([['001', 'core:001']])
  const more = registryOf(
    table('notes', { history: 'plugin', checksum: '1:more', needs: ['core:001', 'other:009'] }),
  )
  const refused = errorOf(() => managerOf(db, more).repair())
  expect(refused).toMatchObject({ code: 'NEEDS_UNMET', facts: { missing: ['other:009'] } })
  const edited = registryOf(table('notes', { history: 'plugin', checksum: '1:other' }))
  managerOf(db, edited).repair({ reason: 'it needs less' })
  expect(needsIn(db)).toEqual([['001', null]])
  expect(managerOf(db, core).rollback({ to: 0 })).toMatchObject({ to: 0 })
})
