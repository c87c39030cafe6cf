// What each step of a run does to a database, measured on the connection that runs it.
import type { Driver } from '../../database/driver.js'
import type { MigrationEvent } from '../../model/events.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { quoteIdentifier } from '../../sql/names.js'

/** What one step changed. */
export interface StepEffect {
  readonly version: number
  /** Rows inserted, updated and deleted, those of triggers included. */
  readonly rowsChanged: number
  /** Pages the file has grown by; negative when it has shrunk. */
  readonly pagesGrown: number
  /** Foreign-key violations more than before; null where a key makes counting impossible. */
  readonly foreignKeyDelta: number | null
}

interface Reading {
  /** Without those of the ledger and its log. */
  readonly rows: number
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
  const { handle } = driver
  const effects: StepEffect[] = []
  let own = 0
  let before: Reading | undefined
  return {
    driver: {
      ...driver,
      query(sql, parameters) {
        if (!writesLedger(sql, table)) return driver.query(sql, parameters)
        const rows = totalChanges(handle)
        const answer = driver.query(sql, parameters)
        own += totalChanges(handle) - rows
        return answer
      },
    },
    effects,
    hear(event) {
      if (event.type === 'step-start') before = read(handle, own)
      if (event.type !== 'step-end' || !before) return
      effects.push({ version: event.version, ...difference(before, read(handle, own)) })
    },
  }
}

/** What the ledger gets is none of the migration's. */
function writesLedger(sql: string, table: string): boolean {
  const tables = [table, `${table}_log`].map((name) => `main.${quoteIdentifier(name)}`)
  return ['INSERT INTO', 'UPDATE', 'DELETE FROM'].some((verb) =>
    tables.some((name) => sql.startsWith(`${verb} ${name} `)),
  )
}

const totalChanges = (handle: ClientHandle): number => number(handle, 'SELECT total_changes()')

function read(handle: ClientHandle, own: number): Reading {
  return {
    rows: totalChanges(handle) - own,
    pages: number(handle, 'PRAGMA page_count'),
    violations: countViolations(handle),
  }
}

/** A key whose parent columns are not unique makes SQLite refuse the whole check. */
function countViolations(handle: ClientHandle): number | null {
  try {
    return number(handle, 'SELECT count(*) FROM unshadowed.pragma_foreign_key_check')
  } catch {
    return null
  }
}

const number = (handle: ClientHandle, sql: string): number =>
  Number(Object.values(handle.prepare<[], object>(sql).get() ?? {})[0])

const difference = (before: Reading, after: Reading): Omit<StepEffect, 'version'> => ({
  rowsChanged: after.rows - before.rows,
  pagesGrown: after.pages - before.pages,
  foreignKeyDelta:
    before.violations === null || after.violations === null
      ? null
      : after.violations - before.violations,
})
