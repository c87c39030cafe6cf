// SQLite's traps, a test each, by the numbers they have in the notes on the field; those of keys and of copies stand beside.
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { runProgram, startProgram } from '../cli/support/command-line.js'
import { migrationProject } from '../cli/support/project.js'

import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import type { Context } from '../../src/model/migration.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { schemaGate } from '../../src/run/schema-gate.js'
import { diffSchemas } from '../../src/schema/diff-schema.js'
import { splitStatements } from '../../src/sql/split-statements.js'
import { schemaIn } from '../schema/read.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf, failureOf } from '../support/error-of.js'
import { failingDriver } from '../support/failing-driver.js'
import { registryOf, tables } from '../support/registry.js'
import { bytesOf } from './support/bytes.js'
import { hotCopyOf } from './support/hot-copy.js'
import { stopAfter } from './support/stop-after.js'
import { managerOf } from '../support/manager-of.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const files = databases()
const pluck = (db: Database.Database, sql: string): unknown[] => db.prepare(sql).pluck().all()

it('2. what was read before the lock may be old: the ledger is read again under it', () => {
  const db = files.open()
  const other = files.open(db.name)
  const registry = registryOf(
    { up: 'CREATE TABLE n (x)' },
    { up: 'INSERT INTO n VALUES (2)' },
    { up: 'INSERT INTO n VALUES (3)' },
  )
  // Between the plan of the first and its lock, the second does everything.
  let hurry = true
  const onEvent = ({ type }: { readonly type: string }): void => {
    if (type === 'plan' && hurry) migrate(other, registry)
    hurry = false
  }
  expect(migrate(db, registry, { onEvent }).steps).toEqual([])
  expect(pluck(db, 'SELECT x FROM n')).toEqual([2, 3])
})

it('2. nor is what was read in two looks of one moment: a ledger that another run makes between them is seen', () => {
  const db = files.open()
  const other = files.open(db.name)
  const registry = registryOf<Handle>(...tables(2))
  const driver = betterSqlite3(db as Handle)
  let looks = 0
  const query: typeof driver.query = (sql, parameters) => {
    const rows = driver.query(sql, parameters)
    if (/sqlite_master|table_info/.test(sql) && (looks += 1) === 1) migrate(other, registry)
    return rows
  }
  const manager = new MigrationManager({ ...driver, query }, registry)
  expect(manager.migrate().steps).toEqual([])
  expect(looks).toBeGreaterThan(1)
})

it('3. a transaction that becomes a writer only later fails at once: every one begins as a writer', () => {
  const db = files.open()
  db.pragma('journal_mode = wal')
  const { statements, free } = stopAfter(db, { at: Infinity, how: 'dies' })
  migrate(db, registryOf(...tables(3)))
  free()
  const begins = statements.filter((sql) => sql.startsWith('BEGIN'))
  expect(begins.length).toBeGreaterThanOrEqual(3)
  expect(new Set(begins)).toEqual(new Set(['BEGIN IMMEDIATE']))
})

it('4. a step and its row in the ledger are committed together, or not at all', () => {
  const registry = registryOf(...tables(2))
  const db = files.open()
  const { statements, free } = stopAfter(db, { at: Infinity, how: 'dies' })
  migrate(db, registry)
  free()
  const commit = statements.indexOf('COMMIT')
  for (const [at, found] of [
    [commit, []],
    [commit + 1, ['001']],
  ] as const) {
    const killed = files.open()
    const stop = stopAfter(killed, { at, how: 'dies' })
    errorOf(() => migrate(killed, registry))
    stop.free()
    copyFileSync(killed.name, `${killed.name}.left`)
    if (existsSync(`${killed.name}-journal`))
      copyFileSync(`${killed.name}-journal`, `${killed.name}.left-journal`)
    const left = files.open(`${killed.name}.left`)
    expect({ ids: ledgerIds(left), tables: tablesOf(left) }).toEqual({
      ids: found,
      tables: found.length === 1 ? ['t1'] : [],
    })
  }
})

