// Where a replay says that it stands while it runs a side that may never end.
import BetterSqlite3 from 'better-sqlite3'
import { expect, it, test } from 'vitest'
import type { Standing } from '../../../codegen/replay/process/replay-problems.js'
import { progressReport } from '../../../codegen/replay/process/run-job.js'
import { progressDriver } from '../../../codegen/replay/sides/replay-pass.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { registryOf } from '../../support/registry.js'

const COUNT = 'SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3'

/** The statements that are told of while a script runs. */
function toldOf(script: string): string[] {
  const db = new BetterSqlite3(':memory:')
  const told: string[] = []
  const driver = progressDriver(betterSqlite3(db as unknown as Database), (text, offset, end) => {
    told.push(text.slice(offset, end))
  })
  void driver.execute(script)
  expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(3)
  db.close()
  return told
}

test.each([
  `INSERT INTO t WITH RECURSIVE c (x) AS (${COUNT}) SELECT x FROM c`,
  `WITH c (x) AS (${COUNT}) INSERT INTO t SELECT x FROM c`,
  `insert into t with c(x)as(${COUNT}) select x from c`,
])('each statement of a script with a query over itself is told of: %s', (statement) => {
  const table = 'CREATE TABLE t (x)'
  expect(toldOf(`${table};\n${statement};`)).toEqual([table, statement])
})

test('of any other script nothing is told', () => {
  const table = 'CREATE TABLE t (x PRIMARY KEY) WITHOUT ROWID'
  expect(toldOf(`${table}; INSERT INTO t VALUES (1), (2), ('with all')`)).toEqual([])
})

it('counts how often sides are run, each to the one that was reported last', () => {
  const registry = registryOf<Database>({ up: ['SELECT 1;'], down: 'SELECT 4' })
  const noted: Standing[] = []
  const { report, reportRun, reportStatement } = progressReport(registry, (at) => noted.push(at))
  report(1, 'up')
  reportRun()
  reportRun()
  reportStatement('SELECT 1;', 0, 8)
  const up = { version: 1, direction: 'up', runs: 2 }
  expect(noted.slice(2)).toEqual([up, { ...up, statement: { script: 0, offset: 0 } }])
})

it('tells when a side has ended, as it is then judged', () => {
  const registry = registryOf<Database>({ up: ['SELECT 1;'], down: 'SELECT 4' })
  const noted: Standing[] = []
  const { report, reportRun, reportEnd } = progressReport(registry, (at) => noted.push(at))
  report(1, 'up')
  reportRun()
  reportEnd()
  reportRun()
  const up = { version: 1, direction: 'up' }
  expect(noted.slice(2)).toEqual([
    { ...up, runs: 1, judged: true },
    { ...up, runs: 2 },
  ])
})

it('counts a statement to the side that was reported last', () => {
  const [first, second] = ['SELECT 1;', ' SELECT 2; SELECT 3']
  const registry = registryOf<Database>({ up: [first, second], down: 'SELECT 4' }, { up: () => {} })
  const noted: Standing[] = []
  const { report, reportStatement } = progressReport(registry, (at) => noted.push(at))
  report(1, 'up')
  reportStatement(second, 11, 19)
  reportStatement(' SELECT 2;', 1, 9)
  reportStatement('SELECT 4', 0, 8)
  report(1, 'down')
  reportStatement('SELECT 4', 0, 8)
  report(2, 'up')
  reportStatement(first, 0, 8)
  const [up, down] = [
    { version: 1, direction: 'up' },
    { version: 1, direction: 'down' },
  ]
  expect(noted).toEqual([
    up,
    { ...up, statement: { script: 1, offset: 11 } },
    { ...up, statement: { script: 1, offset: 1 } },
    up,
    down,
    { ...down, statement: { script: 0, offset: 0 } },
    { version: 2, direction: 'up' },
  ])
})
