// What the ledger holds, and what stands in its place.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const registry = registryOf(...tables(2))
const managerOf = (db: Database.Database, options = {}) =>
  new MigrationManager(betterSqlite3(db), registry, options)

describe.each(['wal', 'delete'])('with journal_mode %s', (mode) => {
  test('one row a migration, with the columns that a person looks for', () => {
    const db = files.open()
    db.pragma(`journal_mode = ${mode}`)
    migrate(db, registryOf({ up: 'CREATE TABLE a (x)', description: 'The first' }))
    expect(db.prepare('SELECT version, name, description FROM _migrations').all()).toEqual([
      { version: '001', name: 'step_1', description: 'The first' },
    ])
    const { age } = db
      .prepare<[], { age: number }>(
        "SELECT abs(julianday('now') - julianday(applied_at)) AS age FROM _migrations",
      )
      .get()!
    expect(age).toBeLessThan(1 / 24 / 60)
  })
  test('the lineage and checksums of the registry, in columns of the stated types', () => {
    const db = files.open()
    db.pragma(`journal_mode = ${mode}`)
    migrate(db, registry)
    const columns = db.pragma('table_info(_migrations)') as Record<string, unknown>[]
    expect(
      columns.map(({ name, type, notnull, pk }) => `${name} ${type} ${notnull} ${pk}`),
    ).toEqual([
      'version TEXT 1 1',
      'name TEXT 1 0',
      'description TEXT 0 0',
      'checksum TEXT 0 0',
      'down_checksum TEXT 0 0',
      'lineage TEXT 0 0',
      'applied_at TIMESTAMP 0 0',
      'duration_ms INTEGER 0 0',
      'started_by TEXT 0 0',
      'heartbeat_at TIMESTAMP 0 0',
    ])
    expect(db.prepare('SELECT checksum, down_checksum, lineage FROM _migrations').all()).toEqual(
      registry.map(({ checksum, downChecksum, lineage }) => {
        return { checksum, down_checksum: downChecksum, lineage }
      }),
    )
  })
})

test('a rollback removes the row and is kept in the log', () => {
  const db = files.open()
  const manager = managerOf(db)
  manager.migrate()
  manager.rollback()
  expect(ledgerIds(db)).toEqual(['001'])
  const history = manager.history()
  expect(history).toMatchObject([
    { action: 'apply', version: 1, id: '001', name: 'step_1', detail: null },
    { action: 'apply', version: 2, id: '002', name: 'step_2', detail: null },
    { action: 'rollback', version: 2, id: '002', name: 'step_2', detail: null },
  ])
  for (const { at } of history) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
})

describe('the history', () => {
  const told = (manager: ReturnType<typeof managerOf>): string[] =>
    manager.history().map(({ action, id }) => `${action} ${id}`)

  test('keeps when what was undone had been applied, and how long it took', () => {
    const db = files.open()
    const manager = managerOf(db)
    manager.migrate()
    db.exec("UPDATE _migrations SET applied_at = '2024-05-06 07:08:09', duration_ms = 42")
    manager.rollback()
    expect(manager.history().slice(0, 2)).toMatchObject([
      { action: 'apply', version: 1, at: '2024-05-06T07:08:09Z', durationMs: 42 },
      { action: 'apply', version: 2, at: '2024-05-06T07:08:09Z', durationMs: 42, detail: null },
    ])
  })
  test('is in order even within one second', () => {
    const manager = managerOf(files.open())
    manager.migrate()
    manager.rollback({ to: 0 })
    manager.migrate({ to: 1 })
    expect(told(manager)).toEqual(
      'apply 001, apply 002, rollback 002, rollback 001, apply 001'.split(', '),
    )
  })
  test('keeps what was marked as pending', () => {
    const manager = managerOf(files.open())
    manager.migrate()
    manager.mark(2, { as: 'pending' })
    expect(told(manager)).toEqual(['apply 001', 'apply 002', 'mark 002'])
  })
  test('goes on in a log that was made without the duration', () => {
    const db = files.open()
    const manager = managerOf(db)
    manager.migrate()
    db.exec(`CREATE TABLE _migrations_log (id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL, version TEXT, name TEXT, detail TEXT);
      INSERT INTO _migrations_log (at, action, version, name) VALUES ('2024-01-01 00:00:00', 'rollback', '002', 'step_2')`)
    expect(manager.history()[0]).toMatchObject({ action: 'rollback', durationMs: null })
    manager.rollback()
    expect(told(manager)).toEqual(['rollback 002', 'apply 001', 'apply 002', 'rollback 002'])
  })
  test('does not call applied what was started and never ended', () => {
    const db = files.open()
    const manager = managerOf(db)
    manager.migrate()
    db.exec(
      "UPDATE _migrations SET started_by = 'x', lineage = NULL, duration_ms = NULL, down_checksum = NULL WHERE version = '002'",
    )
    manager.mark(2, { as: 'pending' })
    expect(told(manager)).toEqual(['apply 001', 'begin 002', 'mark 002'])
  })
})

