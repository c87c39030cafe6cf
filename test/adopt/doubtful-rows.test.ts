// Rows that say of themselves that they were not applied, or not wholly: asked about by name, never taken over in silence.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { registryWith, SCHEMA } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'
import { refusal } from './refusal.js'

const files = databases()

/** A ledger that a program made by hand, with one more column, and what that says in each of its three rows. */
function ledger(column: string, values: readonly string[], table = 'history'): Database.Database {
  const db = files.open()
  db.exec(`${SCHEMA} CREATE TABLE ${table} (version, name, "applied_at", ${column});`)
  const names = ['create_users', 'add_email', 'create_posts']
  values.forEach((value, at) =>
    db.exec(`INSERT INTO ${table} VALUES (${at + 1}, '${names[at]}', '2024-01-15', ${value})`),
  )
  return db
}

const filterIn = (fix: string): string | undefined => /--where "([^"]+)"/.exec(fix)?.[1]

/** The column, its values in order, and the filter that leaves out what is not applied. */
const SAYING: readonly (readonly [string, readonly string[], string])[] = [
  ['status', ["'done'", "'done'", "'failed'"], "status = 'done'"],
  ['status', ["'applied'", "'applied'", "'Rolled Back'"], "status = 'applied'"],
  ['status', ["'zz'", "'zz'", "'kaputt'"], "status = 'zz'"],
  ['status', ["'ok'", "'ok'", 'NULL'], 'status IS NOT NULL'],
  ['status', ['1', '1', '0'], 'status = 1'],
  ['state', ["'up'", "'up'", "'pending'"], "state = 'up'"],
  ['migrationState', ["'done'", "'done'", "'failed: see the log'"], "migrationState = 'done'"],
  ['EXECTYPE', ["'EXECUTED'", "'EXECUTED'", "'FAILED'"], "EXECTYPE = 'EXECUTED'"],
  ['direction', ["'up'", "'up'", "'down'"], "direction = 'up'"],
  ['success', ['1', '1', '0'], 'success = 1'],
  ['success', ["'true'", "'true'", "'false'"], "success = 'true'"],
  ['is_applied', ['1', '1', 'NULL'], 'is_applied IS NOT NULL'],
  ['isApplied', ['1', '1', '0'], 'isApplied = 1'],
  ['done', ['1', '1', "'no'"], 'done = 1'],
  ['dirty', ['0', '0', '1'], 'dirty = 0'],
  ['failed', ['NULL', '0', '1'], 'failed IS NULL OR failed = 0'],
  ['rolled_back_at', ['NULL', 'NULL', "'2024-03-01'"], 'rolled_back_at IS NULL'],
  ['rolledBackAt', ['NULL', 'NULL', '1700000000'], 'rolledBackAt IS NULL'],
  ['reverted', ['0', '0', '1'], 'reverted = 0'],
  ['deleted_at', ['NULL', 'NULL', "'2024-03-01'"], 'deleted_at IS NULL'],
  ['error', ['NULL', "''", "'no such table: posts'"], "error IS NULL OR error = ''"],
  ['error_message', ['NULL', 'NULL', "'boom'"], 'error_message IS NULL'],
  ['exit_code', ['0', '0', '1'], 'exit_code = 0'],
  ['rc', ['0', '0', '1'], 'rc = 0'],
  ['dry_run', ['0', '0', '1'], 'dry_run = 0'],
  ['is_simulated', ['0', '0', '1'], 'is_simulated = 0'],
  ['finished_at', ["'2024-01-15'", "'2024-01-16'", 'NULL'], 'finished_at IS NOT NULL'],
  ['completed_at', ["'2024-01-15'", "'2024-01-16'", "''"], "completed_at IS NOT ''"],
  ['action', ["'apply'", "'apply'", "'revert'"], "action = 'apply'"],
  ['lastAction', ["'UP'", "'UP'", "'ROLLBACK'"], "lastAction = 'UP'"],
  ['operation', ["'apply'", "'apply'", "'undo'"], "operation = 'apply'"],
  ['type', ["'SQL'", "'JS'", "'UNDO_SQL'"], "type = 'SQL' OR type = 'JS'"],
  ['event', ["'create'", "'add index'", "'failed'"], "event = 'create' OR event = 'add index'"],
  ['active', ['1', '1', '0'], 'active = 1'],
  ['is_active', ["'true'", "'true'", "'inactive'"], "is_active = 'true'"],
  ['enabled', ["'yes'", "'yes'", "'no'"], "enabled = 'yes'"],
  ['remark', ["'a'", 'NULL', "'failed'"], "remark = 'a' OR remark IS NULL"],
]

