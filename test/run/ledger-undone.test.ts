// A ledger that does not keep what is written to it, and steps that rewrite what it says about others.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { Registry } from '../../src/model/registry.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables, type Draft } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
/** Taken before anybody looks on. */
const { exec: unseen } = Database.prototype as unknown as Handle

const IGNORED = 'CREATE TRIGGER undo BEFORE INSERT ON _migrations BEGIN SELECT RAISE(IGNORE); END'
const DELETED =
  'CREATE TRIGGER undo AFTER INSERT ON _migrations BEGIN DELETE FROM _migrations WHERE version = NEW.version; END'
const KEPT_ONE =
  'CREATE TRIGGER undo AFTER INSERT ON _migrations BEGIN DELETE FROM _migrations WHERE version < NEW.version; END'
const BLANKED =
  'CREATE TRIGGER undo AFTER INSERT ON _migrations BEGIN UPDATE _migrations SET lineage = NULL; END'
const TEMPORARY = DELETED.replace('CREATE', 'CREATE TEMP').replace('INSERT ON', 'INSERT ON main.')
const VIEW = `ALTER TABLE _migrations RENAME TO kept; CREATE VIEW _migrations AS SELECT * FROM kept;
  CREATE TRIGGER undo INSTEAD OF INSERT ON _migrations BEGIN SELECT 1; END`
const UNDOING = [IGNORED, DELETED, KEPT_ONE, BLANKED, TEMPORARY, VIEW]

describe.each(UNDOING)('where this stands in the ledger: %s', (undoing) => {
  const spoilt = (registry: Registry<Handle>) => {
    const db = files.open()
    managerOf(db, registry).migrate({ to: 1 })
    db.exec(undoing)
    return db
  }
  const inside: [string, Draft<Handle>][] = [
    ['SQL', { up: 'CREATE TABLE a (x)' }],
    ['code', { up: (db) => void db.exec('CREATE TABLE a (x)') }],
  ]
  // Without its mark it is not even begun.
  const alone: [string, Draft<Handle>] = [
    'a step outside a transaction',
    { up: 'CREATE TABLE a (x)', transaction: false },
  ]
  test.each([...inside, alone])('%s does not commit without its row', (_, draft) => {
    const registry = registryOf<Handle>({ up: 'SELECT 1' }, draft)
    const db = spoilt(registry)
    const error = errorOf(() => managerOf(db, registry).migrate())
    // A view refuses the mark by itself.
    expect(['LEDGER_LOST', 'DATABASE_FAILED']).toContain(error.code)
    expect(error.report?.steps).toEqual([])
    expect(tablesOf(db).filter((name) => name !== 'kept')).toEqual([])
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.inTransaction).toBe(false)
  })
  test('nothing is marked', () => {
    const registry = registryOf(...tables(2))
    const db = spoilt(registry)
    const error = errorOf(() => managerOf(db, registry).mark(2, { as: 'applied' }))
    expect(['LEDGER_UNDONE', 'DATABASE_FAILED']).toContain(error.code)
    expect(ledgerIds(db)).toEqual(['001'])
  })
})

test('a trigger that brings the row back is found when a step is undone or forgotten', () => {
  const registry = registryOf(...tables(2))
  const db = files.open()
  managerOf(db, registry).migrate()
  db.exec(
    'CREATE TRIGGER back AFTER DELETE ON _migrations BEGIN INSERT INTO _migrations SELECT OLD.version, OLD.name, OLD.description, OLD.checksum, OLD.down_checksum, OLD.lineage, OLD.applied_at, OLD.duration_ms, NULL, NULL; END',
  )
  expect(errorOf(() => managerOf(db, registry).rollback()).code).toBe('LEDGER_LOST')
  const marking = errorOf(() => managerOf(db, registry).mark(2, { as: 'pending' }))
  expect(marking.code).toBe('LEDGER_UNDONE')
  expect(tablesOf(db)).toEqual(['t1', 't2'])
})