test('what was rolled back can be applied again', () => {
  const db = files.open()
  const manager = managerOf(db)
  manager.migrate()
  manager.rollback({ to: 0 })
  expect(manager.status()).toMatchObject({ state: 'pending', version: 0 })
  expect(manager.migrate().steps).toHaveLength(2)
})

describe("a table of another tool in the ledger's place", () => {
  const taken = (): Database.Database => {
    const db = files.open()
    db.exec(`CREATE TABLE _migrations (version TEXT PRIMARY KEY, name TEXT NOT NULL, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO _migrations VALUES ('001', 'initial_schema', '2024-01-01 00:00:00')`)
    return db
  }
  test('is recognised and never written to', () => {
    const db = taken()
    const before = db.serialize()
    const error = errorOf(() => migrate(db, registry))
    expect(error).toMatchObject({
      code: 'LEDGER_FOREIGN',
      facts: { columns: ['version', 'name', 'applied_at'] },
    })
    expect(errorOf(() => managerOf(db).rollback()).code).toBe('LEDGER_FOREIGN')
    expect(errorOf(() => migrate(db, registry, { onUnmanaged: 'allow' })).code).toBe(
      'LEDGER_FOREIGN',
    )
    expect(db.serialize().equals(before)).toBe(true)
  })
  test('is unmanaged in the status, with everything pending', () => {
    const status = managerOf(taken()).status()
    expect(status).toMatchObject({ state: 'unmanaged', version: 0, applied: [] })
    expect(status.pending).toHaveLength(2)
    expect(status.problems.map(({ code }) => code)).toEqual(['LEDGER_FOREIGN'])
  })
  test('stands beside a ledger of another name', () => {
    const db = taken()
    migrate(db, registry, { table: 'lockstep_history', onUnmanaged: 'allow' })
    expect(db.prepare('SELECT count(*) AS n FROM _migrations').get()).toEqual({ n: 1 })
    expect(db.prepare('SELECT count(*) AS n FROM lockstep_history').get()).toEqual({ n: 2 })
  })
})

describe('a database with tables but no ledger', () => {
  test('is refused, untouched', () => {
    const db = files.open()
    db.exec('CREATE TABLE mine (x)')
    const before = db.serialize()
    expect(errorOf(() => migrate(db, registry)).code).toBe('DATABASE_UNMANAGED')
    expect(managerOf(db).status().state).toBe('unmanaged')
    expect(db.serialize().equals(before)).toBe(true)
  })
  test('is migrated where that is allowed', () => {
    const db = files.open()
    db.exec('CREATE TABLE mine (x)')
    migrate(db, registry, { onUnmanaged: 'allow' })
    expect(tablesOf(db)).toEqual(['mine', 't1', 't2'])
  })
  test.each(['CREATE VIEW v AS SELECT 1', 'CREATE VIRTUAL TABLE f USING fts5(x)'])(
    'also: %s',
    (sql) => {
      const db = files.open()
      db.exec(sql)
      expect(errorOf(() => migrate(db, registry)).code).toBe('DATABASE_UNMANAGED')
    },
  )
  test('what SQLite itself keeps does not count', () => {
    const db = files.open()
    db.exec('CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE a; ANALYZE')
    expect(managerOf(db).status().state).toBe('empty')
    expect(migrate(db, registry).steps).toHaveLength(2)
  })
})