describe.each(SAYING)('%s with %j', (column, values, where) => {
  test('is asked about: the column, what it says, and of which row', () => {
    const error = refusal(ledger(column, values), registryWith(), { fromTable: 'history' })
    expect(error).toMatchObject({
      code: 'ADOPT_ROWS_DOUBTFUL',
      facts: { table: 'history', column, rows: ['3 create_posts'] },
    })
    expect(error.message).toContain(`column ${column} of history`)
    expect(error.message).toContain(`3 create_posts (${values[2]})`)
  })
  test('is told how to go on, and that goes on', () => {
    const db = ledger(column, values)
    const filter = filterIn(refusal(db, registryWith(), { fromTable: 'history' }).fix)
    expect(filter).toBe(where)
    // What is left says 002, and the schema is that of 003.
    const rest = refusal(db, registryWith(), { fromTable: 'history', where: filter! })
    expect(rest).toMatchObject({ code: 'ADOPT_VERSION_DIFFERS', facts: { version: 2 } })
    // A person may know better.
    const all = { fromTable: 'history', where: `${column} IS NULL OR 1` }
    expect(managerOf(db, registryWith()).adopt(all)).toMatchObject({ version: 3 })
  })
})

test.each([
  ['failed', ['1', '1', '1']],
  ['success', ['0', '0', '0']],
  ['status', ["'pending'", "'pending'", "'pending'"]],
  ['rolled_back_at', ["'2024'", "'2024'", "'2024'"]],
])('%s that speaks against every row is asked about', (column, values) => {
  expect(
    refusal(ledger(column, values), registryWith(), { fromTable: 'history' }).facts['rows'],
  ).toHaveLength(3)
})

test('a row that was started and never ended is asked about, even where none ended', () => {
  const db = ledger('started_at, finished_at', ["'2024', NULL", "'2024', NULL", "'2024', NULL"])
  expect(refusal(db, registryWith(), { fromTable: 'history' }).facts).toMatchObject({
    column: 'finished_at',
  })
})

test('the time of applying itself, where a later row lacks it', () => {
  const db = ledger('note', ['1', '2', '3'])
  db.exec("UPDATE history SET applied_at = NULL WHERE name = 'create_posts'")
  expect(refusal(db, registryWith(), { fromTable: 'history' }).facts).toMatchObject({
    column: 'applied_at',
    rows: ['3 create_posts'],
  })
})

test.each(['_migrations', 'schema_migrations'])('hand-made %s is looked at', (table) => {
  const db = ledger('description, status', ["'a','ok'", "'b','ok'", "'c','failed'"], table)
  const error = refusal(db, registryWith())
  expect(error.facts).toMatchObject({ column: 'status' })
  expect(error.fix).toContain(`--from ${table} --where "status = 'ok'"`)
})

test('columns that a known tool does not have count there too', () => {
  const db = files.open()
  db.exec(`${SCHEMA} CREATE TABLE SequelizeMeta (name, failed); INSERT INTO SequelizeMeta
    VALUES ('1-create-users.js', 0), ('2-add-email.js', 0), ('3-create-posts.js', 1)`)
  expect(refusal(db, registryWith()).facts).toMatchObject({
    column: 'failed',
    rows: ['3-create-posts.js'],
  })
})

