// The schema gate: what it finds in a step before the step is committed, and what it leaves alone.
import type BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate, toolkit } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { Gate } from '../../src/model/gate.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'
import type { Problem } from '../../src/model/report.js'
import { gateWith } from '../../src/run/gate-with.js'
import { schemaGate as gateOf, type SchemaGateOptions } from '../../src/run/schema-gate.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf, readsWell } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

const USERS: Draft<Database> = {
  up: `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
    CREATE INDEX users_name ON users (name);
    CREATE TRIGGER users_age AFTER INSERT ON users BEGIN UPDATE users SET age = 0 WHERE id = NEW.id AND age IS NULL; END`,
  down: 'DROP TABLE users',
}

const REBUILD = `CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT, age INTEGER NOT NULL DEFAULT 0);
  INSERT INTO users_new (id, name, age) SELECT id, name, age FROM users;
  DROP TABLE users;
  ALTER TABLE users_new RENAME TO users`

/** With the digests that the registry has itself, or none. */
const schemaGate = (options: SchemaGateOptions = {}): Gate => gateOf({ digests: {}, ...options })

interface Watched {
  readonly db: BetterSqlite3.Database
  readonly warnings: readonly Problem[]
}

/** Runs a registry with the gate on a database that is prepared between version 1 and the rest. */
function run(
  registry: Registry<Database>,
  meanwhile: (db: BetterSqlite3.Database) => void = () => {},
  options: ManagerOptions = {},
): Watched {
  const db = files.open()
  migrate(db, registry, { to: 1 })
  meanwhile(db)
  const warnings: Problem[] = []
  const onEvent = (event: MigrationEvent): void => {
    if (event.type === 'warning') warnings.push(event.problem)
  }
  migrate(db, registry, { gates: [schemaGate()], onEvent, ...options })
  warnings.forEach(readsWell)
  return { db, warnings }
}

const codesOf = ({ warnings }: Watched): string[] => warnings.map(({ code }) => code)

describe('a registry without digests: what vanishes', () => {
  const after = (up: Draft<Database>['up']): Watched => run(registryOf(USERS, { up }))

  test('an index and a trigger that a rebuild forgets are named', () => {
    const { warnings } = after(REBUILD)
    expect(warnings).toMatchObject([
      {
        code: 'GATE_OBJECT_LOST',
        severity: 'warning',
        facts: { version: 2, lost: ['index users_name', 'trigger users_age'] },
      },
    ])
    expect(warnings[0]?.message).toBe(
      'After migration 002 (step_2) in migrations/002_step_2.ts, objects are gone that it does not drop by name:\n' +
        '  index users_name\n  trigger users_age\nIt is kept anyway.',
    )
  })
  test.each([
    ['made again', `${REBUILD}; ${String(USERS.up).split('\n').slice(1).join('\n')}`],
    [
      'dropped by name',
      `DROP INDEX "users_name"; DROP TRIGGER IF EXISTS main.[USERS_AGE]; ${REBUILD}`,
    ],
    ['gone with their table', 'DROP TABLE users'],
    ['gone with their table, its name quoted', "DROP TABLE IF EXISTS 'Users'"],
    ['on a table with a new name', 'ALTER TABLE users RENAME TO people'],
    ['on a table with a new name, quoted', 'ALTER TABLE "users" RENAME TO people'],
    ['untouched', 'ALTER TABLE users ADD mail TEXT'],
  ])('%s is fine', (_, up) => expect(codesOf(after(up))).toEqual([]))
  test('so is what code drops by name, and what ctx.rebuild puts back', () => {
    const create =
      'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER NOT NULL DEFAULT 0)'
    const registry = registryOf(
      USERS,
      { up: (_, ctx) => ctx.rebuild('users', { create }), toolkit },
      { up: (db) => db.exec('DROP INDEX users_name') },
    )
    expect(codesOf(run(registry))).toEqual([])
  })
  test('refused, the step is rolled back and everything is there', () => {
    const db = files.open()
    const registry = registryOf(USERS, { up: REBUILD })
    const gates = [schemaGate({ onDifference: 'refuse' })]
    const error = errorOf(() => migrate(db, registry, { gates }))
    expect(error).toMatchObject({
      code: 'GATE_OBJECT_LOST',
      facts: { problems: [{ code: 'GATE_OBJECT_LOST' }] },
      report: { to: 1 },
    })
    expect(error.message).toMatch(/The step was rolled back\.$/)
    expect(ledgerIds(db)).toEqual(['001'])
    expect(
      db
        .prepare("SELECT count(*) FROM sqlite_master WHERE name LIKE 'users~_%' ESCAPE '~'")
        .pluck()
        .get(),
    ).toBe(2)
  })
  test('a table that another connection would have dropped is not expected back', () => {
    const registry = registryOf(USERS, { up: 'CREATE TABLE a (b)' }, { up: 'CREATE TABLE c (d)' })
    expect(codesOf(run(registry, (db) => db.exec('DROP INDEX users_name')))).toEqual([])
  })
  test('digests of another algorithm count as none', () => {
    const registry = withDigests(registryOf(USERS, { up: REBUILD })).map((entry) => ({
      ...entry,
      schemaDigest: '0:1',
    }))
    expect(codesOf(run(registry))).toEqual(['GATE_OBJECT_LOST'])
  })
})