describe('a ledger that was emptied', () => {
  test.each(['DELETE FROM _migrations', 'DELETE FROM _migrations; DELETE FROM _migrations_log'])(
    'is one of nobody where there are tables: %s',
    (sql) => {
      const db = files.open()
      const manager = managerOf(db)
      manager.migrate()
      manager.rollback()
      manager.migrate()
      db.exec(sql)
      expect(errorOf(() => manager.migrate())).toMatchObject({ code: 'DATABASE_UNMANAGED' })
      expect(manager.status().state).toBe('unmanaged')
      expect(manager.verify().ok).toBe(false)
      db.exec('DROP TABLE t1; DROP TABLE t2')
      expect(manager.status().state).toBe('pending')
      expect(manager.migrate().steps).toHaveLength(2)
    },
  )
  test('is passed over where that is allowed', () => {
    const db = files.open()
    migrate(db, registry)
    db.exec('DELETE FROM _migrations; DROP TABLE t1; ALTER TABLE t2 RENAME TO mine')
    expect(managerOf(db, { onUnmanaged: 'allow' }).migrate().steps).toHaveLength(2)
  })
  test('is innocent where all was rolled back, or the first was marked as pending, beside tables of others', () => {
    const db = files.open()
    const manager = managerOf(db)
    manager.migrate()
    db.exec('CREATE TABLE sessions (x)')
    manager.rollback({ to: 0 })
    expect(manager.status().state).toBe('pending')
    manager.migrate({ to: 1 })
    db.exec('DROP TABLE t1')
    manager.mark(1, { as: 'pending', reason: 'gone' })
    expect(manager.migrate().steps).toHaveLength(2)
  })
})

describe('a database newer than the code', () => {
  const newer = (): Database.Database => {
    const db = files.open()
    migrate(db, registryOf(...tables(3)))
    return db
  }
  test('is refused', () => {
    const error = errorOf(() => migrate(newer(), registry))
    expect(error).toMatchObject({ code: 'DATABASE_AHEAD', facts: { versions: [3], latest: 2 } })
  })
  test('is left alone where that is allowed', () => {
    const db = newer()
    expect(migrate(db, registry, { onAhead: 'allow' })).toMatchObject({ from: 3, to: 3, steps: [] })
    expect(managerOf(db, { onAhead: 'allow' }).status().state).toBe('ahead')
  })
})

describe('a ledger that somebody else has changed', () => {
  test.each(['1', '0', '000', '01', 'one', '1.0', '-01', '0001', ' 001', '99999999999999999999'])(
    'the version %j is none',
    (version) => {
      const db = files.open()
      migrate(db, registry)
      db.prepare("INSERT INTO _migrations (version, name) VALUES (?, 'by hand')").run(version)
      expect(errorOf(() => managerOf(db).status())).toMatchObject({
        code: 'LEDGER_DAMAGED',
        facts: { value: version },
      })
      expect(errorOf(() => migrate(db, registry)).code).toBe('LEDGER_DAMAGED')
    },
  )
  test('a table of another tool with one column like ours is not ours', () => {
    const db = files.open()
    db.exec('CREATE TABLE _migrations (id, name, started_by, batch)')
    expect(errorOf(() => migrate(db, registry)).code).toBe('LEDGER_FOREIGN')
  })
  test.each([
    ['lineage', ['lineage']],
    ['duration_ms', ['duration_ms']],
    ['checksum', ['checksum']],
  ])('the column %s is missed, and nothing is written', (column, missing) => {
    const db = files.open()
    migrate(db, registry)
    db.exec(`ALTER TABLE _migrations DROP COLUMN ${column}`)
    const more = registryOf(...tables(3))
    for (const ask of [() => migrate(db, more), () => managerOf(db).status()])
      expect(errorOf(ask)).toMatchObject({ code: 'LEDGER_INCOMPLETE', facts: { missing } })
    expect(tablesOf(db)).toEqual(['t1', 't2'])
  })
  test('an edited migration below the head is found when there is something to do', () => {
    const db = files.open()
    migrate(db, registry)
    const edited = registryOf({ up: 'CREATE TABLE other (x)' }, ...tables(3).slice(1))
    expect(errorOf(() => migrate(db, edited)).code).toBe('HISTORY_EDITED')
    expect(tablesOf(db)).toEqual(['t1', 't2'])
  })
  test('a deleted row is found, though the head is right', () => {
    const db = files.open()
    migrate(db, registry)
    db.exec("DELETE FROM _migrations WHERE version = '001'")
    expect(errorOf(() => migrate(db, registry)).code).toBe('HISTORY_GAP')
  })
})

