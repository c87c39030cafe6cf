// What is handed over of the registry file, so that the schema can be compared.
import type BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Digests, Registry, RegistryEntry } from '../../src/model/registry.js'
import { schemaGate } from '../../src/run/schema-gate.js'
import { databases } from '../support/databases.js'
import { errorOf, readsWell } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'

const files = databases()

const whole: Registry<Database> = withDigests(
  registryOf(
    { up: 'CREATE TABLE a (x)', down: 'DROP TABLE a' },
    { up: 'CREATE TABLE b (x)', down: 'DROP TABLE b' },
  ) as never,
)
const registry = whole.map((entry): RegistryEntry<Database> => {
  const { schemaDigest: _, schemaChanges: __, ...bare } = entry
  return bare
})
const digests: Digests = Object.fromEntries(
  whole.map(({ version, schemaDigest = '', schemaChanges = {} }) => [
    version,
    { schemaDigest, schemaChanges },
  ]),
)

const tablesOf = (db: BetterSqlite3.Database): unknown[] =>
  db.prepare('SELECT name FROM sqlite_master').pluck().all()

/** The codes of what a run warns of, where the second step makes another table. */
function warnings(options: ManagerOptions): string[] {
  const codes: string[] = []
  const other = [registry[0]!, { ...registry[1]!, source: { up: 'CREATE TABLE b (y)' } }]
  migrate(files.open(), other, {
    ...options,
    onEvent: (event) => event.type === 'warning' && codes.push(event.problem.code),
  })
  return codes
}

describe('digests for the gate', () => {
  test.each<[string, ManagerOptions]>([
    ['are handed to the gate', { gates: [schemaGate({ digests })] }],
    ['are handed to the run', { gates: [schemaGate()], digests }],
  ])('%s', (_, options) => {
    expect(warnings(options)).toEqual(['GATE_SCHEMA_DIFFERS'])
    expect(migrate(files.open(), registry, options).steps).toHaveLength(2)
  })
  test('that nobody hands over keep a run from beginning', () => {
    const db = files.open()
    const error = errorOf(() => migrate(db, registry, { gates: [schemaGate()] }))
    expect(error.code).toBe('SCHEMA_DIGESTS_MISSING')
    expect(readsWell(error)).toBeUndefined()
    expect(tablesOf(db)).toEqual([])
  })
  test('are in the registries of an older Lockstep', () => {
    expect(migrate(files.open(), whole, { gates: [schemaGate()] }).steps).toHaveLength(2)
  })
  test('are empty where nothing was replayed', () => {
    expect(warnings({ gates: [schemaGate({ digests: {} })] })).toEqual([])
  })
})

describe('digests for a manager', () => {
  const managed = (options: ManagerOptions, meddle = '') => {
    const db = files.open()
    migrate(db, registry)
    db.exec(meddle)
    return new MigrationManager(betterSqlite3<Database>(db as never), registry, options)
  }
  test('are what verify compares with', () => {
    expect(managed({ digests }).verify()).toMatchObject({ ok: true, comparedWith: 'digests' })
    const found = managed({ digests }, 'DROP TABLE b').verify()
    expect(found.problems.map(({ code }) => code)).toEqual(['SCHEMA_DIFFERS'])
  })
  test('without which verify passes nothing', () => {
    const found = managed({}).verify()
    expect(found).toMatchObject({ ok: false, comparedWith: null })
    expect(found.problems.map(({ code }) => code)).toEqual(['SCHEMA_DIGESTS_MISSING'])
  })
  test('without which adopt recognises nothing', () => {
    const adopting = (options: ManagerOptions) => {
      const db = files.open()
      db.exec('CREATE TABLE a (x)')
      const manager = new MigrationManager(betterSqlite3<Database>(db as never), registry, options)
      return manager.adopt({ from: 'schema' })
    }
    expect(errorOf(() => adopting({})).code).toBe('ADOPT_DIGESTS_MISSING')
    expect(adopting({ digests }).version).toBe(1)
  })
})
