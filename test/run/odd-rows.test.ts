// Whoever has written to the ledger, its log, or another tool's table, and whatever: it is read, or named in an error.
import { writeFileSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { renderHistory } from '../../src/cli/render/history.js'
import { renderStatus } from '../../src/cli/render/status.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import { isLockstepError } from '../../src/drivers/better-sqlite3.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { HistoryEntry } from '../../src/model/report.js'
import { registryWith, SCHEMA, TOOLS } from '../adopt/databases-of-tools.js'
import { databases } from '../support/databases.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, tables } from '../support/registry.js'
import { someOf, testSome } from '../support/some-of.js'

const files = databases()
const registry = registryOf(...tables(3))
const plain = makeStyle({ colors: 'off', listing: 'whole' })

const ODD: readonly (readonly [string, string])[] = [
  ['nothing', 'NULL'],
  ['an unknown word', "'newaction'"],
  ['a word that every object knows', "'constructor'"],
  ['no text', "''"],
  ['bytes', "x'ff00c328'"],
  ['a number', '7'],
  ['a fraction', '-0.5'],
  ['a number as text', "'12'"],
  ['more than numbers hold', '9223372036854775807'],
  ['control characters', "char(27) || '[31m' || char(13, 10) || '::error::x'"],
]

type Manager = ReturnType<typeof managerOf>

type Methods = readonly (readonly [string, (manager: Manager) => unknown])[]

const READING: Methods = [
  ['status', (manager) => shown(manager)],
  ['history', (manager) => renderHistory('app.db', manager.history(), plain)],
  ['verify', (manager) => manager.verify()],
  ['currentVersion', (manager) => manager.currentVersion()],
  ['plan', (manager) => manager.plan()],
  ['planRollback', (manager) => manager.planRollback()],
  ['planRepair', (manager) => manager.planRepair()],
  ['planMark', (manager) => manager.planMark(2, { as: 'pending' })],
  ['planAdopt', (manager) => manager.planAdopt()],
]

const WRITING: Methods = [
  ['migrate', (manager) => manager.migrate()],
  ['rollback', (manager) => manager.rollback()],
  ['repair', (manager) => manager.repair()],
]

const shown = (manager: Manager): string[] =>
  renderStatus({ database: 'app.db', exists: true, status: manager.status() }, plain)

/** What was thrown that tells nothing of what is wrong. */
function faultOf(name: string, work: () => unknown): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    return isLockstepError(error) ? [] : [`${name}: ${String(error)}`]
  }
}

/** Every method answers, or throws an error that tells what is wrong; answers what does otherwise. */
function faultsOf(open: () => Database.Database, options?: ManagerOptions): readonly string[] {
  const unchanged = open()
  const faults = (methods: Methods, database: () => Database.Database): readonly string[] =>
    methods.flatMap(([name, method]) => {
      const manager = managerOf(database(), registry, options)
      return faultOf(name, () => method(manager))
    })
  return [...faults(READING, () => unchanged), ...faults(WRITING, open)]
}

let unforced: Buffer | undefined

/** A ledger whose checks and types nobody enforces, with two of three migrations and a line in the log. */
function loose(change: string): Database.Database {
  const file = files.path()
  writeFileSync(file, (unforced ??= makeUnforced()))
  const db = files.open(file)
  db.exec(change)
  return db
}

function makeUnforced(): Buffer {
  const db = files.open()
  const manager = managerOf(db, registry)
  manager.migrate({ to: 3 })
  manager.rollback()
  for (const table of ['_migrations', '_migrations_log'])
    db.exec(`CREATE TABLE loose AS SELECT * FROM ${table}; DROP TABLE ${table};
      ALTER TABLE loose RENAME TO ${table}`)
  return db.serialize()
}

/** What other tools keep, by its layout. */
const TABLES = TOOLS.filter(({ table }) => table !== null).map((one) => [one.layout, one] as const)

const LEDGER =
  'version name description checksum down_checksum lineage applied_at duration_ms started_by heartbeat_at'.split(
    ' ',
  )

describe.each(ODD.map((one, at) => [...one, at] as const))('%s', (_, value, at) => {
  testSome(LEDGER)('as %s in the ledger', (column) => {
    const change = `UPDATE _migrations SET ${column} = ${value} WHERE version = '002'`
    expect(faultsOf(() => loose(change), { lockTimeoutMs: 0 })).toEqual([])
  })
  testSome(['id', 'at', 'action', 'version', 'name', 'detail', 'duration_ms'])(
    'as %s in the log',
    (column) => {
      const change = `UPDATE _migrations_log SET ${column} = ${value}`
      expect(faultsOf(() => loose(change))).toEqual([])
    },
  )
  testSome(someOf(TABLES, 3, at))('in each column of a table of %s', (_layout, { table, sql }) => {
    const probe = files.open()
    probe.exec(`CREATE TABLE users (id); ${sql}`)
    const columns = probe.pragma(`table_info("${table}")`) as { readonly name: string }[]
    const faults = columns.flatMap(({ name }) => {
      const db = files.open()
      db.exec(`${SCHEMA} ${sql}
          CREATE TABLE loose AS SELECT * FROM "${table}"; DROP TABLE "${table}"; ALTER TABLE loose RENAME TO "${table}";
          UPDATE "${table}" SET "${name}" = ${value} WHERE rowid = (SELECT max(rowid) FROM "${table}")`)
      return faultOf(name, () => managerOf(db, registryWith()).planAdopt())
    })
    expect(faults).toEqual([])
  })
})

test('a line of the log that this Lockstep does not know is shown as it stands there', () => {
  const db = loose(
    "INSERT INTO _migrations_log (at, action, version, name, detail) VALUES ('2026-01-01', 'newaction', '001', 'a', 'd')",
  )
  const history: readonly HistoryEntry[] = managerOf(db, registry).history()
  expect(history[0]).toMatchObject({ action: 'newaction', version: 1, name: 'a', detail: 'd' })
  const [, line] = renderHistory('app.db', history, plain)
  expect(line).toMatch(/^2026-01-01 .*newaction\s+001\s+a\s+d$/)
})
