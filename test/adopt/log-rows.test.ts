// Tables that are a log: the last row of a migration decides, and what does not show that is asked, never taken over.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Adoption } from '../../src/model/adoption.js'
import { databases } from '../support/databases.js'
import { managerOf } from '../support/manager-of.js'
import { registryWith, SCHEMA } from './databases-of-tools.js'
import { refusal } from './refusal.js'

const files = databases()

/** A fourth migration that only the rows can show: it leaves no trace in the schema. */
const registry = registryWith({ name: 'lower_emails', up: 'UPDATE users SET email = lower(email)' })
const NAMES = ['create_users', 'add_email', 'create_posts', 'lower_emails']

/** A log with these columns beside the version, and these rows of values: the version first. */
function log(
  columns: string,
  rows: readonly (readonly [number, ...unknown[]])[],
): Database.Database {
  const db = files.open()
  db.exec(`${SCHEMA} CREATE TABLE log (version, ${columns})`)
  const insert = `INSERT INTO log VALUES (${['', ...columns.split(',')].map(() => '?').join(', ')})`
  for (const row of rows) db.prepare(insert).run(...row)
  return db
}

const UP = [1, 2, 3, 4]

const adopted = (db: Database.Database): Adoption =>
  managerOf(db, registry).adopt({ fromTable: 'log' })

/** The column, how it says that a migration was applied, and how that it was taken back. */
const WORDS: readonly (readonly [string, unknown, unknown])[] = [
  ['direction', 'up', 'down'],
  ['direction', 'UP', 'Down'],
  ['direction', 'forward', 'backward'],
  ['operation', 'apply', 'rollback'],
  ['operation', 'migrate', 'undo'],
  ['action', 'run', 'revert'],
  ['status', 'applied', 'rolled_back'],
  ['status', 'done', 'rolled back'],
  ['event', 'upgrade', 'downgrade'],
  ['remark', 'applied', 'reverted'],
  ['is_applied', 1, 0],
  ['isApplied', 'true', 'false'],
  ['rolled_back', 0, 1],
  ['rolledBackAt', null, '2024-03-01'],
]

describe.each(WORDS)('%s with %j and %j', (column, up, down) => {
  test('a migration that was taken back last is not applied', () => {
    const rows = [...UP.map((one) => [one, one, up] as const), [4, 5, down] as const]
    const adoption = adopted(log(`id, ${column}`, rows))
    expect(adoption).toMatchObject({ version: 3, log: { order: 'id', undone: ['4'] } })
  })
  test('a migration that was applied again is', () => {
    const rows = [...UP.map((one) => [one, one, up] as const), [4, 5, down], [4, 6, up]] as const
    const adoption = adopted(log(`id, ${column}`, rows))
    expect(adoption).toMatchObject({ version: 4, log: { order: 'id', undone: [] } })
  })
  test('without an order it is asked, and no filter is offered', () => {
    const rows = [...UP.map((one) => [one, up] as const), [4, down] as const]
    const error = refusal(log(column, rows), registry, { fromTable: 'log' })
    expect(error).toMatchObject({
      code: 'ADOPT_ROWS_UNCLEAR',
      facts: { table: 'log', column, rows: ['4'] },
    })
    expect(error.message).toContain('no id or time shows which row is the latest')
    expect(error.fix).not.toContain('--where')
    expect(error.fix).toContain('--from-table <view>')
  })
})

describe('which row is the last', () => {
  const rowsWith = (...values: readonly (readonly unknown[])[]) =>
    [...UP, 4].map((version, at) => [version, at === 4 ? 'down' : 'up', ...values[at]!] as const)
  const undone = { version: 3, log: { undone: ['4'] } }
  const T = (second: number): string => `2024-01-15 10:30:0${second}`

  test('shows the time, whatever the order of the rows', () => {
    const rows = rowsWith([T(1)], [T(2)], [T(3)], [T(4)], [T(5)]).toReversed()
    expect(adopted(log('direction, applied_at', rows))).toMatchObject(undone)
    expect(adopted(log('direction, created_at_utc', rows))).toMatchObject(undone)
  })
  test('shows the number where the times are the same', () => {
    const rows = rowsWith(...[1, 2, 3, 4, 5].map((id) => [T(1), id]))
    expect(adopted(log('direction, applied_at, id', rows))).toMatchObject({
      ...undone,
      log: { order: 'id' },
    })
  })
  test.each([
    ['times that are the same', 'applied_at', [[T(1)], [T(1)], [T(1)], [T(1)], [T(1)]]],
    ['times that are missing', 'applied_at', [[T(1)], [T(1)], [T(1)], [T(1)], [null]]],
    ['ids that count nothing', 'id', [['b'], ['a'], ['c'], ['f'], ['e']]],
    [
      'number and time that contradict each other',
      'applied_at, id',
      [
        [T(1), 1],
        [T(2), 2],
        [T(3), 3],
        [T(5), 4],
        [T(4), 5],
      ],
    ],
  ])('is asked of %s', (_, columns, values) => {
    const error = refusal(log(`direction, ${columns}`, rowsWith(...values)), registry, {
      fromTable: 'log',
    })
    expect(error.message).toContain('no id or time shows which row is the latest')
  })
})