describe('5. what passes on an empty table and fails with one row', () => {
  const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)'
  it.each([
    ['a column that is NOT NULL', 'ALTER TABLE t ADD COLUMN b INTEGER NOT NULL'],
    ['a default that is an expression', "ALTER TABLE t ADD COLUMN b DEFAULT (datetime('now'))"],
    ['a default that is the time', 'ALTER TABLE t ADD COLUMN b DEFAULT CURRENT_TIMESTAMP'],
    ['a reference with a default', 'ALTER TABLE t ADD COLUMN b DEFAULT 99 REFERENCES t (id)'],
    ['a generated column that is stored', 'ALTER TABLE t ADD COLUMN b AS (id * 2) STORED'],
    ['a default that fails the CHECK', 'ALTER TABLE t ADD COLUMN b DEFAULT 0 CHECK (b > 0)'],
    ['a unique index', 'CREATE UNIQUE INDEX t_a ON t (a)'],
  ])('%s: refused with its place, and the rows stay as they were', (_, up) => {
    const registry = registryOf({ up: T }, { up, file: 'm.sql', at: { up: ['3:1'] } })
    const empty = files.open()
    const full = files.open()
    migrate(full, registry, { to: 1 })
    full.exec("INSERT INTO t (a) VALUES ('same'), ('same')")
    const error = errorOf(() => migrate(full, registry))
    expect(error).toMatchObject({ report: { to: 1 } })
    expect(error.message).toContain('m.sql')
    expect(error.code).toMatch(/^(MIGRATION_FAILED|FOREIGN_KEY_VIOLATED)$/)
    expect(pluck(full, 'SELECT a FROM t')).toEqual(['same', 'same'])
    expect(ledgerIds(full)).toEqual(['001'])
    expect(pluck(full, "SELECT count(*) FROM pragma_table_info('t')")).toEqual([2])
    expect(() => migrate(empty, registry)).not.toThrow()
  })
})

