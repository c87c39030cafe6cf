// Measures what each step of a run does to a database, on the connection that runs it.
import type { Driver } from '../../database/driver.js'
import type { MigrationEvent } from '../../model/events.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { BATCH } from '../../run/batches/guard-keys.js'
import { ledgerTables } from '../../schema/not-ours.js'
import { quoteIdentifier } from '../../sql/names.js'
import { orElse } from '../../model/or-else.js'

/** What one step changed. */
export interface StepEffect {
  readonly version: number
  /** Rows inserted, updated and deleted, including those of triggers, or those lost with their tables, if that is more. */
  readonly rowsChanged: number
  /** By how many pages the file has grown; negative if it has shrunk. */
  readonly pagesGrown: number
  /** The increase in foreign key violations; null if a key makes counting impossible. */
  readonly foreignKeyDelta: number | null
}

interface Reading {
  /** Without those of the ledger and its log. */
  readonly rows: number
  /** The number of rows in all tables. */
  readonly held: number
  readonly pages: number
  readonly violations: number | null
}

/** Measures a run on its own driver, and records what each finished step has changed. */
export interface StepMeasure {
  /** Writes like the driver it was made from, and counts the writes to the ledger and its log separately. */
  readonly driver: Driver<ClientHandle, 'sync'>
  hear(event: MigrationEvent): void
  readonly effects: readonly StepEffect[]
}

/** A measure for a run with the ledger of this name. */
export function measureSteps(
  driver: Driver<ClientHandle, 'sync'>,
  table = '_migrations',
): StepMeasure {
  const effects: StepEffect[] = []
  let own = 0
  let before: Reading | undefined
  return {
    driver: {
      ...driver,
      query(sql, parameters) {
        if (!writesLedger(sql, table)) return driver.query(sql, parameters)
        const rows = totalChanges(driver)
        const answer = driver.query(sql, parameters)
        own += totalChanges(driver) - rows
        return answer
      },
    },
    effects,
    hear(event) {
      if (event.type === 'step-start') before = read(driver, own, table)
      if (event.type !== 'step-end' || !before) return
      effects.push({ version: event.version, ...difference(before, read(driver, own, table)) })
    },
  }
}

/** Writes to the ledger, and to the table that watches over a batch, are not the migration's. */
function writesLedger(sql: string, table: string): boolean {
  const tables = [...ledgerTables(table).map((name) => `main.${quoteIdentifier(name)}`), BATCH]
  return ['INSERT INTO', 'INSERT OR REPLACE INTO', 'UPDATE', 'DELETE FROM'].some((verb) =>
    tables.some((name) => sql.startsWith(`${verb} ${name} `)),
  )
}

type Measured = Driver<ClientHandle, 'sync'>

const totalChanges = (driver: Measured): number => number(driver, 'SELECT total_changes()')

function read(driver: Measured, own: number, ledger: string): Reading {
  return {
    rows: totalChanges(driver) - own,
    held: rowsHeld(driver, ledger),
    pages: number(driver, 'PRAGMA page_count'),
    violations: countViolations(driver),
  }
}

/** Dropped rows are in no change count. Virtual tables have no root page, and their rows are in other tables. */
function rowsHeld(driver: Measured, ledger: string): number {
  const own = ledgerTables(ledger)
  const tables = driver.query(
    `SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0 AND name COLLATE NOCASE NOT IN (${own.map(() => '?')}, 'sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')`,
    own,
  )
  return tables
    .map(({ name }) => number(driver, `SELECT count(*) FROM main.${quoteIdentifier(String(name))}`))
    .reduce((sum, rows) => sum + rows, 0)
}

/** A key whose parent columns are not unique makes SQLite refuse the whole check. */
const countViolations = (driver: Measured): number | null =>
  orElse(() => number(driver, 'SELECT count(*) FROM unshadowed.pragma_foreign_key_check'), null)

/** Through the driver, which is not watched: measuring while a step runs is not part of the step. */
const number = (driver: Measured, sql: string): number =>
  Number(Object.values(driver.query(sql)[0] ?? {})[0])

const difference = (before: Reading, after: Reading): Omit<StepEffect, 'version'> => ({
  rowsChanged: Math.max(after.rows - before.rows, before.held - after.held),
  pagesGrown: after.pages - before.pages,
  foreignKeyDelta:
    before.violations === null || after.violations === null
      ? null
      : after.violations - before.violations,
})
