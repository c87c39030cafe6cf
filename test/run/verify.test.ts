// Verifying databases in every state, and with everything that can be wrong with them. It never writes.
import type BetterSqlite3 from 'better-sqlite3'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'
import type { Verification } from '../../src/model/verification.js'
import type { VerifyOptions } from '../../src/run/verify.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases } from '../support/databases.js'
import { errorOf, readsWell } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { schemasOf, withDigests } from '../support/replayed.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

const drafts: readonly Draft<Database>[] = [
  {
    up: `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER CHECK (age >= 0));
      CREATE INDEX users_name ON users (name)`,
  },
  {
    up: `CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
      CREATE VIEW authors AS SELECT DISTINCT user_id FROM posts`,
  },
  {
    up: 'CREATE TABLE tags (name TEXT); CREATE TRIGGER t AFTER INSERT ON tags BEGIN SELECT 1; END',
  },
  { up: 'DROP TABLE tags' },
]
const plain = registryOf(...drafts)
const registry = withDigests(plain)
const schemas = schemasOf(plain)
const wanted: VerifyOptions = { expected: (version) => schemas[version] }

type Prepare = (db: BetterSqlite3.Database) => void

/** Verifies a database that is prepared; with a handle that only reads where it can. */
function verified(
  prepare: Prepare,
  known: Registry<Database> = registry,
  options: VerifyOptions & ManagerOptions = {},
): Verification {
  const path = files.path()
  const writer = files.open(path)
  prepare(writer)
  writer.close()
  const before = readFileSync(path)
  const db = files.open(path, { readonly: true })
  const { expected, integrity, ...own } = options
  const asked = { ...(expected && { expected }), ...(integrity && { integrity }) }
  const found = managerOf(db, known, own).verify(asked)
  db.close()
  expect(readFileSync(path).equals(before)).toBe(true)
  found.problems.forEach(readsWell)
  return found
}

const applied =
  (then: Prepare = () => {}, to: 1 | 2 | 3 | 4 = 4): Prepare =>
  (db) => {
    migrate(db, plain, { to })
    db.pragma('foreign_keys = OFF')
    then(db)
  }

const codesOf = ({ problems }: Verification): string[] => problems.map(({ code }) => code)
const objectsOf = ({ differences }: Verification): string[] =>
  differences.map(({ object, change, grade }) => `${object} ${change} ${grade}`)

describe('what a pending version makes and is there already', () => {
  const behind = (sql: string, to: 1 | 2 | 3 = 1): Prepare => applied((db) => db.exec(sql), to)
  test.each([
    [
      applied((db) => db.exec("DELETE FROM _migrations WHERE version > '001'"), 2),
      2,
      'view authors',
    ],
    [behind('CREATE TABLE posts (mine)'), 2, 'table posts'],
    [behind('CREATE TABLE Tags (mine)'), 3, 'table tags'],
  ])('%#', (prepare, version, object) => {
    const found = verified(prepare)
    expect(found).toMatchObject({ ok: false, state: 'pending', foreign: [] })
    expect(codesOf(found)).toEqual(['LEDGER_BEHIND'])
    expect(found.problems[0]).toMatchObject({
      facts: { version, objects: expect.arrayContaining([object]) },
    })
    expect(found.problems[0]!.fix).toContain(`lockstep mark 00${version} --applied`)
  })
  test('is not advised to be marked while the ledger has to be set right first', () => {
    const moved = registryOf(drafts[0]!, { ...drafts[2]!, name: 'step_3' })
    const codes = codesOf(verified((db) => migrate(db, moved)))
    expect(codes).toContain('HISTORY_RENUMBERED')
    expect(codes).not.toContain('LEDGER_BEHIND')
  })
  describe('a change of what is there', () => {
    const grown = withDigests(
      registryOf(
        { up: 'CREATE TABLE a (x)' },
        { up: 'ALTER TABLE a ADD COLUMN y' },
        { up: 'ALTER TABLE a ADD COLUMN z' },
      ),
    )
    const behindBy = (deleted: string, then = ''): Verification =>
      verified((db) => {
        migrate(db, grown)
        db.exec(`DELETE FROM _migrations WHERE version >= '${deleted}'; ${then}`)
      }, grown)
    test('is told of the versions that have been through it', () => {
      for (const [deleted, versions] of [
        ['002', [2, 3]],
        ['003', [3]],
      ] as const) {
        const found = behindBy(deleted)
        expect(codesOf(found)).toEqual(versions.map(() => 'LEDGER_BEHIND'))
        expect(found.problems.map(({ facts }) => facts)).toEqual(
          versions.map((version) => ({ version, objects: ['table a'] })),
        )
      }
    })
    test('is a difference where no version leads to what is there', () => {
      expect(codesOf(behindBy('002', 'ALTER TABLE a ADD COLUMN other'))).toEqual(['SCHEMA_DIFFERS'])
    })
    test('is made good by marking, one version after the other', () => {
      const db = files.open()
      migrate(db, grown)
      db.exec("DELETE FROM _migrations WHERE version >= '002'")
      const manager = managerOf(db, grown)
      for (const version of [2, 3]) manager.mark(version, { as: 'applied' })
      expect(manager.verify()).toMatchObject({ ok: true, state: 'current' })
    })
    test('is not marked where the schema is one of nobody', () => {
      const db = files.open()
      migrate(db, grown)
      db.exec("DELETE FROM _migrations WHERE version >= '002'; ALTER TABLE a ADD COLUMN other")
      const manager = managerOf(db, grown)
      expect(errorOf(() => manager.mark(2, { as: 'applied' })).code).toBe('MARK_REFUSED')
    })
  })
  test.each<[string, Prepare, VerifyOptions & ManagerOptions]>([
    ['of another owner', behind('CREATE TABLE mine (a)'), {}],
    ['of an ignored table', behind('CREATE TABLE posts (mine)'), { ignoreTables: ['posts'] }],
    ['that an earlier version has made and removed', applied(undefined, 3), {}],
  ])('nothing is said %s', (_, prepare, options) => {
    expect(verified(prepare, registry, options).ok).toBe(true)
  })
  test.each([
    'CREATE TABLE IF NOT EXISTS posts (a)',
    'DROP TABLE if exists posts; CREATE TABLE posts (a)',
  ])('nothing is said of a step that is prepared for it: %s', (up) => {
    const known = registryOf(drafts[0]!, { up })
    const prepare: Prepare = (db) => {
      migrate(db, known, { to: 1 })
      db.exec('CREATE TABLE posts (a)')
    }
    expect(verified(prepare, withDigests(known))).toMatchObject({ ok: true, foreign: [] })
  })
})

