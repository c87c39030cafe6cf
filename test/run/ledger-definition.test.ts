// Steps that change what the ledger is: what it is read by, and what later rows have to pass.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'
import { testSome } from '../support/some-of.js'

const files = databases()
describe('a step that takes from the ledger what it is read by', () => {
  const ALL =
    'version name description checksum down_checksum lineage applied_at duration_ms started_by heartbeat_at'
  const COPIED =
    'CREATE TABLE n AS SELECT * FROM _migrations; DROP TABLE _migrations; ALTER TABLE n RENAME TO _migrations'
  const TAKING = [
    ...ALL.split(' ')
      .slice(1)
      .map((name) => `ALTER TABLE _migrations DROP COLUMN ${name}`),
    ...ALL.split(' ').map((name) => `ALTER TABLE _migrations RENAME COLUMN ${name} TO x_${name}`),
    'ALTER TABLE _migrations RENAME COLUMN heartbeat_at TO Heartbeat_At',
    'ALTER TABLE "_MIGRATIONS" DROP COLUMN heartbeat_at',
    COPIED,
    `ALTER TABLE _migrations RENAME TO kept; CREATE VIEW _migrations AS SELECT * FROM kept;
      CREATE TRIGGER i INSTEAD OF INSERT ON _migrations BEGIN INSERT INTO kept (version, name, checksum, down_checksum, lineage) VALUES (NEW.version, NEW.name, NEW.checksum, NEW.down_checksum, NEW.lineage); END`,
  ]
  testSome(TAKING)('is found in its own run: %s', (sql) => {
    for (const up of [sql, (db: Handle) => void db.exec(sql)]) {
      const db = files.open() as Handle
      const registry = registryOf<Handle>(...tables(1), { up })
      const error = errorOf(() => migrate(db, registry))
      expect(error.code).toBe('LEDGER_LOST')
      expect(error.message).toContain('The step was rolled back.')
      expect(managerOf(db, registry).status().version).toBe(1)
    }
  })
  test('is found on the way down, in the first step, and in one transaction with others', () => {
    const taking = 'ALTER TABLE _migrations DROP COLUMN heartbeat_at'
    const first = registryOf({ up: taking }, ...tables(2).slice(1))
    for (const options of [{}, { transaction: 'all' }] as const) {
      const db = files.open() as Handle
      expect(errorOf(() => migrate(db, first, options)).code).toBe('LEDGER_LOST')
    }
    const db = files.open() as Handle
    const registry = registryOf<Handle>(...tables(1), { up: 'SELECT 1', down: taking })
    migrate(db, registry)
    expect(errorOf(() => managerOf(db, registry).rollback()).code).toBe('LEDGER_LOST')
    expect(managerOf(db, registry).status().version).toBe(2)
  })
  test('is told outside a transaction', () => {
    const up = 'ALTER TABLE _migrations DROP COLUMN heartbeat_at'
    const error = errorOf(() =>
      migrate(files.open(), registryOf(...tables(1), { up, transaction: false })),
    )
    expect(error.code).toBe('LEDGER_LOST')
    expect(error.message).toContain('what it did is still there')
  })
})

describe('a step that adds to the ledger what later rows must pass', () => {
  /** The ledger built anew with this among its columns. */
  const rebuilt = (db: Handle, more: string): string => {
    const { sql } = db
      .prepare<[], { sql: string }>("SELECT sql FROM sqlite_master WHERE name = '_migrations'")
      .get()!
    const made = sql.replace('_migrations', 'n').replace(/\)$/, `, ${more})`)
    return `${made}; INSERT INTO n SELECT * FROM _migrations; DROP TABLE _migrations; ALTER TABLE n RENAME TO _migrations`
  }
  const ADDING: ((db: Handle) => string)[] = [
    (db) => rebuilt(db, "CHECK (version < '003')"),
    (db) => rebuilt(db, 'UNIQUE (duration_ms)'),
    () => 'CREATE UNIQUE INDEX i ON _migrations (substr(version, 1, 1))',
    () => 'CREATE UNIQUE INDEX i ON "_MIGRATIONS" (applied_at)',
    () => "CREATE INDEX i ON _migrations (json(iif(version < '003', '{}', name)))",
    () => "CREATE INDEX i ON _migrations (name) WHERE json(iif(version < '003', '{}', name)) > ''",
    () => "ALTER TABLE _migrations ADD COLUMN a CHECK (version < '003')",
    () => "ALTER TABLE _migrations ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    () =>
      "CREATE TRIGGER no BEFORE INSERT ON _migrations WHEN NEW.version = '003' BEGIN SELECT RAISE(ABORT, 'no'); END",
  ]
  test.each(ADDING.map((adding) => [/['"](.+)['"]/.exec(String(adding))?.[1], adding] as const))(
    'is refused itself, not the next one: %s',
    (_, adding) => {
      for (const options of [{}, { transaction: 'all' }] as const) {
        const up = (db: Handle): void => void db.exec(adding(db))
        const registry = registryOf<Handle>(...tables(1), { up }, ...tables(3).slice(2))
        const error = errorOf(() => migrate(files.open(), registry, options))
        expect(error).toMatchObject({ code: 'LEDGER_LOST', facts: { version: 2 } })
        expect(error.message).toContain('it changed the ledger')
      }
    },
  )
  const BY_HAND = [
    "ALTER TABLE _migrations ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    'CREATE INDEX by_time ON _migrations (applied_at)',
    'CREATE TABLE audit (version); CREATE TRIGGER a AFTER INSERT ON _migrations BEGIN INSERT INTO audit VALUES (NEW.version); END',
  ]
  test.each(BY_HAND)('a person may add what does no harm: %s', (sql) => {
    const db = files.open() as Handle
    migrate(db, registryOf(...tables(1)))
    db.exec(sql)
    const registry = registryOf(...tables(2), { up: 'SELECT * FROM _migrations' })
    expect(migrate(db, registry).steps).toHaveLength(2)
    expect(managerOf(db, registry).status().state).toBe('current')
  })
  test.each([
    'ALTER TABLE audit RENAME TO seen',
    'ALTER TABLE audit RENAME COLUMN version TO v',
    'ALTER TABLE _migrations ADD COLUMN a; ALTER TABLE _migrations RENAME COLUMN a TO b; ALTER TABLE _migrations DROP COLUMN b',
    'VACUUM',
  ])('what leaves it as it was does no harm: %s', (up) => {
    const db = files.open() as Handle
    migrate(db, registryOf(...tables(1)))
    db.exec(BY_HAND[2]!)
    const alone = up === 'VACUUM' ? ({ transaction: false } as const) : {}
    expect(migrate(db, registryOf(...tables(1), { up, ...alone })).steps).toHaveLength(1)
  })
  test('repair, mark and stamping anew are no steps', () => {
    const db = files.open() as Handle
    const older = tables(2).map((one, at) => ({ ...one, checksum: `0:${at}`, lineage: `0:${at}` }))
    migrate(db, registryOf(...older))
    const looking = { up: 'SELECT * FROM _migrations' }
    expect(migrate(db, registryOf(...tables(2), looking)).steps).toHaveLength(1)
    const edited = registryOf({ up: 'CREATE TABLE other (x)' }, ...tables(2).slice(1), looking)
    managerOf(db, edited).repair()
    managerOf(db, edited).mark(3, { as: 'pending' })
    expect(migrate(db, edited).steps).toHaveLength(1)
  })
})