describe('views and triggers', () => {
  const VIEW: Draft<Database> = {
    up: `CREATE TABLE a (x, y); CREATE TABLE b (x);
      CREATE VIEW v AS SELECT x FROM a; CREATE VIEW w AS SELECT x FROM v;
      CREATE TRIGGER ta AFTER UPDATE OF x ON b BEGIN INSERT INTO a (x) VALUES (NEW.x); END;
      CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN DELETE FROM a; END;
      CREATE TRIGGER tw INSTEAD OF UPDATE ON w BEGIN DELETE FROM a; END`,
  }
  const BROKEN = ['view v', 'view w', 'trigger ta', 'trigger tv', 'trigger tw']

  test.each([
    ['with digests', withDigests],
    ['without', (registry: Registry<Database>) => registry],
  ])('that no longer compile are named, %s', (_, digested) => {
    const registry = digested(
      registryOf(VIEW, { up: 'DROP TABLE a' }, { up: 'CREATE TABLE c (x)' }),
    )
    const { warnings } = run(registry)
    expect(codesOf({ warnings } as Watched)).toEqual(['GATE_OBJECT_BROKEN'])
    expect(Object.keys(warnings[0]?.facts?.['broken'] as object).sort()).toEqual(BROKEN.sort())
    expect(warnings[0]?.message).toContain('view v: no such table: main.a\n')
  })
  test('that did not compile before are not blamed on the step', () => {
    const registry = registryOf(VIEW, { up: 'CREATE TABLE c (x)' })
    expect(codesOf(run(registry, (db) => db.exec('DROP TABLE a')))).toEqual([])
  })
  test('of others do not matter', () => {
    const registry = withDigests(registryOf(USERS, { up: 'DROP TABLE users' }))
    const foreign = 'CREATE VIEW theirs AS SELECT * FROM users'
    expect(codesOf(run(registry, (db) => db.exec(foreign)))).toEqual([])
  })
  test('refused, the step is rolled back', () => {
    const registry = registryOf(VIEW, { up: 'DROP TABLE a' })
    const db = files.open()
    const gates = [schemaGate({ onDifference: 'refuse' })]
    expect(errorOf(() => migrate(db, registry, { gates })).code).toBe('GATE_OBJECT_BROKEN')
    expect(ledgerIds(db)).toEqual(['001'])
    expect(db.prepare('SELECT * FROM w').all()).toEqual([])
  })
})

