// What code of the application does beside the steps, in their transaction: gates, mirrors, copies and listeners.
import type Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { Mirror } from '../../src/model/mirror.js'
import type { GateWatch } from '../../src/model/gate.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { backUpWith } from '../../src/run/back-up.js'
import { gateWith } from '../../src/run/gate-with.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()

const FIRST = [
  {
    up: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO p VALUES (1)',
  },
  { up: 'INSERT INTO p VALUES (2)' },
] as const

const registry = registryOf(...FIRST, { up: 'INSERT INTO p SELECT max(id) + 1 FROM p' })

type Does = (db: Database.Database) => unknown

/** The code runs once, at version 3. */
const HOOKS: Readonly<Record<string, (db: Database.Database, does: Does) => ManagerOptions>> = {
  gate: (db, does) => ({
    gates: [
      gateWith(() => ({
        *before() {},
        see() {},
        *after({ version }) {
          yield version === 3 && does(db)
        },
      })),
    ],
  }),
  mirror: (db, does) => ({
    mirrors: [
      function* (_, version) {
        yield version === 3 && does(db)
      },
    ],
  }),
  listener: (db, does) => ({
    onEvent: (event) => event.type === 'step-start' && event.version === 3 && does(db),
  }),
}

/** Two versions are applied; the third is to come. */
function applied(): Database.Database {
  const db = files.open()
  migrate(db, registry, { to: 2 })
  return db
}

/** A gate that asks nothing. */
const none: GateWatch['after'] = () => [][Symbol.iterator]() as never
const QUIET: GateWatch = { before: none, see() {}, after: none }
const AT_FIRST = 'A gate failed at migration 001'
function refuse(): never {
  throw new TypeError('not today')
}

const CODES = { gate: 'GATE_FAILED', mirror: 'MIRROR_FAILED', listener: 'EVENT_HANDLER_FAILED' }
const hooks = Object.keys(CODES) as (keyof typeof CODES)[]
const EACH = ['each', 'all'] as const
const both = hooks.flatMap((hook) => EACH.map((transaction) => [hook, transaction] as const))

const rowsOf = (db: Database.Database): unknown =>
  db.prepare('SELECT group_concat(id) FROM p').pluck().get()

test.each(both)('a %s that commits and begins again is told of (%s)', (hook, transaction) => {
  const flushes: Does[] = [
    (db) => db.exec('COMMIT; BEGIN'),
    (db) => [db.exec('END'), db.exec('BEGIN')],
    (db) => [db.exec('ROLLBACK'), db.exec('BEGIN IMMEDIATE')],
    (db) => {
      db.exec('COMMIT; BEGIN')
      throw new Error('not good')
    },
  ]
  for (const flush of flushes) {
    const db = applied()
    const options = { ...HOOKS[hook]!(db, flush), transaction }
    const error = errorOf(() => migrate(db, registry, options))
    expect(error.code).toBe(hook === 'gate' ? 'GATE_TRANSACTION' : CODES[hook])
    expect(error.message).toContain('it ended')
    expect(error.message).not.toMatch(/Nothing was changed|rolled back/)
    expect(db.inTransaction).toBe(false)
  }
})

test.each(both)(
  'a %s that catches an error which ends the transaction is told of (%s)',
  (hook, transaction) => {
    const caught = (db: Database.Database, sql: string): void => {
      try {
        db.exec(sql)
      } catch {
        // As code does that tries again.
      }
    }
    const again: Does[] = [
      (db) => {
        caught(db, 'INSERT INTO once VALUES (1)')
        db.transaction(() => db.exec('INSERT INTO once VALUES (2)'))()
        caught(db, 'BEGIN')
      },
      (db) => {
        caught(db, 'INSERT INTO once VALUES (1)')
        caught(db, 'BEGIN')
      },
      (db) => caught(db, 'INSERT INTO once VALUES (1)'),
    ]
    for (const does of again) {
      const db = applied()
      db.exec('CREATE TABLE once (x UNIQUE ON CONFLICT ROLLBACK); INSERT INTO once VALUES (1)')
      const error = errorOf(() => migrate(db, registry, { ...HOOKS[hook]!(db, does), transaction }))
      expect(error.code).toBe(hook === 'gate' ? 'GATE_TRANSACTION' : CODES[hook])
      expect(error.message).toContain('it ended')
      expect([ledgerIds(db), rowsOf(db), db.inTransaction]).toEqual([['001', '002'], '1,2', false])
    }
  },
)