describe('a row that is written over', () => {
  const NO_CHANGE =
    'CREATE TRIGGER undo BEFORE UPDATE ON _migrations BEGIN SELECT RAISE(IGNORE); END'
  const NO_ROW =
    'CREATE TRIGGER undo AFTER UPDATE ON _migrations BEGIN DELETE FROM _migrations WHERE version = NEW.version; END'
  test.each([NO_CHANGE, NO_ROW])('by new digests is looked at: %s', (trigger) => {
    const db = files.open()
    const older = tables(2).map((one, at) => ({ ...one, checksum: `0:${at}`, lineage: `0:${at}` }))
    migrate(db, registryOf(...older))
    db.exec(trigger)
    const error = errorOf(() => migrate(db, registryOf(...tables(3))))
    expect(error).toMatchObject({ code: 'LEDGER_UNDONE', facts: { table: '_migrations' } })
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(tablesOf(db)).toEqual(['t1', 't2'])
  })
  test.each([NO_CHANGE, NO_ROW])('by repair is looked at: %s', (trigger) => {
    const db = files.open()
    migrate(db, registryOf(...tables(2)))
    db.exec(trigger)
    const edited = registryOf({ up: 'CREATE TABLE other (x)' }, ...tables(2).slice(1))
    expect(errorOf(() => managerOf(db, edited).repair()).code).toBe('LEDGER_UNDONE')
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe('a log that keeps nothing', () => {
  const keepsNothing = [
    'BEFORE INSERT ON _migrations_log BEGIN SELECT RAISE(IGNORE)',
    'AFTER INSERT ON _migrations_log BEGIN DELETE FROM _migrations_log WHERE id = NEW.id',
    "AFTER INSERT ON _migrations_log WHEN NEW.action = 'mark' BEGIN UPDATE _migrations_log SET detail = 'nothing' WHERE id = NEW.id",
  ]
  test.each(keepsNothing)('forgets no reason: %s', (trigger) => {
    const registry = registryOf(...tables(3))
    const db = files.open()
    managerOf(db, registry).migrate({ to: 1 })
    managerOf(db, registry).mark(2, { as: 'applied', force: true, reason: 'made by hand' })
    db.exec(`CREATE TRIGGER no ${trigger}; END`)
    const error = errorOf(() =>
      managerOf(db, registry).mark(3, { as: 'applied', force: true, reason: 'made by hand' }),
    )
    expect(error).toMatchObject({ code: 'LEDGER_UNDONE', facts: { table: '_migrations_log' } })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('is named, and the step stays applied', () => {
    const registry = registryOf(...tables(2))
    const db = files.open()
    managerOf(db, registry).migrate()
    managerOf(db, registry).rollback()
    managerOf(db, registry).migrate()
    db.exec('CREATE TRIGGER no BEFORE INSERT ON _migrations_log BEGIN SELECT RAISE(IGNORE); END')
    const error = errorOf(() => managerOf(db, registry).rollback())
    expect(error).toMatchObject({ code: 'LEDGER_UNDONE', facts: { table: '_migrations_log' } })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test.each([
    ...keepsNothing.slice(0, 2),
    "AFTER INSERT ON _migrations_log BEGIN UPDATE _migrations_log SET duration_ms = 0, at = '' WHERE id = NEW.id",
  ])('keeps no step from being remembered that is undone or forgotten: %s', (trigger) => {
    const registry = registryOf<Handle>(
      ...tables(1),
      { up: 'CREATE TABLE t2 (x)', down: 'DROP TABLE t2' },
      {
        up() {
          throw new Error('not yet')
        },
        transaction: false,
      },
    )
    const db = files.open()
    managerOf(db, registry).migrate({ to: 2 })
    managerOf(db, registry).mark(2, { as: 'pending' })
    managerOf(db, registry).mark(2, { as: 'applied', force: true, reason: 'made by hand' })
    db.prepare('UPDATE _migrations SET duration_ms = 7').run()
    const before = managerOf(db, registry).history()
    const [head, body] = trigger.split(' BEGIN ')
    db.exec(`CREATE TRIGGER no ${head} WHEN NEW.action IN ('apply', 'begin') BEGIN ${body}; END`)
    const lost = { code: 'LEDGER_UNDONE', facts: { table: '_migrations_log' } }
    expect(errorOf(() => managerOf(db, registry).rollback())).toMatchObject(lost)
    expect(errorOf(() => managerOf(db, registry).mark(2, { as: 'pending' }))).toMatchObject(lost)
    expect(managerOf(db, registry).history()).toEqual(before)
    expect(errorOf(() => managerOf(db, registry).migrate()).code).toBe('MIGRATION_FAILED')
    const marking = errorOf(() => managerOf(db, registry).mark(3, { as: 'pending' }))
    expect(marking).toMatchObject(lost)
    expect(tablesOf(db)).toEqual(['t1', 't2'])
  })
  test("a project's own table of that name is never written to", () => {
    const registry = registryOf(
      ...tables(1),
      {
        up: "CREATE TABLE _migrations_log (entry TEXT, action TEXT); INSERT INTO _migrations_log VALUES ('mine', 'x')",
        down: 'DROP TABLE _migrations_log',
      },
      ...tables(3).slice(2),
    )
    const db = files.open()
    expect(managerOf(db, registry).migrate().steps).toHaveLength(3)
    expect(
      managerOf(db, registry)
        .history()
        .map(({ id }) => id),
    ).toEqual(['001', '002', '003'])
    for (const act of ['rollback', 'mark'] as const) {
      const manager = managerOf(db, registry)
      const error = errorOf(() =>
        act === 'mark' ? manager.mark(3, { as: 'pending' }) : manager.rollback(),
      )
      expect(error).toMatchObject({
        code: 'LEDGER_FOREIGN',
        facts: { table: '_migrations_log', columns: ['entry', 'action'] },
      })
      expect(error.fix).toContain('Rename it')
    }
    expect(db.prepare('SELECT * FROM _migrations_log').all()).toEqual([
      { entry: 'mine', action: 'x' },
    ])
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
})

test.each([
  'CREATE TRIGGER audit AFTER INSERT ON _migrations BEGIN INSERT INTO seen VALUES (NEW.version); END',
  'CREATE TEMP TRIGGER audit AFTER INSERT ON main._migrations BEGIN INSERT INTO seen VALUES (NEW.version); END',
])('a trigger that only looks on is no reason to refuse: %s', (trigger) => {
  const db = files.open()
  const registry = registryOf(...tables(2), { up: 'SELECT 1', transaction: false })
  migrate(db, registryOf(...tables(1)))
  db.exec(`CREATE TABLE seen (version); ${trigger}`)
  expect(managerOf(db, registry).migrate().steps).toHaveLength(2)
  expect(db.prepare('SELECT DISTINCT version FROM seen').pluck().all()).toEqual(['002', '003'])
})

describe('a step that rewrites older rows', () => {
  const set = (values: string) => `UPDATE _migrations SET ${values} WHERE version = '001'`
  const REWRITING = [
    set("checksum = '1:other'"),
    set("lineage = '1:other'"),
    set("name = 'another'"),
    set('down_checksum = NULL'),
    set("applied_at = '2020-01-01'"),
    set("applied_at = strftime('%Y-%m-%d %H:%M:%f')"),
    set('duration_ms = 7000'),
    set("description = 'said later'"),
    set("heartbeat_at = '2020-01-01'"),
    set("version = '000'"),
    set("started_by = 'me'"),
    set('lineage = NULL'),
    "DELETE FROM _migrations WHERE version = '001'",
    "INSERT INTO _migrations (version, name) VALUES ('003', 'x')",
  ]
  const ways: [string, (sql: string) => Draft<Handle>][] = [
    ['SQL', (sql) => ({ up: sql })],
    ['code', (sql) => ({ up: (db) => void db.exec(sql) })],
    ['a statement', (sql) => ({ up: (db) => void db.prepare(sql).run() })],
    [
      'a way that nobody sees, beside a look at the ledger',
      (sql) => ({
        up: (db) => {
          db.prepare('SELECT * FROM _migrations').all()
          unseen.call(db, sql)
        },
      }),
    ],
  ]
  test.each(REWRITING.flatMap((sql) => ways.map(([name, draft]) => [sql, name, draft] as const)))(
    'is found in its own run: %s, in %s',
    (sql, _, draft) => {
      const db = files.open()
      const registry = registryOf<Handle>(...tables(1), draft(sql))
      const error = errorOf(() => migrate(db, registry))
      expect(error).toMatchObject({ code: 'LEDGER_LOST', facts: { version: 2 } })
      expect(error.message).toContain('The step was rolled back.')
      expect(db.prepare('SELECT lineage FROM _migrations').pluck().all()).toEqual([
        registry[0]!.lineage,
      ])
    },
  )
  test('on the way down, and outside a transaction', () => {
    const db = files.open()
    const rewriting = set("name = 'another'")
    const registry = registryOf(...tables(1), { up: 'SELECT 1', down: rewriting })
    migrate(db, registry)
    expect(errorOf(() => managerOf(db, registry).rollback()).code).toBe('LEDGER_LOST')
    expect(ledgerIds(db)).toEqual(['001', '002'])
    const alone = registryOf(...tables(1), { up: rewriting, transaction: false })
    const other = files.open()
    const error = errorOf(() => migrate(other, alone))
    expect(error.code).toBe('LEDGER_LOST')
    expect(error.message).toContain('what it did is still there')
  })
  test.each([
    'SELECT * FROM _migrations',
    "UPDATE _migrations SET description = description, applied_at = applied_at WHERE version = '001'",
    'CREATE TABLE user_migrations (x)',
    '/* _migrations */ SELECT 1',
    "UPDATE _migrations SET name = name WHERE version = '001'",
  ])('one that only names it does no harm: %s', (sql) => {
    for (const options of [{}, { transaction: false }] as const) {
      const db = files.open()
      const registry = registryOf(...tables(1), { up: sql, ...options }, ...tables(3).slice(2))
      expect(migrate(db, registry).steps).toHaveLength(3)
    }
  })
})

describe('a trigger that rewrites rows', () => {
  const OLDER = "UPDATE _migrations SET checksum = '1:00' WHERE version = '001'"
  const NEW = "UPDATE _migrations SET name = 'zz' WHERE version = NEW.version"
  const ADOPTED = 'CREATE TABLE app (x); CREATE VIEW seen AS SELECT x FROM app'
  const TRIGGERS = [OLDER, NEW].map(
    (sql) => `CREATE TRIGGER q AFTER INSERT ON _migrations BEGIN ${sql}; END`,
  )
  const ELSEWHERE = [
    `CREATE TRIGGER q AFTER INSERT ON app BEGIN ${OLDER}; END`,
    `CREATE TRIGGER q INSTEAD OF INSERT ON seen BEGIN ${OLDER}; END`,
    `CREATE TEMP TRIGGER q AFTER INSERT ON main.app BEGIN ${OLDER.replace('_migrations', '"_MIGRATIONS"')}; END`,
    `CREATE TEMP TRIGGER q INSTEAD OF INSERT ON main.seen BEGIN ${OLDER}; END`,
  ]
  const writing = (trigger: string): string => {
    const table = /ON (?:main\.)?(app|seen)/.exec(trigger)?.[1]
    return table ? `INSERT INTO ${table} VALUES (1)` : 'SELECT 1'
  }
  /** The code of the refusal, and what the first row says after it. */
  const attempt = (db: Database.Database, registry: Registry<Handle>) => [
    errorOf(() => migrate(db, registry, { onUnmanaged: 'allow' })).code,
    db.prepare("SELECT checksum FROM _migrations WHERE version = '001'").pluck().get(),
  ]
  const refused = (registry: Registry<Handle>) => ['LEDGER_LOST', registry[0]!.checksum]
  const all = [...TRIGGERS, ...ELSEWHERE]
  test.each(all)('is found in the step that fires it, when it was there before: %s', (trigger) => {
    for (const up of [writing(trigger), (db: Handle) => void db.exec(writing(trigger))]) {
      const db = files.open()
      const first = registryOf({ up: ADOPTED })
      migrate(db, first)
      db.exec(trigger)
      const registry = registryOf<Handle>({ up: ADOPTED }, { up })
      expect(attempt(db, registry)).toEqual(refused(registry))
      expect(ledgerIds(db)).toEqual(['001'])
    }
  })
  test.each(all)('is found when an earlier step of the same run makes it: %s', (trigger) => {
    for (const make of [trigger, (db: Handle) => void db.exec(trigger)]) {
      const db = files.open()
      const drafts: Draft<Handle>[] = [{ up: make }, { up: 'SELECT 1' }, { up: writing(trigger) }]
      const registry = registryOf<Handle>({ up: ADOPTED }, ...drafts)
      expect(attempt(db, registry)).toEqual(refused(registry))
    }
  })
  test('is found before a step outside a transaction has begun', () => {
    const db = files.open()
    const drafts: Draft<Handle>[] = [
      ...tables(1),
      { up: 'CREATE TABLE late (x)', transaction: false },
    ]
    migrate(db, registryOf(...tables(1)))
    db.exec(TRIGGERS[0]!)
    const registry = registryOf(...drafts)
    expect(attempt(db, registry)).toEqual(refused(registry))
    expect(ledgerIds(db)).toEqual(['001'])
    expect(tablesOf(db)).toEqual(['t1'])
  })
  test('that only looks on does no harm, wherever it stands', () => {
    const db = files.open()
    const audit = `CREATE TABLE audit (version);
      CREATE TRIGGER a AFTER INSERT ON _migrations BEGIN INSERT INTO audit VALUES (NEW.version); END;
      CREATE TRIGGER b AFTER INSERT ON app BEGIN INSERT INTO audit SELECT max(version) FROM _migrations; END;
      CREATE TRIGGER c AFTER INSERT ON _migrations BEGIN UPDATE _migrations SET description = 'by c' WHERE version = NEW.version; END`
    const registry = registryOf<Handle>(
      { up: ADOPTED },
      { up: 'INSERT INTO app VALUES (1)', down: 'DELETE FROM app' },
      { up: 'INSERT INTO app VALUES (2)', down: 'SELECT 1', transaction: false },
    )
    migrate(db, registry.slice(0, 1))
    db.exec(audit)
    expect(migrate(db, registry).steps).toHaveLength(2)
    expect(managerOf(db, registry).rollback({ to: 1 }).steps).toHaveLength(2)
    expect(managerOf(db, registry).migrate().steps).toHaveLength(2)
  })
  test('costs nothing where there is none: one look in a run', () => {
    const db = files.open()
    const driver = betterSqlite3(db as Handle)
    const asked: string[] = []
    const query: typeof driver.query = (sql, parameters) => {
      if (sql.startsWith('SELECT type, sql FROM main.sqlite_master')) asked.push(sql)
      return driver.query(sql, parameters)
    }
    new MigrationManager({ ...driver, query }, registryOf(...tables(9))).migrate()
    expect(asked).toHaveLength(1)
  })
})