describe('a database in the state', () => {
  const cases: [state: string, prepare: Prepare, codes: string[], comparedWith: string | null][] = [
    ['empty', (db) => void db.exec('CREATE TABLE a (b); DROP TABLE a'), [], 'digests'],
    ['unmanaged', (db) => void db.exec('CREATE TABLE a (b)'), ['DATABASE_UNMANAGED'], null],
    ['unmanaged', (db) => void db.exec('CREATE TABLE _migrations (v)'), ['LEDGER_FOREIGN'], null],
    ['current', applied(), [], 'digests'],
    ['pending', applied(undefined, 3), [], 'digests'],
    [
      'ahead',
      (db) => void migrate(db, registryOf(...drafts, { up: 'CREATE TABLE newer (x)' })),
      ['DATABASE_AHEAD'],
      null,
    ],
    [
      'diverged',
      applied((db) => db.exec("UPDATE _migrations SET checksum = '1:a' WHERE version = '002'")),
      ['HISTORY_EDITED'],
      'digests',
    ],
    [
      'diverged',
      applied((db) => db.exec("DELETE FROM _migrations WHERE version = '002'")),
      ['HISTORY_GAP'],
      'digests',
    ],
    [
      'interrupted',
      applied((db) => db.exec("UPDATE _migrations SET started_by = 'x' WHERE version = '004'")),
      // Compared with the last version that ended: how far the other has come helps to settle it.
      ['HISTORY_INTERRUPTED', 'SCHEMA_DIFFERS'],
      'digests',
    ],
  ]
  test.each(cases)('%s', (state, prepare, codes, comparedWith) => {
    const found = verified(prepare)
    expect(found).toMatchObject({ state, comparedWith, ok: codes.length === 0 })
    expect(codesOf(found)).toEqual(codes)
  })
  test('without digests and without an expected schema, nothing is compared', () => {
    const found = verified(
      applied((db) => db.exec('DROP TABLE posts; DROP VIEW authors')),
      plain,
    )
    expect(found).toMatchObject({ ok: true, comparedWith: null, compared: 0, foreign: [] })
  })
})