test('what was prepared before counts as well, and so does what runs through a handle in front', () => {
  const db = applied()
  const [commit, begin] = [db.prepare('COMMIT'), db.prepare('BEGIN')]
  const flush = (): unknown => [commit.run(), begin.run()]
  expect(errorOf(() => migrate(db, registry, HOOKS['mirror']!(db, flush))).message).toContain(
    'it ended',
  )
})

test('so does what a gate or a mirror asks of its driver', () => {
  const asked = [
    ['COMMIT', 'it ended'],
    ['INSERT INTO c VALUES (99)', 'it left rows of c'],
    ["UPDATE _migrations SET name = 'x'", 'it changed the ledger'],
  ] as const
  for (const [sql, said] of asked) {
    const statements = sql === 'COMMIT' ? [sql, 'BEGIN'] : [sql]
    const gate = gateWith(({ database }) => ({
      *before() {},
      see() {},
      *after({ version }) {
        if (version === 3) for (const one of statements) yield database.query(one)
      },
    }))
    const mirror: Mirror = function* (driver, version) {
      if (version === 3) for (const one of statements) yield driver.execute(one)
    }
    for (const options of [{ gates: [gate] }, { mirrors: [mirror] }]) {
      const error = errorOf(() => migrate(applied(), registry, options))
      expect(error.message).toContain(said)
    }
  }
})

test.each(hooks)('a %s may begin savepoints, and transactions of the client', (hook) => {
  const db = applied()
  db.exec('CREATE TABLE notes (x)')
  const works: Does = () => {
    db.exec('SAVEPOINT own; INSERT INTO notes VALUES (1); ROLLBACK TO own; RELEASE own')
    db.transaction(() => db.exec("INSERT INTO notes VALUES ('commit')"))()
  }
  expect(migrate(db, registry, HOOKS[hook]!(db, works)).to).toBe(3)
  expect(db.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1)
})

test.each(hooks)('what a %s reads half way does not keep the run from ending', (hook) => {
  const half: Does = (db) => db.prepare('SELECT * FROM p').iterate().next()
  const db = applied()
  expect(migrate(db, registry, HOOKS[hook]!(db, half)).to).toBe(3)
  const other = applied()
  const thrown: Does = (handle) => {
    half(handle)
    throw new Error('not good')
  }
  expect(errorOf(() => migrate(other, registry, HOOKS[hook]!(other, thrown))).message).toContain(
    'not good',
  )
  expect([other.inTransaction, rowsOf(other)]).toEqual([false, '1,2'])
})