test('digests of an older algorithm are replaced, and nothing is run', () => {
  const db = files.open()
  const older = registryOf(
    ...tables(2).map((one, at) => ({ ...one, checksum: `0:${at}`, lineage: `0:${at}` })),
  )
  migrate(db, older)
  expect(migrate(db, registry)).toMatchObject({ from: 2, to: 2, steps: [] })
  expect(db.prepare('SELECT lineage FROM _migrations').pluck().all()).toEqual(
    registry.map(({ lineage }) => lineage),
  )
})

describe('digests of a newer algorithm', () => {
  const newer = (count: number): Database.Database => {
    const db = files.open()
    const drafts = tables(count).map((one, at) => ({
      ...one,
      checksum: `2:${at}`,
      lineage: `2:${at}`,
    }))
    migrate(db, registryOf(...drafts))
    return db
  }
  test('are named once, and no matter while there is nothing to do', () => {
    const db = newer(2)
    const events: string[] = []
    const onEvent = (event: MigrationEvent): void =>
      void (event.type === 'warning' && events.push(event.problem.code))
    expect(migrate(db, registry, { onEvent }).steps).toEqual([])
    expect(events).toEqual(['HISTORY_UNREADABLE'])
    expect(managerOf(db).status()).toMatchObject({
      state: 'current',
      problems: [{ code: 'HISTORY_UNREADABLE', severity: 'warning', facts: { version: 1 } }],
    })
    expect(db.prepare('SELECT lineage FROM _migrations').pluck().all()).toEqual(['2:0', '2:1'])
  })
  test('let nothing be applied or undone on top of what cannot be read', () => {
    const db = newer(1)
    for (const act of [() => managerOf(db).migrate(), () => managerOf(newer(2)).rollback()])
      expect(errorOf(act).code).toBe('HISTORY_UNREADABLE')
    expect(errorOf(() => managerOf(db).plan()).code).toBe('HISTORY_UNREADABLE')
    expect(tablesOf(db)).toEqual(['t1'])
    expect(ledgerIds(db)).toEqual(['001'])
  })
})

describe('the name of the ledger', () => {
  test.each(['history', 'with "quotes"', "it's; DROP TABLE t1", 'größe', 'select', '[a]'])(
    'may be %j',
    (table) => {
      const db = files.open()
      const manager = managerOf(db, { table })
      manager.migrate()
      manager.rollback()
      manager.migrate()
      expect(manager.status()).toMatchObject({ state: 'current', version: 2 })
      expect(manager.history()).toHaveLength(4)
      const names = db
        .prepare('SELECT name FROM sqlite_master WHERE name LIKE ?')
        .pluck()
        .all(`${table}%`)
      expect(names).toEqual(expect.arrayContaining([table, `${table}_log`]))
    },
  )
  test.each(['', 'sqlite_ledger', 'SQLITE_x'])('may not be %j', (table) => {
    expect(errorOf(() => managerOf(files.open(), { table }))).toMatchObject({
      code: 'OPTION_INVALID',
      facts: { option: 'table' },
    })
  })
  test('two ledgers live in one database', () => {
    const db = files.open()
    migrate(db, registry, { table: 'first' })
    const second = registryOf({ up: 'CREATE TABLE other (x)' })
    migrate(db, second, { table: 'second', onUnmanaged: 'allow' })
    expect(migrate(db, registry, { table: 'first' }).steps).toEqual([])
  })
})

test.each([-1, Number.NaN])('lockTimeoutMs may not be %d', (lockTimeoutMs) => {
  expect(errorOf(() => migrate(files.open(), registry, { lockTimeoutMs })).code).toBe(
    'OPTION_INVALID',
  )
})

test('a handle that reads integers as BigInt is no hindrance', () => {
  const db = files.open().defaultSafeIntegers()
  migrate(db, registryOf(...tables(1)))
  expect(migrate(db, registry)).toMatchObject({ from: 1, to: 2 })
  expect(migrate(db, registry).steps).toEqual([])
  expect(JSON.parse(JSON.stringify(managerOf(db).status()))).toMatchObject({ state: 'current' })
})