describe('the schema', () => {
  const DRIFT = `DROP INDEX users_name; ALTER TABLE users ADD phone TEXT; CREATE TABLE tags (name TEXT);
    CREATE TABLE theirs (x); CREATE INDEX theirs_x ON theirs (x)`

  test('is compared by digests, which tell the objects', () => {
    const found = verified(applied((db) => db.exec(DRIFT)))
    expect(objectsOf(found)).toEqual([
      'table users changed differs',
      'index users_name lost differs',
      'table tags added differs',
    ])
    expect(found).toMatchObject({ ok: false, comparedWith: 'digests', compared: 4 })
    expect(found.foreign).toEqual(['table theirs', 'index theirs_x'])
    expect(found.problems[0]?.message).toBe(
      'The schema is not that of version 004; 3 objects differ:\n  table users differs\n' +
        '  index users_name is missing\n  table tags is unexpected\nCode that was written for that version may fail.',
    )
    expect(codesOf(found)).toEqual(['SCHEMA_DIFFERS'])
  })
  test('is compared column by column with one that is given', () => {
    const found = verified(
      applied((db) => db.exec(DRIFT)),
      registry,
      wanted,
    )
    expect(found.differences).toContainEqual({
      object: 'table users',
      change: 'changed',
      grade: 'differs',
      details: [{ change: 'added', what: 'column phone', expected: null, found: 'phone text' }],
    })
    expect(objectsOf(found)).toHaveLength(3)
    expect(found).toMatchObject({ ok: false, comparedWith: 'schema', compared: 4 })
  })
  test('may have objects of others, which without digests includes what a later step dropped', () => {
    const found = verified(
      applied((db) => db.exec('CREATE TABLE tags (x)')),
      plain,
      wanted,
    )
    expect(found).toMatchObject({ ok: true, differences: [], foreign: ['table tags'] })
  })
  test('may be written in another way', () => {
    const found = verified(
      applied((db) =>
        db.exec('DROP INDEX users_name; CREATE INDEX users_name ON users (name ASC)'),
      ),
      registry,
      wanted,
    )
    expect(found.ok).toBe(true)
    expect(objectsOf(found)).toEqual(['index users_name changed spelled'])
  })
  test('is the one of the applied version, not of the newest', () => {
    expect(verified(applied(undefined, 3), registry, wanted).differences).toEqual([])
    expect(verified(applied(undefined, 2), registry).differences).toEqual([])
  })
  test('has ignored tables left out on both sides, with what is on them', () => {
    const drift = applied((db) => db.exec('ALTER TABLE users ADD x; DROP INDEX users_name'))
    for (const options of [wanted, {}]) {
      const found = verified(drift, registry, { ...options, ignoreTables: ['USERS*', 'nothing.'] })
      expect(found).toMatchObject({ ok: true, differences: [] })
    }
    expect(verified(drift, registry, { ignoreTables: ['user', '?sers', 'x*'] }).ok).toBe(false)
  })
  test('is put down to a migration that was changed, where one was', () => {
    const drift = applied((db) => db.exec('ALTER TABLE users ADD phone'))
    const edited = registry.map((entry) => ({ ...entry, checksum: '1:0' }))
    expect(verified(drift).problems.at(-1)?.fix).toMatch(/^Find out who .* with --force/)
    expect(verified(drift, edited).problems.at(-1)?.fix).toMatch(/^A migration was changed/)
  })
  test('is asked for with the digests of an older algorithm as without', () => {
    const older = registry.map((entry) => ({ ...entry, schemaDigest: '0:a' }))
    expect(verified(applied(), older)).toMatchObject({ ok: true, comparedWith: null })
  })
})

