// The working example does what it says: its schema, its data steps, and a `down` for each that restores exactly.
import Database from 'better-sqlite3'
import { MigrationManager } from 'lockstep'
import { betterSqlite3, migrate } from 'lockstep/better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { registry, type Version } from '../../generated/registry.js'
import { rowsOf, schemaOf } from './schema-of.js'

let db: Database.Database
beforeEach(() => void (db = new Database(':memory:')))
afterEach(() => void db.close())

const managerOf = (database: Database.Database) =>
  new MigrationManager(betterSqlite3(database), registry)

function countOf(type: string): number {
  const sql =
    "SELECT count(*) FROM sqlite_schema WHERE type = ? AND name NOT GLOB '_migrations*' AND sql IS NOT NULL"
  return db.prepare<[string], number>(sql).pluck().get(type) ?? 0
}

/** Rows in every table of the first version, with foreign keys enforced. */
const people = `
  INSERT INTO contacts (id, telegram_id, first_name) VALUES (1, 11, 'Ada'), (2, 12, 'Ben');
  INSERT INTO groups (id, telegram_id, title) VALUES (1, 21, 'Chess');
  INSERT INTO tags (id, name) VALUES (1, 'friend');
  INSERT INTO contact_tags (contact_id, tag_id) VALUES (1, 1);
  INSERT INTO contact_groups (contact_id, group_id) VALUES (1, 1), (2, 1);
  INSERT INTO session_config (key, value) VALUES ('theme', 'dark');
  INSERT INTO sync_log (kind) VALUES ('contacts');
  INSERT INTO messages (id, telegram_id, contact_id, group_id, direction, body, is_read, sent_at) VALUES
    (1, 1, 1, NULL, 'in', 'Hello there', 1, '2025-01-01'),
    (2, 2, 1, 1, 'out', 'Good morning', 0, '2025-01-02'),
    (3, 1, 2, NULL, 'in', 'Any news?', 0, '2025-01-03');
`

test('the first version has 8 tables, 15 indexes and 3 triggers', () => {
  migrate(db, registry, { to: 1 })
  expect([countOf('table'), countOf('index'), countOf('trigger')]).toEqual([8, 15, 3])
})

test('the triggers of the first version keep updated_at', () => {
  migrate(db, registry, { to: 1 })
  db.exec(people)
  db.exec(
    "UPDATE contacts SET updated_at = 'old'; UPDATE contacts SET notes = 'met in Rome' WHERE id = 1",
  )
  const updated = db.prepare('SELECT updated_at FROM contacts ORDER BY id').pluck().all()
  expect(updated).toEqual([expect.stringMatching(/^\d{4}-/), 'old'])
})

test('the backfill derives the status of old messages', () => {
  migrate(db, registry, { to: 1 })
  db.exec(people)
  migrate(db, registry, { to: 4 })
  expect(db.prepare('SELECT status FROM messages ORDER BY id').pluck().all()).toEqual([
    'read',
    'sent',
    'received',
  ])
})

test('the last message is remembered, for old messages and for new ones', () => {
  migrate(db, registry, { to: 1 })
  db.exec(people)
  migrate(db, registry, { to: 5 })
  const state = db.prepare('SELECT last_message_at, awaits_answer FROM contacts ORDER BY id').raw()
  expect(state.all()).toEqual([
    ['2025-01-02', 0],
    ['2025-01-03', 1],
  ])
  db.exec(
    "INSERT INTO messages (telegram_id, contact_id, direction, sent_at) VALUES (9, 2, 'out', '2025-02-01')",
  )
  expect(state.all()).toEqual([
    ['2025-01-02', 0],
    ['2025-02-01', 0],
  ])
})

test('messages are found by their words, also after a change', () => {
  migrate(db, registry, { to: 1 })
  db.exec(people)
  migrate(db, registry)
  const find = db
    .prepare<[string]>('SELECT rowid FROM message_search WHERE message_search MATCH ?')
    .pluck()
  expect(find.all('hello')).toEqual([1])
  db.exec("UPDATE messages SET body = 'Bye' WHERE id = 1; DELETE FROM messages WHERE id = 2")
  expect([find.all('hello'), find.all('bye'), find.all('morning')]).toEqual([[], [1], []])
})

test('the rebuild of contacts keeps every row of every table, and everything that belongs to the table', () => {
  migrate(db, registry, { to: 1 })
  db.exec(people)
  migrate(db, registry, { to: 8 })
  const [rows, { contacts: _, ...rest }] = [rowsOf(db), schemaOf(db)]
  migrate(db, registry)
  expect(rowsOf(db)).toEqual(rows)
  expect(schemaOf(db)).toMatchObject(rest)
  db.exec("INSERT INTO contacts (first_name, phone) VALUES ('Cleo', '+49')")
  expect(db.pragma('foreign_key_check')).toEqual([])
})

describe.each(registry.map(({ version, name }) => ({ version, name })))(
  'version $version, $name',
  ({ version }) => {
    test('is undone exactly, with rows in every table', () => {
      const before = (version - 1) as Version | 0
      const manager = managerOf(db)
      if (before > 0) {
        migrate(db, registry, { to: 1 })
        db.exec(people)
        manager.migrate({ to: before as Version })
      }
      const [schema, rows] = [schemaOf(db), rowsOf(db)]
      manager.migrate({ to: version })
      expect(schemaOf(db)).not.toEqual(version === 4 ? {} : schema)
      manager.rollback({ to: before })
      expect(schemaOf(db)).toEqual(schema)
      expect(rowsOf(db)).toEqual(rows)
    })
  },
)

test('everything is undone at once', () => {
  migrate(db, registry)
  managerOf(db).rollback({ to: 0 })
  expect(schemaOf(db)).toEqual({})
})

test('contacts without an account get a number of their own when the column is required again', () => {
  migrate(db, registry)
  db.exec("INSERT INTO contacts (id, first_name) VALUES (7, 'Cleo')")
  managerOf(db).rollback()
  expect(db.prepare('SELECT telegram_id FROM contacts WHERE id = 7').pluck().get()).toBe(-7)
})
