// What changes() answers in a step outside a transaction, beside which signs of life are written.
import { expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { betterSqlite3 } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { databases } from '../support/databases.js'
import { registryOf, type Draft } from '../support/registry.js'

const files = databases()

/** Runs a step for which five seconds pass when `wait()` is called; answers what it has told, and how often it has given a sign. */
function run(up: Draft<Handle>['up']) {
  const db = files.open()
  let nowMs = 0
  let beats = 0
  db.function('wait', () => void (nowMs += 5_000))
  db.exec('CREATE TABLE numbers (n); CREATE TABLE asked (n); CREATE TABLE told (n)')
  const inner = betterSqlite3(db as Handle)
  const query: typeof inner.query = (sql, values) => {
    if (/SET heartbeat_at = strftime/.test(sql)) beats += 1
    return inner.query(sql, values)
  }
  const registry = registryOf<Handle>({ up, transaction: false })
  const driver = { ...inner, query, now: () => nowMs }
  new MigrationManager(driver, registry, { onUnmanaged: 'allow' }).migrate()
  const told = db.prepare('SELECT max(n) FROM (SELECT * FROM asked UNION SELECT * FROM told)')
  return { told: told.pluck().get(), beats }
}

const LAST = 'CREATE VIEW last_changes AS SELECT Changes () AS n'
const TOLD = 'CREATE TRIGGER told BEFORE INSERT ON asked BEGIN INSERT INTO told SELECT'
const ASKING: [string, string, string][] = [
  ['the statement', 'SELECT 1', 'SELECT changes()'],
  ['a view', LAST, 'SELECT n FROM "LAST_changes"'],
  ['a TEMP view', LAST.replace('VIEW', 'TEMP VIEW'), 'SELECT n FROM last_changes'],
  ['a view of a view', `${LAST}; CREATE VIEW v AS SELECT n FROM last_changes`, 'SELECT n FROM v'],
  ['a trigger', `${TOLD} changes(); END`, 'SELECT 0'],
  ['a view in a trigger', `${LAST}; ${TOLD} n FROM last_changes; END`, 'SELECT 0'],
]

test.each(ASKING)('it answers for the step when %s asks', (_, made, query) => {
  const before = `${made}; INSERT INTO numbers VALUES (7), (8), (wait())`
  const asking = `INSERT INTO asked ${query}`
  expect(run(`${before}; ${asking}; SELECT 1`)).toEqual({ told: 3, beats: 1 })
  const code = (db: Handle): void => {
    db.exec(before)
    db.exec(asking)
    db.exec('SELECT 1')
  }
  expect(run(code)).toEqual({ told: 3, beats: 1 })
})

test('views and triggers that the statement does not reach keep no sign of life back', () => {
  const made = `${LAST}; ${TOLD} changes(); END; INSERT INTO numbers VALUES (wait())`
  const { beats } = run(`${made}; UPDATE numbers SET n = 1; SELECT wait(); SELECT total_changes()`)
  expect(beats).toBe(2)
})