test('a column whose name needs quotes is named, but stands in no command', () => {
  const error = refusal(ledger('"the state"', ["'done'", "'done'", "'failed'"]), registryWith(), {
    fromTable: 'history',
  })
  expect(error.facts).toMatchObject({ column: 'the state', rows: ['3 create_posts'] })
  expect(filterIn(error.fix)).toBe('<which rows count>')
})

test('a value that could harm in a shell is not put into the command', () => {
  const error = refusal(ledger('status', ["'$(id)'", "'$(id)'", "'failed'"]), registryWith(), {
    fromTable: 'history',
  })
  expect(filterIn(error.fix)).toBe("status IS NOT 'failed'")
  const both = refusal(ledger('status', ["'$(id)'", "'$(id)'", "'`x`'"]), registryWith(), {
    fromTable: 'history',
  })
  expect(filterIn(both.fix)).toBe('<which rows count>')
})

/** What stands in the same places and says nothing against a row. */
const HARMLESS: readonly (readonly [string, readonly string[]])[] = [
  ['status', ["'done'", "'done'", "'done'"]],
  ['status', ["'erledigt'", "'erledigt'", "'erledigt'"]],
  ['status', ["'ok'", "'SUCCESS'", "'Completed'"]],
  ['status', ['NULL', 'NULL', 'NULL']],
  ['status', ['NULL', "'done'", "'done'"]],
  ['success', ['1', '1', '1']],
  ['success', ["'true'", "'yes'", "'T'"]],
  ['applied', ["'2024-01-15'", "'2024-01-15'", "'2024-01-15'"]],
  ['notes', ['NULL', "'failed once, then applied'", 'NULL']],
  ['error', ['NULL', 'NULL', 'NULL']],
  ['error', ["''", "'none'", '0']],
  ['finished_at', ['NULL', 'NULL', 'NULL']],
  ['finished_at', ['NULL', "'2024-01-15'", "'2024-01-16'"]],
  ['started_at, finished_at', ['1, 2', '1, 2', '1, 3']],
  ['rolled_back_at', ['NULL', 'NULL', 'NULL']],
  ['dirty', ['0', "'false'", 'NULL']],
  ['batch', ['1', '1', '2']],
  ['action', ["'create_table'", "'delete'", "'drop column'"]],
  ['action', ["'create_table'", "'revert the prices'", "'remove'"]],
  ['action', ['NULL', "'apply'", "'up'"]],
  ['operation', ["'insert'", "'start'", "'DELETE'"]],
  ['kind', ["'schema'", "'data'", "'down_payment'"]],
  ['active', ['1', '1', '1']],
  ['active', ['0', '0', '1']],
  ['active', ['NULL', 'NULL', '1']],
  ['enabled', ['NULL', 'NULL', 'NULL']],
  ['type', ["'sql'", "'js'", "'sql'"]],
  ['execution_time', ['12', '0', 'NULL']],
  ['run_time', ['12', '0', 'NULL']],
  ['down', ["'DROP TABLE users'", 'NULL', "'DROP TABLE posts'"]],
  ['rollback', ["'DROP TABLE users'", 'NULL', "'x'"]],
  ['rollback_sql', ["'DROP TABLE users'", 'NULL', "'x'"]],
  ['down_checksum', ["'a'", 'NULL', "'b'"]],
  ['author', ["'ann'", 'NULL', "'error'"]],
  ['installed_by', ["'ann'", 'NULL', "'bob'"]],
  ['checksum', ["x'00'", 'NULL', "'b'"]],
]

test.each(HARMLESS)('%s with %j is no reason to ask', (column, values) => {
  expect(
    managerOf(ledger(column, values), registryWith()).adopt({ fromTable: 'history' }).version,
  ).toBe(3)
})
