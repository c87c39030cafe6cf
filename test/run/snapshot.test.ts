// A new database that begins with the snapshot of its history is the one that the steps would have made.
import Client from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { readContent } from '../../codegen/replay/snapshot/read-content.js'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import { migrate, mirrorUserVersion, snapshotOf } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { SnapshotContent } from '../../src/model/snapshot.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { contentOf } from '../support/snapshot-of.js'

const files = databases()

const registry = registryOf(
  {
    up: `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, at TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO users (name) VALUES ('root'), ('guest'), ('gone'); DELETE FROM users WHERE name = 'gone'`,
    down: 'DROP TABLE users',
  },
  { up: 'CREATE TABLE notes (text, "of" REFERENCES users)', down: 'DROP TABLE notes' },
  {
    up: (db) =>
      void db.exec(
        `INSERT INTO notes VALUES ('it''s', 1), (x'00ff', NULL); CREATE INDEX notes_of ON notes ("of"); CREATE VIEW named AS SELECT name FROM users;
CREATE TRIGGER noted AFTER INSERT ON users BEGIN INSERT INTO notes VALUES (new.name, new.id); END; PRAGMA user_version = 7; PRAGMA application_id = 99`,
      ),
    down: 'DROP TRIGGER noted; DROP VIEW named; DROP INDEX notes_of; DELETE FROM notes',
  },
)

let content: SnapshotContent
let steps: ReturnType<typeof readContent>
beforeAll(async () => {
  content = await contentOf(registry)
  const db = files.open()
  migrate(db, registry)
  steps = readContent(db, '_migrations')
})

function begin(
  options: ManagerOptions = {},
  given: Partial<SnapshotContent> = {},
  db = files.open(),
  all = registry,
) {
  const events: string[] = []
  const report = migrate(db, all, {
    snapshot: snapshotOf({ ...content, ...given }),
    onEvent: ({ type }: MigrationEvent) => void events.push(type),
    ...options,
  })
  return { db, events, report }
}

/** All that is there but the moments. */
const shown = (found: ReturnType<typeof readContent>): string =>
  JSON.stringify(found).replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'now')

describe('an empty database', () => {
  test('is brought to what the steps lead to, in one event', () => {
    const { db, events, report } = begin()
    expect(events).toEqual(['plan', 'snapshot', 'end'])
    expect(report).toMatchObject({ from: 0, to: 3 })
    expect(report.steps.map(({ id, durationMs }) => [id, durationMs])).toEqual([
      ['001', 0],
      ['002', 0],
      ['003', 0],
    ])
    expect(shown(readContent(db, '_migrations'))).toBe(shown(steps))
    expect(db.prepare("SELECT at FROM users WHERE at <= datetime('now')").all()).toHaveLength(2)
    db.exec("INSERT INTO users (name) VALUES ('next')")
    expect(db.prepare("SELECT id FROM users WHERE name = 'next'").pluck().get()).toBe(4)
    expect(db.prepare("SELECT count(*) FROM notes WHERE text = 'next'").pluck().get()).toBe(1)
  })
  test('has a row for each version, without a duration, and says where they come from', () => {
    const { db } = begin({ keepDowns: true }, {}, files.open(), withDigests(registry))
    const rows = db.prepare('SELECT version, lineage, duration_ms FROM _migrations').all()
    expect(rows).toEqual(
      registry.map(({ version, lineage }) => ({
        version: `00${version}`,
        lineage,
        duration_ms: null,
      })),
    )
    const manager = managerOf(db, registry)
    expect(manager.history().map(({ action, id }) => [action, id])).toEqual([
      ['load', '001'],
      ['load', '002'],
      ['load', '003'],
    ])
    expect(manager.status().state).toBe('current')
    expect(db.prepare('SELECT count(*) FROM _migrations_downs').pluck().get()).toBe(3)
    expect(manager.rollback({ to: 0 }).to).toBe(0)
  })
  test('is so by a manager that knows what each version does to the schema', () => {
    const db = files.open()
    const events: string[] = []
    managerOf(db, withDigests(registry), {
      snapshot: snapshotOf(content),
      keepDowns: true,
      onEvent: ({ type }) => void events.push(type),
    }).migrate()
    expect(events).toEqual(['plan', 'snapshot', 'end'])
    expect(db.prepare('SELECT count(*) FROM _migrations_downs').pluck().get()).toBe(3)
  })
  test('with mirrors has what they write', () => {
    const { db, events } = begin({ mirrors: [mirrorUserVersion] })
    expect(events).toContain('snapshot')
    expect(db.pragma('user_version', { simple: true })).toBe(3)
  })
  test('is the same through an asynchronous client', async () => {
    const db = files.open()
    const options = { snapshot: snapshotOf(content) }
    const sql = registry.slice(0, 2)
    const manager = new MigrationManager(asyncDriver(db), sql, {
      snapshot: snapshotOf(await contentOf(sql)),
    })
    expect((await manager.migrate()).to).toBe(2)
    expect(db.prepare('SELECT DISTINCT duration_ms FROM _migrations').pluck().all()).toEqual([null])
    expect(migrate(db, registry, options).steps.map(({ id }) => id)).toEqual(['003'])
  })
})