describe('what does not work any more', () => {
  test('views and triggers that do not compile are named with the reason', () => {
    const found = verified(applied((db) => db.exec('DROP TABLE posts'), 3))
    expect(codesOf(found)).toEqual(['SCHEMA_DIFFERS', 'SCHEMA_BROKEN'])
    expect(found.problems[1]?.message).toBe(
      'The view authors does not compile: no such table: main.posts.',
    )
  })
  test('rows that break a constraint are found by SQLite', () => {
    const path = files.path()
    const db = files.open(path)
    applied((one) => {
      one.pragma('ignore_check_constraints = ON')
      one.exec("INSERT INTO users (name, age) VALUES ('a', -1), ('b', NULL), ('c', 1)")
      one.pragma('ignore_check_constraints = OFF')
    })(db)
    for (const handle of [db, files.open(path, { readonly: true })]) {
      const found = managerOf(handle, registry).verify()
      expect(codesOf(found)).toEqual(['INTEGRITY_BROKEN'])
      expect(found.problems[0]?.message).toContain('\n  CHECK constraint failed in users')
    }
  })
  test('a check with a function that this connection lacks is not said to have failed', () => {
    const own = applied((db) => {
      db.function('fine', (value) => Number(value))
      db.exec('CREATE TABLE x (a CHECK (fine(a))); INSERT INTO x VALUES (1)')
    })
    expect(verified(own).ok).toBe(true)
  })
  test('an index that does not fit its table is found, but not when it is to be quick', () => {
    const damage = applied((db) => {
      db.exec("INSERT INTO users (name) VALUES ('a')")
      db.unsafeMode()
      db.pragma('writable_schema = ON')
      db.exec(
        "UPDATE sqlite_master SET sql = 'CREATE INDEX users_name ON users (name DESC, age)' WHERE name = 'users_name'",
      )
    })
    expect(codesOf(verified(damage, plain))).toEqual(['INTEGRITY_BROKEN'])
    expect(codesOf(verified(damage, plain, { integrity: 'quick' }))).toEqual([])
  })
  test('rows without a parent are counted by constraint', () => {
    const orphans = applied((db) => {
      db.exec('INSERT INTO posts (user_id) VALUES (1), (2); CREATE TABLE x (p REFERENCES posts)')
      db.exec('INSERT INTO x VALUES (77)')
    })
    const found = verified(orphans)
    expect(codesOf(found)).toEqual(['FOREIGN_KEY_ORPHANS', 'FOREIGN_KEY_ORPHANS'])
    expect(found.problems.map(({ message }) => message)).toEqual([
      'In posts, 2 rows have no parent in users (user_id).',
      'In x, one row has no parent in posts (p).',
    ])
    expect(verified(orphans, registry, { ignoreTables: ['posts', 'x'] }).ok).toBe(true)
  })
  test('keys that cannot be checked are named', () => {
    const found = verified(
      applied((db) =>
        db.exec(
          'CREATE TABLE p (a); CREATE TABLE c (a REFERENCES p (a)); INSERT INTO c VALUES (1)',
        ),
      ),
    )
    expect(codesOf(found)).toEqual(['FOREIGN_KEY_ORPHANS', 'FOREIGN_KEY_UNCHECKABLE'])
  })
  test('a damaged page is found', () => {
    const path = files.path()
    const db = files.open(path)
    applied((one) => {
      const insert = one.prepare('INSERT INTO users (name) VALUES (?)')
      one.exec('BEGIN')
      for (let i = 0; i < 2000; i++) insert.run(`somebody ${i}`)
      one.exec('COMMIT')
      one.pragma('wal_checkpoint(TRUNCATE)')
    })(db)
    const [page] = db
      .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'users_name'")
      .pluck()
      .all()
    db.close()
    overwritePage(path, Number(page))
    const manager = managerOf(files.open(path), registry)
    expect(codesOf(manager.verify())).toContain('INTEGRITY_BROKEN')
  })
})

function overwritePage(path: string, page: number): void {
  const bytes = readFileSync(path)
  bytes.fill(0x5a, (page - 1) * 4096, page * 4096)
  writeFileSync(path, bytes)
}

test('a caller may have a transaction open', () => {
  const db = files.open()
  migrate(db, registry)
  db.exec('BEGIN; DROP INDEX users_name')
  const manager = managerOf(db, registry)
  expect(manager.verify().ok).toBe(false)
  expect(db.inTransaction).toBe(true)
  db.exec('ROLLBACK')
  expect(manager.verify().ok).toBe(true)
  expect(db.inTransaction).toBe(false)
})

test('an asynchronous driver finds the same', async () => {
  const db = files.open()
  migrate(db, registry)
  db.exec('DROP INDEX users_name')
  const known = registry as unknown as Registry<BetterSqlite3.Database>
  const found = await new MigrationManager(asyncDriver(db), known).verify(wanted)
  expect(objectsOf(found)).toEqual(['index users_name lost differs'])
  expect(codesOf(found)).toEqual(['SCHEMA_DIFFERS'])
})

test('what is no database is an error', () => {
  const path = files.path()
  writeFileSync(
    path,
    'this is a text that is long enough to be looked at as a database file'.repeat(20),
  )
  const manager = managerOf(files.open(path), registry)
  expect(errorOf(() => manager.verify()).code).toBe('DATABASE_NOT_A_DATABASE')
})

test('full-text indexes over other tables are said to be unchecked', () => {
  const prepare: Prepare = (db) =>
    db.exec(`CREATE TABLE notes (body); CREATE VIRTUAL TABLE Search USING fts5(body, content='notes');
      CREATE VIRTUAL TABLE own USING fts5(body); CREATE VIRTUAL TABLE older USING fts4(body, content=notes); CREATE VIRTUAL TABLE none USING fts5(body, content='')`)
  expect(verified(prepare, [])).toMatchObject({ unchecked: ['table search'] })
  expect(verified(prepare, [], { ignoreTables: ['search'] })).toMatchObject({ unchecked: [] })
})