it('6. a rebuild by hand loses indexes, triggers, views and ids given out: ctx.rebuild keeps them', () => {
  const db = files.open()
  const up = (db: Handle, ctx: Context): void =>
    ctx.rebuild('t', {
      create: 'CREATE TABLE t (b TEXT NOT NULL, id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)',
    })
  const start = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT);
INSERT INTO t VALUES (1, 'a1', 'b1'), (9, 'a9', 'b9');
DELETE FROM t WHERE id = 9;
CREATE TABLE log (x);
CREATE INDEX t_a ON t (a);
CREATE TRIGGER t_log AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TRIGGER log_t AFTER DELETE ON log BEGIN DELETE FROM t WHERE a = old.x; END`
  migrate(db, registryOf<Handle>({ up: start }, { up, toolkit }))
  db.exec("INSERT INTO t (a, b) VALUES ('new', 'row')")
  expect(db.prepare('SELECT id, a, b FROM t').raw().all()).toEqual([
    [1, 'a1', 'b1'],
    [10, 'new', 'row'],
  ])
  expect(pluck(db, 'SELECT x FROM log')).toEqual(['new'])
  expect(db.prepare('SELECT * FROM v').raw().get()).toEqual(['a1', 'b1'])
  expect(pluck(db, "SELECT name FROM sqlite_master WHERE name = 't_a'")).toEqual(['t_a'])
  db.exec('DELETE FROM log')
  expect(pluck(db, 'SELECT id FROM t')).toEqual([1])
})

describe('7. a migration that ends the transaction', () => {
  it.each(['COMMIT', 'COMMIT; BEGIN', 'ROLLBACK'])(
    'with %s in its SQL is refused before anything runs',
    (sql) => {
      const db = files.open()
      const before = bytesOf(db.name)
      const registry = registryOf(...tables(1), { up: `CREATE TABLE t2 (x); ${sql}` })
      expect(errorOf(() => migrate(db, registry)).code).toBe('TRANSACTION_CONTROL')
      expect(bytesOf(db.name)).toEqual(before)
    },
  )
  it('in ways that cannot be seen coming is found out', () => {
    const db = files.open()
    const { exec } = Object.getPrototypeOf(db) as Handle
    const up = (): void => ['COMMIT', 'BEGIN'].forEach((sql) => exec.call(db, sql))
    const error = errorOf(() => migrate(db, registryOf<Handle>(...tables(1), { up })))
    expect(error).toMatchObject({ code: 'TRANSACTION_ENDED', report: { to: 1 } })
    expect({ open: db.inTransaction, ids: ledgerIds(db) }).toEqual({ open: false, ids: ['001'] })
  })
  it('is told apart from a full disk, which ends it too', () => {
    const db = files.open()
    migrate(db, registryOf(...tables(1)))
    db.pragma('max_page_count = 8')
    const big = 'CREATE TABLE big (x); INSERT INTO big VALUES (hex(zeroblob(100000)))'
    const error = errorOf(() => migrate(db, registryOf(...tables(1), { up: big })))
    expect({ code: error.code, open: db.inTransaction }).toEqual({
      code: 'DATABASE_FULL',
      open: false,
    })
  })
})

describe('9. what reading does to a file', () => {
  it('opening makes a file where there was none: status makes none', async () => {
    const root = migrationProject({
      '001_a.sql': '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n',
    })
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    const { stdout } = await runProgram(root, ['status', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ state: 'empty', exists: false })
    expect(existsSync(join(root, 'data'))).toBe(false)
  })
  it('a journal that a crash has left cannot be read past: it is said what is needed', () => {
    const source = files.path()
    const db = new Database(source)
    migrate(db, registryOf(...tables(1)))
    db.close()
    const hot = files.open(hotCopyOf(source, files.path()), { readonly: true })
    const manager = managerOf(hot, registryOf(...tables(1)) as never)
    expect(errorOf(() => manager.status())).toMatchObject({ code: 'DATABASE_READONLY' })
  })
})

it('10. the client tells no place of an error: it is found all the same', () => {
  const script = `-- a comment; with a semicolon
CREATE TABLE a (x);
CREATE TRIGGER a_t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; END;
  INSERT INTO nowhere VALUES (1);`
  const registry = registryOf({ up: script, file: 'migrations/001_a.sql', at: { up: ['2:1'] } })
  const error = errorOf(() => migrate(files.open(), registry))
  expect(error.message).toContain('migrations/001_a.sql:5:3: no such table: nowhere')
})

it('11. preparing runs only the first statement, or refuses a comment: scripts run whole, whatever the client', async () => {
  const registry = registryOf<Database.Database>(
    { up: 'CREATE TABLE a (x); CREATE TABLE b (x)' },
    { up: '-- nothing to do any more' },
    { up: '' },
  )
  for (const runsScripts of [true, false]) {
    const db = files.open()
    await new MigrationManager(asyncDriver(db, { runsScripts }), registry).migrate()
    expect({ tables: tablesOf(db), ids: ledgerIds(db) }).toEqual({
      tables: ['a', 'b'],
      ids: ['001', '002', '003'],
    })
  }
})

it('12. a view or trigger whose table is gone fails only when it is used: the gate has them compiled', () => {
  const db = files.open()
  const view = `CREATE TABLE a (x); CREATE TABLE b (x);
CREATE VIEW v AS SELECT x FROM a;
CREATE TRIGGER tr AFTER INSERT ON b BEGIN INSERT INTO a VALUES (new.x); END`
  const gates = [schemaGate({ digests: {}, onDifference: 'refuse' })]
  const error = errorOf(() =>
    migrate(db, registryOf({ up: view }, { up: 'DROP TABLE a' }), { gates }),
  )
  expect(error).toMatchObject({ code: 'GATE_OBJECT_BROKEN', report: { to: 1 } })
  for (const object of ['view v', 'trigger tr']) expect(error.message).toContain(object)
  expect(tablesOf(db)).toEqual(['a', 'b'])
})

it('13. INT PRIMARY KEY and TEXT PRIMARY KEY accept NULL: no table of Lockstep does', () => {
  const db = files.open()
  const manager = managerOf(db, registryOf(...tables(2)) as never)
  manager.migrate()
  manager.rollback()
  const ours = pluck(
    db,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '\\_migrations%' ESCAPE '\\'",
  )
  expect(ours).toEqual(['_migrations', '_migrations_log'])
  const loose = `SELECT name FROM pragma_table_info(?) WHERE pk > 0 AND "notnull" = 0 AND type <> 'INTEGER'`
  for (const table of ours) expect(db.prepare(loose).all(table)).toEqual([])
})

it('14. the text of a table changes when it is renamed there and back: its meaning is compared', () => {
  const table = 'CREATE TABLE t (a INTEGER DEFAULT 5, [b] TEXT COLLATE NOCASE)'
  const [plain, renamed] = [files.open(), files.open()]
  plain.exec(table)
  renamed.exec(`${table}; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t;
ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t RENAME COLUMN c TO a`)
  const text = "SELECT sql FROM sqlite_master WHERE name = 't'"
  expect(pluck(renamed, text)).not.toEqual(pluck(plain, text))
  expect(diffSchemas(schemaIn(plain), schemaIn(renamed))).toEqual([])
  renamed.exec('ALTER TABLE t ADD COLUMN d')
  expect(diffSchemas(schemaIn(plain), schemaIn(renamed))).toHaveLength(1)
})

it('15. what can be altered depends on the version: it fails whole, and ctx.rebuild does it on any', () => {
  const start = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, NULL)'
  const alter = 'ALTER TABLE t ALTER COLUMN a SET NOT NULL'
  const db = files.open()
  // New versions refuse the row, old ones the statement.
  const error = errorOf(() => migrate(db, registryOf({ up: start }, { up: alter })))
  expect(error).toMatchObject({ code: 'MIGRATION_FAILED', report: { to: 1 } })
  const up = (db: Handle, ctx: Context): void =>
    ctx.rebuild('t', {
      create: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)',
      copy: { a: "ifnull(a, 'none')" },
    })
  migrate(db, registryOf<Handle>({ up: start }, { up, toolkit }))
  expect(db.prepare('SELECT id, a FROM t').raw().all()).toEqual([[1, 'none']])
})

it('16. a double-quoted string is an error or a text, as the build will have it: Lockstep writes none', () => {
  const db = files.open()
  const { statements, free } = stopAfter(db, { at: Infinity, how: 'dies' })
  const manager = managerOf(
    db,
    registryOf<Handle>({
      up: 'CREATE TABLE t (id INTEGER PRIMARY KEY, t REFERENCES t)',
      down: 'DROP TABLE t',
    }),
  )
  manager.migrate()
  manager.rollback()
  manager.status()
  manager.history()
  free()
  const quoted = new Set(statements.flatMap((sql) => sql.match(/"[^"]*"/g) ?? []))
  const names = new Set(['"_migrations"', '"_migrations_log"', '"table"', '"from"', '"to"'])
  // The name of a schema stands before a dot, where no text can be meant.
  for (const schema of ['main', 'temp']) names.add(`"${schema}"`)
  expect([...quoted].filter((name) => !names.has(name))).toEqual([])
  const error = errorOf(() =>
    migrate(files.open(), registryOf({ up: 'CREATE TABLE t (x); INSERT INTO t VALUES ("text")' })),
  )
  expect(error.message).toContain('line 1 of its SQL')
})

it('17. whoever takes the lock again at once starves those who wait: their clock restarts when the ledger moves', () => {
  const db = files.open()
  const other = files.open(db.name)
  const registry = registryOf<Handle>(...tables(20))
  const driver = failingDriver(betterSqlite3(db as Handle), { busyBegins: Infinity })
  let turns = 0
  const begin = (): boolean => {
    turns += 1
    if (turns > 40) return betterSqlite3(db as Handle).begin()
    // Half of the time the other run has done a step meanwhile.
    if (turns % 2 === 0) migrate(other, registry, { steps: 1 })
    return driver.begin()
  }
  const manager = new MigrationManager({ ...driver, begin }, registry, { lockTimeoutMs: 500 })
  expect(manager.migrate().steps).toEqual([])
  expect(driver.elapsed()).toBeGreaterThan(5 * 500)
  expect(ledgerIds(db)).toHaveLength(20)
})

it('20. a signal is not heard while steps run one after the other: the process beside them hears it', async () => {
  const rows = 3_000_000
  const step = (n: number): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db) {
    console.log('in step ${n}')
    db.exec('CREATE TABLE t${n} AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${rows}) SELECT max(i) FROM c')
  },
  down: 'DROP TABLE t${n}',
})
`
  const root = migrationProject({ '001_a.ts': step(1), '002_b.ts': step(2), '003_c.ts': step(3) })
  expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
  const running = await startProgram(root, ['migrate'])
  await running.until('in step 1')
  running.child.kill('SIGTERM')
  const { exitCode } = await running.finished
  const db = files.open(join(root, 'data', 'app.db'))
  expect({ exitCode, ids: ledgerIds(db) }).toEqual({ exitCode: 130, ids: ['001'] })
})

