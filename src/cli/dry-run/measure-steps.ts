// What each step of a run does to a database, measured on the connection that runs it.
import type { Driver } from '../../database/driver.js'
import type { MigrationEvent } from '../../model/events.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { ledgerTables } from '../../schema/not-ours.js'
import { quoteIdentifier } from '../../sql/names.js'
import { orElse } from '../../model/or-else.js'

/** What one step changed. */
export interface StepEffect {
  readonly version: number
  /** Rows inserted, updated and deleted, those of triggers included, or those that are gone with their tables, if that is more. */
  readonly rowsChanged: number
  /** Pages the file has grown by; negative when it has shrunk. */
  readonly pagesGrown: number
  /** Foreign-key violations more than before; null where a key makes counting impossible. */
  readonly foreignKeyDelta: number | null
}

interface Reading {
  /** Without those of the ledger and its log. */
  readonly rows: number
  /** Rows that all tables hold. */
  readonly held: number
  readonly pages: number
  readonly violations: number | null
}

/** Measures a run on the driver it gives, and remembers what each finished step has changed. */
export interface StepMeasure {
  /** Writes like the one it was made from, and counts apart what goes into the ledger and its log. */
  readonly driver: Driver<ClientHandle, 'sync'>
  hear(event: MigrationEvent): void
  readonly effects: readonly StepEffect[]
}

/** A measure for a run whose ledger has this name. */
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

/** What the ledger gets is none of the migration's. */
function writesLedger(sql: string, table: string): boolean {
  const tables = ledgerTables(table).map((name) => `main.${quoteIdentifier(name)}`)
  return ['INSERT INTO', 'UPDATE', 'DELETE FROM'].some((verb) =>
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

/** What is dropped is in no count of changes. Virtual tables have no page of their own, and hold what others hold. */
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

/** Through the driver, which is not watched: what is measured while a step runs is none of the step's doing. */
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