test('so it is with a copy, and with a step whose handle stands in front of another', () => {
  const db = applied()
  const backup = backUpWith(() => {
    db.prepare('SELECT * FROM p').iterate().next()
    return 'copy.db'
  })
  expect(migrate(db, registry, { backup }).to).toBe(3)
  const front = new Proxy(applied(), {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const half = {
    up: (handle: Database.Database) => void handle.prepare('SELECT 1').iterate().next(),
  }
  const more = registryOf(
    {
      up: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO p VALUES (1)',
    },
    { up: 'INSERT INTO p VALUES (2)' },
    half as never,
  )
  expect(new MigrationManager(betterSqlite3(front), more, {}).migrate().to).toBe(3)
  expect(front.inTransaction).toBe(false)
})

test.each(both)('a %s is blamed for rows without their parent (%s)', (hook, transaction) => {
  const db = applied()
  const orphan: Does = () => db.exec('INSERT INTO c VALUES (99)')
  const error = errorOf(() => migrate(db, registry, { ...HOOKS[hook]!(db, orphan), transaction }))
  expect(error.code).toBe(CODES[hook])
  expect(error.message).toContain('it left rows of c without their parent')
  expect(db.pragma('foreign_key_check')).toEqual([])
  expect([ledgerIds(db), rowsOf(db)]).toEqual([['001', '002'], '1,2'])
})

const ORPHANS: readonly (readonly [string, string])[] = [
  ['one in the place of another', 'DELETE FROM c WHERE p = 98; INSERT INTO c VALUES (99)'],
  ['in a table that the text makes', 'CREATE TABLE d (p REFERENCES p); INSERT INTO d VALUES (7)'],
  ['by a trigger', 'INSERT INTO heard VALUES (99)'],
  ['by a trigger of a trigger', 'UPDATE told SET x = 99'],
  ['by a parent that goes', 'DELETE FROM p WHERE id = 1'],
]

test.each(ORPHANS)('rows without their parent are found: %s', (_, sql) => {
  for (const hook of hooks) {
    const db = applied()
    db.exec(`PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (98), (1);
      CREATE TABLE heard (x); CREATE TRIGGER t AFTER INSERT ON heard BEGIN INSERT INTO c VALUES (new.x); END;
      CREATE TABLE told (x); INSERT INTO told VALUES (1);
      CREATE TRIGGER u AFTER UPDATE ON told BEGIN INSERT INTO heard VALUES (new.x); END`)
    const error = errorOf(() =>
      migrate(
        db,
        registry,
        HOOKS[hook]!(db, () => db.exec(sql)),
      ),
    )
    expect(error.code).toBe(CODES[hook])
    expect(error.message).toMatch(/it left rows of [cd] without their parent/)
    expect(db.pragma('foreign_key_check')).toHaveLength(1)
  }
})

test('a ledger that a trigger changes is found, also on a driver that cannot be watched', () => {
  const edit = "UPDATE _migrations SET description = 'x'"
  for (const hook of ['gate', 'mirror'] as const) {
    const db = applied()
    db.exec(`CREATE TABLE heard (x); CREATE TRIGGER t AFTER INSERT ON heard BEGIN ${edit}; END`)
    const does: Does = () => db.exec('INSERT INTO heard VALUES (1)')
    expect(errorOf(() => migrate(db, registry, HOOKS[hook]!(db, does))).message).toContain(
      'it changed the ledger',
    )
    const other = applied()
    const { watch: _watch, ...unwatched } = betterSqlite3(other)
    const options = HOOKS[hook]!(other, () => other.exec(edit))
    expect(
      errorOf(() => new MigrationManager(unwatched, registry, options).migrate()).message,
    ).toContain('it changed the ledger')
  }
})

const EDITS = [
  "DELETE FROM _migrations WHERE version = '001'",
  "DELETE FROM _migrations WHERE version = '003'",
  "UPDATE _migrations SET name = 'x'",
  "INSERT INTO _migrations SELECT '004', name, description, checksum, down_checksum, lineage, applied_at, duration_ms, started_by, heartbeat_at FROM _migrations LIMIT 1",
  'DROP TABLE _migrations',
]

test.each(['gate', 'mirror'] as const)('a %s leaves the ledger alone', (hook) => {
  for (const edit of EDITS) {
    const db = applied()
    // Before the step is recorded, its row is not there.
    if (hook === 'gate' && edit.includes('003')) continue
    const error = errorOf(() =>
      migrate(
        db,
        registry,
        HOOKS[hook]!(db, () => db.exec(edit)),
      ),
    )
    expect(error.code, edit).toBe(CODES[hook])
    expect(error.message).toContain('it changed the ledger')
    expect([ledgerIds(db), rowsOf(db)]).toEqual([['001', '002'], '1,2'])
  }
  const db = applied()
  const reads: Does = () => db.prepare('SELECT count(*) FROM _migrations').get()
  expect(migrate(db, registry, HOOKS[hook]!(db, reads)).to).toBe(3)
})

test('a transaction that cannot be rolled back is not called undone', () => {
  const db = applied()
  const driver = betterSqlite3(db)
  const execute = (script: string): void => {
    if (script === 'ROLLBACK') throw new TypeError('This database connection is busy')
    driver.execute(script)
  }
  const failing = registryOf(...FIRST, { up: 'INSERT INTO nothing VALUES (1)' })
  const manager = new MigrationManager({ ...driver, execute }, failing, {})
  const error = errorOf(() => manager.migrate())
  expect(error.message).toContain('A transaction is still open: end it, or close the connection')
  expect(error.message).not.toMatch(/rolled back\.|Nothing was changed/)
  expect(db.inTransaction).toBe(true)
})

test.each([
  ['at its beginning', gateWith(refuse), 'A gate failed: not today.', 0],
  ['before a step', gateWith(() => ({ ...QUIET, before: refuse })), AT_FIRST, 0],
  ['at a statement', gateWith(() => ({ ...QUIET, see: refuse })), AT_FIRST, 0],
  [
    'after the second',
    gateWith(() => ({ ...QUIET, after: (step) => (step.version === 2 ? refuse() : none(step)) })),
    'A gate failed at migration 002',
    1,
  ],
])('a gate that throws %s is named', (_, gate, words, applied) => {
  const db = files.open()
  const error = errorOf(() => migrate(db, registry, { gates: [gate] }))
  expect([error.code, error.message]).toEqual(['GATE_FAILED', expect.stringContaining(words)])
  expect(error.fix).toContain('See the cause of this error.')
  expect(error.cause).toBeInstanceOf(TypeError)
  expect(ledgerIds(db)).toHaveLength(applied)
})
