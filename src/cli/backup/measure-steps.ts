// What each step of a run does to a database, measured on the connection that runs it.
import type { MigrationEvent } from '../../model/events.js'
import type { ClientHandle } from '../database/load-client.js'

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
  readonly rows: number
  readonly pages: number
  readonly violations: number | null
}

/** Listens to a run on the handle and remembers what each finished step has changed. */
export function measureSteps(handle: ClientHandle): {
  hear(event: MigrationEvent): void
  readonly effects: readonly StepEffect[]
} {
  const effects: StepEffect[] = []
  let before: Reading | undefined
  return {
    effects,
    hear(event) {
      if (event.type === 'step-start') before = read(handle)
      if (event.type !== 'step-end' || !before) return
      effects.push({ version: event.version, ...difference(before, read(handle)) })
    },
  }
}

function read(handle: ClientHandle): Reading {
  return {
    rows: number(handle, 'SELECT total_changes()'),
    pages: number(handle, 'PRAGMA page_count'),
    violations: countViolations(handle),
  }
}

/** A key whose parent columns are not unique makes SQLite refuse the whole check. */
function countViolations(handle: ClientHandle): number | null {
  try {
    return number(handle, 'SELECT count(*) FROM pragma_foreign_key_check')
  } catch {
    return null
  }
}

const number = (handle: ClientHandle, sql: string): number =>
  Number(Object.values(handle.prepare<[], object>(sql).get() ?? {})[0])

const difference = (before: Reading, after: Reading): Omit<StepEffect, 'version'> => ({
  // The ledger's own row is none of the migration's.
  rowsChanged: Math.max(0, after.rows - before.rows - 1),
  pagesGrown: after.pages - before.pages,
  foreignKeyDelta:
    before.violations === null || after.violations === null
      ? null
      : after.violations - before.violations,
})