describe('21. versions as text', () => {
  it('are ordered as numbers from 1,000 on', () => {
    const db = files.open()
    const registry = registryOf<Handle>(...tables(1_002))
    const manager = managerOf(db, registry, {
      transaction: 'all',
    })
    expect(manager.migrate({ to: 1_001 }).to).toBe(1_001)
    expect(manager.currentVersion()).toBe(1_001)
    expect(manager.migrate().steps.map(({ id }) => id)).toEqual(['1002'])
    expect(manager.rollback({ steps: 3 }).steps.map(({ id }) => id)).toEqual([
      '1002',
      '1001',
      '1000',
    ])
    expect(manager.status()).toMatchObject({ version: 999, problems: [] })
  })
  it('are never NULL', () => {
    const db = files.open()
    migrate(db, registryOf(...tables(1)))
    expect(() => db.exec("INSERT INTO _migrations (version, name) VALUES (NULL, 'x')")).toThrow(
      'NOT NULL constraint failed',
    )
  })
})

it('25. a migration that returns a promise writes on after the rollback: it is refused, or told', async () => {
  const db = files.open()
  let called = 0
  const asynchronous = async (): Promise<void> => void (called += 1)
  expect(errorOf(() => migrate(db, registryOf({ up: asynchronous as never }))).code).toBe(
    'MIGRATION_ASYNC',
  )
  expect(called).toBe(0)
  const hidden = ((db: Handle) =>
    Promise.resolve().then(() => db.exec('CREATE TABLE late (x)'))) as never
  const error = await failureOf(() => migrate(db, registryOf<Handle>({ up: hidden })))
  expect(error.code).toBe('MIGRATION_PROMISE')
  expect(error.fix).toContain('anything that the promise wrote')
  expect(ledgerIds(db)).toEqual([])
})

it('26. a pattern for quoted text dies on a literal of 12 MB: statements are split and judged without', () => {
  const literal = `'${"it''s; ".repeat(1_800_000)}'`
  const script = `CREATE TABLE t (x); INSERT INTO t VALUES (${literal}); SELECT 1 -- begin`
  expect(splitStatements(script)).toHaveLength(3)
  const db = files.open()
  migrate(db, registryOf({ up: script }))
  expect(pluck(db, 'SELECT length(x) FROM t')).toEqual([1_800_000 * 6])
})