describe('a trigger of the application on a table of these migrations', () => {
  const OWN: Draft<Database>[] = [
    { up: 'CREATE TABLE posts (id INTEGER PRIMARY KEY, a); CREATE TABLE log (x)' },
    {
      up: `CREATE TRIGGER tr AFTER INSERT ON posts BEGIN INSERT INTO log VALUES (NEW.id); END;
        CREATE TRIGGER tu AFTER UPDATE OF a ON posts BEGIN INSERT INTO log VALUES (NEW.id); END`,
    },
  ]
  const gates = [schemaGate({ onDifference: 'refuse' })]
  const theirs = (body: string, on = 'INSERT ON posts', kind = '') =>
    `CREATE ${kind} TRIGGER ot AFTER ${on} BEGIN ${body}; END`

  test.each([
    ['calls a function that only it registers', theirs('SELECT appfn(NEW.id)')],
    ['calls it in another event', theirs('SELECT AppFn(NEW.id)', 'UPDATE ON posts')],
    ['calls it in WHEN', theirs('SELECT 1', 'INSERT ON posts WHEN "appfn"(NEW.id)')],
    ['gives a function too little', theirs('SELECT substr()')],
    ['writes to a table that is gone', theirs('INSERT INTO gone VALUES (1)')],
    ['writes to one whose name is quoted', theirs('INSERT INTO [it is gone] VALUES (1)')],
    ['names a column that is gone', theirs('INSERT INTO log (gone) VALUES (1)')],
    ['reads one that is gone', theirs('SELECT NEW.gone')],
    ['is temporary', theirs('SELECT appfn(NEW.id)', 'INSERT ON main.posts', 'TEMP')],
    ['is on what it writes to', theirs('SELECT appfn(NEW.x)', 'INSERT ON log')],
  ])('is to blame alone where it %s', (_, foreign) => {
    for (const registry of [registryOf(...OWN), withDigests(registryOf(...OWN))]) {
      const { db } = run(registry, (one) => one.exec(foreign), { gates })
      expect(ledgerIds(db)).toEqual(['001', '002'])
      const { problems } = managerOf(db, withDigests(registry)).verify()
      const kept = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ot'").all()
      expect(problems.map(({ facts }) => facts?.['object'])).toEqual(kept.map(() => 'trigger ot'))
    }
  })
  test('does not hide that a step breaks one of these migrations', () => {
    const registry = withDigests(registryOf(...OWN, { up: 'DROP TABLE log' }))
    const harmless = theirs('SELECT NEW.a')
    const error = errorOf(() => run(registry, (db) => db.exec(harmless), { gates }))
    expect(Object.keys(error.facts['broken'] as object)).toEqual(['trigger tr', 'trigger tu'])
  })
  test('is no excuse for one that lacks the same', () => {
    const registry = withDigests(registryOf(...OWN, { up: 'DROP TABLE log' }))
    const alike = theirs('INSERT INTO log VALUES (1)')
    const error = errorOf(() => run(registry, (db) => db.exec(alike), { gates }))
    expect(Object.keys(error.facts['broken'] as object)).toEqual(['trigger tr', 'trigger tu'])
  })
  test('nor is another of these migrations blamed for one', () => {
    const second = 'CREATE TRIGGER tg AFTER INSERT ON posts BEGIN DELETE FROM other; END'
    const registry = withDigests(
      registryOf(...OWN, { up: `CREATE TABLE other (x); ${second}` }, { up: 'DROP TABLE other' }),
    )
    const error = errorOf(() => run(registry, undefined, { gates }))
    expect(Object.keys(error.facts['broken'] as object)).toEqual(['trigger tg'])
  })
})