describe('the steps run as ever', () => {
  type Unused = [string, ManagerOptions & { to?: 1 }, Partial<SnapshotContent>?, string?]
  const unused: Unused[] = [
    ['to another version', { to: 1 }],
    ['with a gate', { gates: [(_, keys) => keys] }],
    ['with `env`', { env: {} }],
    ['with other mirrors', { mirrors: [mirrorUserVersion, function* () {}] }],
    ['with another registry', {}, { lineage: '1:0' }],
    ['on an older SQLite', {}, { sqlite: '3.999.0' }],
    [
      'where the database has a table of others',
      { onUnmanaged: 'allow' },
      {},
      'CREATE TABLE own (a)',
    ],
    ['where others are ignored', { ignoreTables: ['own'] }, {}, 'CREATE TABLE own (a)'],
    ['where it has a version of its own', {}, {}, 'PRAGMA user_version = 3'],
    ['where it is written in another encoding', {}, {}, "PRAGMA encoding = 'UTF-16le'"],
    ['where LIKE compares otherwise', {}, {}, 'PRAGMA case_sensitive_like = 1'],
    ['where a statement fails', {}, { others: ['CREATE INDEX no ON such (table)'] }],
    ['where SQLite keeps another text', {}, { implied: [] }],
  ]
  test.each<Unused>(unused)('%s', (_, options, given, before) => {
    const db = files.open()
    if (before) db.exec(before)
    const { events, report } = begin(options, given, db)
    expect(events).not.toContain('snapshot')
    expect(report.steps.length).toBe(options.to ?? 3)
    expect(ledgerIds(db)).toHaveLength(options.to ?? 3)
    expect(
      db.prepare('SELECT count(*) FROM _migrations WHERE duration_ms IS NULL').pluck().get(),
    ).toBe(0)
    expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(2)
  })
  test('of a database that has some of them', () => {
    const db = files.open()
    migrate(db, registry, { to: 1 })
    expect(begin({}, {}, db).report.steps.map(({ id }) => id)).toEqual(['002', '003'])
  })
})

test('something else than a snapshot is refused', () => {
  expect(
    errorOf(() => migrate(files.open(), registry, { snapshot: content as never })),
  ).toMatchObject({ code: 'OPTION_INVALID' })
})

describe('stopped at each statement', () => {
  const whole = (): number => statements(files.open(), Infinity).count

  /** Runs until a statement fails, or the process ends before it. */
  function statements(db: Client.Database, stopAt: number, dies = false) {
    let count = 0
    const next = (): void => {
      if (++count === stopAt) throw new Client.SqliteError('stopped', 'SQLITE_IOERR')
      if (dies && count > stopAt) throw new Client.SqliteError('gone', 'SQLITE_IOERR')
    }
    const plain = betterSqlite3(db)
    const driver = {
      ...plain,
      execute: (sql: string) => (next(), plain.execute(sql)),
      query: (sql: string, values?: readonly never[]) => (next(), plain.query(sql, values)),
    }
    const manager = new MigrationManager(driver as typeof plain, registry as never, {
      snapshot: snapshotOf(content),
    })
    try {
      manager.migrate()
    } catch {
      // What is left is what counts.
    }
    return { count }
  }

  test.each([true, false])('there is nothing or everything (for good: %s)', (dies) => {
    const states = new Set<string>()
    for (let at = 1; at <= whole(); at++) {
      const db = files.open()
      statements(db, at, dies)
      const name = db.name
      db.close()
      const after = files.open(name)
      const versions = ledgerIds(after).length
      states.add(
        `${versions} ${after.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'users'").pluck().get()}`,
      )
      migrate(after, registry, { snapshot: snapshotOf(content) })
      expect(shown(readContent(after, '_migrations'))).toBe(shown(steps))
    }
    expect([...states].sort()).toEqual(['0 0', '3 1'])
  })
})
