// What functions of the application throw is told as theirs.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Mirror } from '../../src/model/mirror.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const fail = (): never => {
  throw new Error('the disk of the user')
}

// It is to be made by backUpWith; without types, anything can stand there.
test.each([
  ['that throws at once', fail, 'the disk of the user'],
  [
    'that throws later',
    function* () {
      yield 1
      fail()
    },
    'the disk of the user',
  ],
  ['that answers nothing', () => undefined, 'not iterable'],
])('a backup of your own: %s', (_, backup, reason) => {
  const db = files.open()
  migrate(db, registryOf(...tables(1)))
  const registry = registryOf(...tables(2))
  const error = errorOf(() => migrate(db, registry, { backup: backup as never }))
  expect(error).toMatchObject({ code: 'BACKUP_HOOK_FAILED', report: { steps: [] } })
  expect(error.message).toContain(reason)
  expect(error.message).toContain('Nothing was applied.')
  expect(ledgerIds(db)).toEqual(['001'])
})

describe('a mirror of your own', () => {
  const later: Mirror = function* (database, version) {
    yield database.query('SELECT 1')
    if (version > 1) fail()
  }
  test.each([
    ['that throws at once', fail as Mirror],
    ['that throws later', later],
  ])('%s', (_, mirror) => {
    const db = files.open()
    migrate(db, registryOf(...tables(1)))
    const quiet: Mirror = function* () {}
    const error = errorOf(() => migrate(db, registryOf(...tables(2)), { mirrors: [quiet, mirror] }))
    expect(error.code).toBe('MIRROR_FAILED')
    expect(error.message).toContain('could not be copied into mirrors[1]: the disk of the user.')
    expect(ledgerIds(db)).toEqual(['001'])
  })
  test('that meets a fault of the database does not hide it', () => {
    const db = files.open()
    const full: Mirror = function* (database) {
      yield database.query('PRAGMA max_page_count = 1')
      yield database.query(
        'INSERT INTO t1 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n',
      )
    }
    const error = errorOf(() => migrate(db, registryOf(...tables(1)), { mirrors: [full] }))
    expect(error.code).toBe('DATABASE_FULL')
  })
})

test.each([
  ['', 'cannot be read'],
  ['soon', 'cannot be read'],
  ['12345', 'cannot be read'],
  ['2024-05-06 07:08:09.123', 'was 2024-05-06T07:08:09.123Z'],
])('a sign of life that says "%s" is told as one that %s', (heartbeat, told) => {
  const db = files.open()
  const registry = registryOf<Handle>(...tables(1), { up: 'SELECT 1', transaction: false })
  migrate(db, registryOf(...tables(1)))
  db.prepare(
    "INSERT INTO _migrations (version, name, started_by, heartbeat_at) VALUES ('002', 'x', 'me', ?)",
  ).run(heartbeat)
  const { problems } = managerOf(db, registry).status()
  expect(problems[0]?.message).toContain(`its last sign of life ${told}.`)
})

describe('rows that the application still reads', () => {
  const reading = (db: Handle): Iterator<unknown> => {
    const rows = db.prepare("SELECT * FROM t1 UNION ALL VALUES ('a'), ('b')").iterate()
    rows.next()
    return rows
  }
  const said = {
    code: 'DATABASE_FAILED',
    message: expect.stringContaining('still reading the rows of a query') as string,
    fix: expect.stringContaining('return()') as string,
  }
  test.each<[string, (db: Handle) => unknown]>([
    ['migrate', (db) => migrate(db, registryOf(...tables(2)))],
    ['rollback', (db) => managerOf(db, registryOf(...tables(1))).rollback()],
    ['status', (db) => managerOf(db, registryOf(...tables(1))).status()],
    ['verify', (db) => managerOf(db, registryOf(...tables(1))).verify()],
  ])('are told of by %s', (_, ask) => {
    const db = files.open()
    migrate(db, registryOf(...tables(1)))
    const rows = reading(db)
    expect(errorOf(() => ask(db))).toMatchObject(said)
    rows.return?.()
    ask(db)
  })
})

test.each([
  ['view shown', 'CREATE VIEW shown AS SELECT gone FROM t', 'ALTER TABLE t RENAME COLUMN b TO c'],
  ['index by_hand', 'CREATE INDEX by_hand ON t (b)', 'ALTER TABLE t DROP COLUMN b'],
  [
    'trigger heard',
    'CREATE TRIGGER heard AFTER INSERT ON t BEGIN INSERT INTO gone VALUES (1); END',
    'ALTER TABLE t RENAME TO u',
  ],
])('what stands in the way of a change may be of somebody else: %s', (object, sql, up) => {
  const db = files.open()
  const first = { up: 'CREATE TABLE t (a, b)' }
  migrate(db, registryOf(first))
  db.exec(sql)
  const error = errorOf(() => migrate(db, registryOf(first, { up })))
  expect(error.fix).toContain(
    `If the migrations created the ${object}, fix the migration. Otherwise`,
  )
  expect(error.fix).toMatch(/Then run again\.$/)
})

test.each([
  ['a function', 'CREATE INDEX by_slug ON t (slug(a))'],
  ['a collation', 'CREATE INDEX by_name ON t (a COLLATE german)'],
  ['a module', 'CREATE VIRTUAL TABLE v USING spellfix1'],
])('what the application registers, and this connection lacks: %s', (_, sql) => {
  const db = files.open()
  const error = errorOf(() => migrate(db, registryOf({ up: `CREATE TABLE t (a); ${sql}` })))
  expect(error.code).toBe('MIGRATION_FAILED')
  expect(error.fix).toMatch(/^Register the function, module or collation on the connection before/)
})