test('names decide where there are no numbers, as in the log of yoyo', () => {
  const db = files.open()
  db.exec(`${SCHEMA} CREATE TABLE _yoyo_log (id VARCHAR(36) NOT NULL PRIMARY KEY, migration_hash VARCHAR(64),
    migration_id VARCHAR(255), operation VARCHAR(10), username VARCHAR(255), hostname VARCHAR(255), comment VARCHAR(255), created_at_utc TIMESTAMP)`)
  const rows = [...NAMES.map((name) => [name, 'apply']), ['lower_emails', 'rollback']]
  rows.forEach(([name, operation], at) =>
    db
      .prepare('INSERT INTO _yoyo_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(`${9 - at}f`, 'a1', name, operation, 'ann', 'home', '', `2024-01-15 10:30:0${at}.000`),
  )
  const options = { fromTable: '_yoyo_log', nameColumn: 'migration_id' }
  expect(managerOf(db, registry).adopt(options)).toMatchObject({
    version: 3,
    log: { order: 'created_at_utc', undone: ['lower_emails'] },
  })
  const adoption = managerOf(db, registry)
    .history()
    .find(({ action }) => action === 'adopt')
  expect(adoption?.detail).toContain('the latest row of each by created_at_utc')
})

describe('what the last row does not settle is asked', () => {
  const ups = UP.map((one) => [one, one, 'done'] as const)
  test.each([
    ['that it failed', 'failed'],
    ['that it is under way', 'running'],
  ])('%s', (_, word) => {
    const rows = [...ups, [4, 5, word] as const]
    const error = refusal(log('id, status', rows), registry, { fromTable: 'log' })
    expect(error).toMatchObject({ code: 'ADOPT_ROWS_DOUBTFUL', facts: { column: 'status' } })
    expect(error.fix).not.toContain('--where')
  })
  test('that taking it back failed', () => {
    const rows = [
      ...UP.map((one) => [one, one, 'up', 'ok'] as const),
      [4, 5, 'down', 'failed'] as const,
    ]
    const error = refusal(log('id, direction, status', rows), registry, { fromTable: 'log' })
    expect(error.code).toBe('ADOPT_ROWS_DOUBTFUL')
    expect(error.fix).not.toContain('--where')
  })
  test('but an attempt that failed before one that did not, does not matter', () => {
    const rows = [...ups.slice(0, 3), [4, 4, 'failed'] as const, [4, 5, 'done'] as const]
    expect(adopted(log('id, status', rows))).toMatchObject({ version: 4 })
  })
  test.each([
    ['mode', 'f', 'b'],
    ['way', 'hin', 'zurück'],
    ['op', 'A', 'R'],
    ['action', 'create_table', 'insert'],
    ['direction', 1, -1],
    ['sign', 1, -1],
    ['status', 'x', 'y'],
  ])('%s with %j and %j, which nobody knows', (column, one, other) => {
    const rows = [...UP.map((version) => [version, version, one] as const), [4, 5, other] as const]
    const error = refusal(log(`id, ${column}`, rows), registry, { fromTable: 'log' })
    expect(error).toMatchObject({
      code: 'ADOPT_ROWS_UNCLEAR',
      facts: { table: 'log', column, rows: ['4'] },
    })
    expect(error.message).toContain('it is not clear whether that means that it was applied')
  })
  test('a name beside the number that only some rows have', () => {
    const rows = [...UP, 4].map(
      (version, at) => [version, at, at === 4 ? 'Undo it' : 'Do it'] as const,
    )
    const error = refusal(log('id, description', rows), registry, { fromTable: 'log' })
    expect(error.facts).toMatchObject({ column: 'description' })
  })
})

describe('the same migration twice is no reason to ask', () => {
  test.each([
    ['with nothing else', 'id', [9]],
    [
      'by another person, at another time',
      'id, installed_by, applied_at',
      [9, 'bob', '2024-02-01'],
    ],
    ['with another checksum and duration', 'checksum, duration_ms', ['b', 12]],
    ['with the same word', 'id, direction', [9, 'up']],
    ['with another word for the same', 'id, status', [9, 'applied']],
  ])('%s', (_, columns, again) => {
    const first = columns
      .split(', ')
      .map((name) => ({ direction: 'up', status: 'done', applied_at: '2024-01-15' })[name] ?? 1)
    const rows = [...UP.map((one) => [one, ...first] as const), [4, ...again] as const]
    expect(adopted(log(columns, rows))).toMatchObject({ version: 4, log: null })
  })
})

test('another log in the same database is read the same way', () => {
  const db = log('id', [
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  db.exec('CREATE TABLE schema_migrations (id, version, description, applied_at, direction)')
  ;[...UP, 4].forEach((version, at) =>
    db
      .prepare('INSERT INTO schema_migrations VALUES (?, ?, NULL, NULL, ?)')
      .run(at, version, at === 4 ? 'down' : 'up'),
  )
  expect(adopted(db)).toMatchObject({ version: 3, contradictions: [] })
})

describe('a known tool whose flag is missing', () => {
  test.each([
    [
      '_sqlx_migrations',
      'version, description, installed_on, success',
      "3, 'create posts', 1, NULL",
    ],
    ['schema_migrations', 'version, dirty', '3, NULL'],
    ['goose_db_version', 'id, version_id, is_applied, tstamp', '1, 3, NULL, 1'],
  ])('%s is not taken for done', (table, columns, values) => {
    const db = files.open()
    db.exec(`${SCHEMA} CREATE TABLE ${table} (${columns}); INSERT INTO ${table} VALUES (${values})`)
    expect(refusal(db, registry).code).toBe('ADOPT_UNFINISHED')
  })
})