describe('a registry with digests', () => {
  const LATER: Draft<Database>[] = [
    { up: 'CREATE TABLE posts (id INTEGER PRIMARY KEY)', down: 'DROP TABLE posts' },
    { up: 'ALTER TABLE posts ADD title TEXT', down: 'ALTER TABLE posts DROP title' },
  ]
  const registry = withDigests(registryOf(USERS, ...LATER))

  test('is kept silent by a database that is as it should be, up and down', () => {
    const { db, warnings } = run(registry)
    expect(warnings).toEqual([])
    const gates = [schemaGate({ onDifference: 'refuse' as const })]
    const manager = managerOf(db, registry, { gates })
    expect(manager.rollback({ to: 0 }).steps).toHaveLength(3)
    expect(manager.migrate().steps).toHaveLength(3)
  })
  test('finds what was changed by hand, and tells of it once', () => {
    const { warnings } = run(registry, (db) => {
      db.exec('ALTER TABLE users ADD phone TEXT; DROP INDEX users_name')
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({
      code: 'GATE_SCHEMA_DIFFERS',
      facts: {
        version: 2,
        differences: [
          { object: 'table users', change: 'changed', grade: 'differs' },
          { object: 'index users_name', change: 'lost', grade: 'differs' },
        ],
      },
    })
    expect(warnings[0]?.message).toContain(
      '\n  table users differs; this step did not touch it\n  index users_name is missing; this step did not touch it\n',
    )
  })
  test('finds a step that does something else than it did when it was generated', () => {
    const conditional: Draft<Database> = {
      up(db) {
        const rows = db.prepare<[], number>('SELECT count(*) AS n FROM users').get() as unknown as {
          n: number
        }
        db.exec(`ALTER TABLE users ADD ${rows.n > 0 ? 'crowd' : 'nobody'} TEXT`)
      },
    }
    const { warnings } = run(withDigests(registryOf(USERS, conditional)), (db) =>
      db.exec("INSERT INTO users (name) VALUES ('a')"),
    )
    expect(codesOf({ warnings } as Watched)).toEqual(['GATE_SCHEMA_DIFFERS'])
    expect(warnings[0]?.message).toContain(
      '\n  table users differs\n    + column crowd text (by this step)\n',
    )
  })
  test('finds what a later step was to drop', () => {
    const dropping = withDigests(registryOf(USERS, { up: 'DROP TABLE IF EXISTS users' }, ...LATER))
    const { warnings } = run(dropping, (db) => {
      db.exec('ALTER TABLE users RENAME TO old; CREATE VIEW users AS SELECT 1')
      db.exec('DROP VIEW users; ALTER TABLE old RENAME TO users; CREATE TABLE other (x)')
    })
    expect(warnings).toEqual([])
    const kept = dropping.map((entry) =>
      entry.version === 2 ? { ...entry, source: { up: 'SELECT 1' } } : entry,
    )
    expect(run(kept).warnings[0]?.message).toContain('table users is unexpected')
  })
  test('finds what a down forgets of what its step has made', () => {
    const forgetful: Draft<Database> = {
      up: 'CREATE TABLE b (x); CREATE TABLE c (x)',
      down: 'DROP TABLE c',
    }
    const registry = withDigests(registryOf(USERS, forgetful))
    const { db } = run(registry)
    const gates = [schemaGate({ onDifference: 'refuse' as const })]
    const error = errorOf(() => managerOf(db, registry, { gates }).rollback())
    expect(error).toMatchObject({
      code: 'GATE_SCHEMA_DIFFERS',
      facts: { differences: [{ object: 'table b', change: 'added' }] },
    })
    expect(ledgerIds(db)).toEqual(['001', '002'])
    const known = registry.map((entry) =>
      entry.version === 2 ? { ...entry, acknowledged: ['DOWN_NOT_INVERSE'] } : entry,
    )
    expect(managerOf(db, known, { gates }).rollback({ to: 0 }).to).toBe(0)
  })
  test('finds what belongs to a pending step after a down, unless that step is prepared for it', () => {
    const pending = (up: string): Registry<Database> =>
      withDigests(registryOf(USERS, { up: 'CREATE TABLE b (x)', down: 'DROP TABLE b' }, { up }))
    const undo = (up: string): string[] => {
      const { db } = run(pending(up).slice(0, 2))
      db.exec('CREATE TABLE d (x)')
      const gates = [schemaGate()]
      const found: string[] = []
      const onEvent = (event: MigrationEvent): void => {
        if (event.type === 'warning') found.push(event.problem.code)
      }
      managerOf(db, pending(up), { gates, onEvent }).rollback()
      return found
    }
    expect(undo('CREATE TABLE d (x)')).toEqual(['GATE_SCHEMA_DIFFERS'])
    expect(undo('CREATE TABLE IF NOT EXISTS d (x)')).toEqual([])
  })
  test('does not mind objects of others, nor what is only written in another way', () => {
    const { warnings } = run(registry, (db) => {
      db.exec(`CREATE TABLE theirs (x); CREATE INDEX theirs_x ON theirs (x); CREATE INDEX extra ON users (age);
        CREATE VIRTUAL TABLE texts USING fts5(body); ANALYZE;
        DROP INDEX users_name; CREATE INDEX "users_name" /* again */ ON "users" ([name] ASC)`)
    })
    expect(warnings).toEqual([])
  })
  test('leaves ignored tables out', () => {
    const cached = withDigests(registryOf(USERS, ...LATER))
    const options = { ignoreTables: ['USERS'] }
    const drift = (db: BetterSqlite3.Database): void => void db.exec('ALTER TABLE users ADD x')
    expect(codesOf(run(cached, drift))).toEqual(['GATE_SCHEMA_DIFFERS'])
    expect(codesOf(run(cached, drift, options))).toEqual([])
  })
  test('refuses, with everything of the run before it kept', () => {
    const db = files.open()
    migrate(db, registry, { to: 2 })
    db.exec('DROP TRIGGER users_age')
    const gates = [schemaGate({ onDifference: 'refuse' })]
    const error = errorOf(() => migrate(db, registry, { gates }))
    expect(error.code).toBe('GATE_SCHEMA_DIFFERS')
    expect(error.message).toContain('trigger users_age is missing')
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('is compared in one transaction for all as well', () => {
    const { db, warnings } = run(registry, (db) => void db.exec('DROP TRIGGER users_age'), {
      transaction: 'all',
    })
    expect(codesOf({ warnings } as Watched)).toEqual(['GATE_SCHEMA_DIFFERS'])
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
})

test('a step outside a transaction that is refused says what is still there', () => {
  const registry = registryOf(USERS, { up: REBUILD, transaction: false })
  const db = files.open()
  const gates = [schemaGate({ onDifference: 'refuse' })]
  const error = errorOf(() => migrate(db, registry, { gates }))
  expect(error.code).toBe('GATE_OBJECT_LOST')
  expect(error.message).toMatch(/what it did is still there\.$/)
})

test('text that cannot be seen may have dropped anything by name', async () => {
  const db = files.open()
  const warnings: Problem[] = []
  const registry = registryOf(
    USERS as Draft<BetterSqlite3.Database>,
    { up: (handle) => void handle.exec('DROP INDEX users_name') },
    { up: 'ALTER TABLE users RENAME TO people' },
  )
  const manager = new MigrationManager(asyncDriver(db), registry, {
    gates: [schemaGate()],
    onEvent: (event) => void (event.type === 'warning' && warnings.push(event.problem)),
  })
  expect((await manager.migrate()).steps).toHaveLength(3)
  expect(warnings).toEqual([])
})

/** A gate that writes down what it is asked, and throws after version 2. */
const ownGate = (seen: string[]): Gate =>
  gateWith(({ table, database }) => ({
    *before(step) {
      seen.push(`${table} ${step.id} ${step.direction}`)
      yield database.query('SELECT 1')
    },
    see: (sql) => void seen.push(sql === null ? '?' : sql.slice(0, 12)),
    *after({ version }) {
      yield database.query('SELECT 1')
      if (version === 2) throw new Error('no table may be called a')
    },
  }))

test.each(['before', 'after'] as const)('a gate that ends the transaction %s a step', (when) => {
  const db = files.open()
  const gate = gateWith(({ database }) => {
    const nothing = function* (): Generator<unknown, void> {}
    const commit = function* (): Generator<unknown, void> {
      yield database.execute('COMMIT')
    }
    return { before: nothing, after: nothing, see: () => {}, [when]: commit }
  })
  const error = errorOf(() => migrate(db, registryOf(USERS), { gates: [gate] }))
  expect(error).toMatchObject({ code: 'GATE_TRANSACTION', facts: { version: 1 } })
  expect(error.message).toContain('it ended the transaction')
  expect(ledgerIds(db)).toEqual([])
})

test('several gates look at the same step, and one of a user may stop it', () => {
  const seen: string[] = []
  const registry = registryOf(USERS, { up: 'CREATE TABLE a (b)' })
  const db = files.open()
  const error = errorOf(() => migrate(db, registry, { gates: [schemaGate(), ownGate(seen)] }))
  expect(seen).toEqual(['_migrations 001 up', 'CREATE TABLE', '_migrations 002 up', 'CREATE TABLE'])
  expect(error.code).toBe('GATE_FAILED')
  expect(ledgerIds(db)).toEqual(['001'])
})
