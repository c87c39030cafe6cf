// Detects a step that rewrites the ledger's rows of other versions, or the ledger itself.
import type { Row } from '../database/driver.js'
import { isPromise, settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { ledgerLost } from '../errors/run.js'
import { versionId } from '../model/version.js'
import { mentions } from '../plan/inspect-sql.js'
import type { Environment } from './environment/environment.js'
import { UNKNOWN } from './execute.js'
import { schemasOf } from './environment/refuse-unsafe.js'
import type { Task } from './environment/task.js'

/** Watches the ledger while one step runs. */
export interface LedgerGuard {
  /** Called with each SQL text before it runs. */
  see(sql: string): void
  /** Whether the step may have written to the ledger. */
  readonly suspects: boolean
  /**
   * Throws `LEDGER_LOST` if other rows or the definition of the ledger have changed, or if the row of a step that is not merely
   * marked is not as it was written.
   */
  check(when?: 'marked'): Work<void>
}

/**
 * Reads the ledger before the first text that may concern it, and before every step while a trigger can act on it; otherwise a
 * step costs nothing.
 */
export function* guardLedger<H>(env: Environment<H>, task: Task<H>): Work<LedgerGuard> {
  const id = versionId(task.version)
  // The query includes the definition: whatever is written from now on has to satisfy it. Renaming another table may rewrite a
  // trigger.
  const read = () =>
    env.driver.query(
      `SELECT * FROM (SELECT version, name, checksum, down_checksum, lineage, started_by, CASE WHEN version <> ? THEN quote(description) || quote(applied_at) || quote(duration_ms) || quote(heartbeat_at) END AS rest FROM ${env.ledger}
UNION ALL SELECT name, CASE type WHEN 'trigger' THEN 0 ELSE sql END, 0, 0, 0, 0, 0 FROM main.sqlite_master WHERE tbl_name = ? COLLATE NOCASE) ORDER BY version = ?, version`,
      [id, env.table, id],
    )
  env.triggered ??= yield* isActedOn(env)
  let before: ReturnType<typeof read> | undefined = env.triggered
    ? yield* settled(read())
    : undefined
  return {
    see(sql) {
      if (!(sql === UNKNOWN || mentions(sql, env.table))) return
      // The text may create a trigger that acts on the steps to come.
      env.triggered = undefined
      if (before) return
      before = read()
      // If the step itself fails, nobody awaits the result.
      if (isPromise(before)) before.then(undefined, () => {})
    },
    get suspects() {
      return before !== undefined
    },
    *check(when) {
      if (!before) return
      const was = yield* settled(before)
      const lost = ledgerLost(task, env.table)
      const is = yield* readOr(env, read, lost)
      const own = when === 'marked' ? is.filter((row) => row['version'] === id) : recordOf(task)
      const wanted = [...was.filter((row) => row['version'] !== id), ...own]
      if (JSON.stringify(wanted) !== JSON.stringify(is)) throw new LockstepError(lost)
    },
  }
}

/** Reads the rows, or throws `lost` if they can no longer be read. */
function* readOr<H>(
  { driver }: Environment<H>,
  read: () => ReturnType<Environment<H>['driver']['query']>,
  lost: ReturnType<typeof ledgerLost>,
): Work<readonly Row[]> {
  try {
    return yield* settled(read())
  } catch (cause) {
    if (driver.faultOf(cause)) throw cause
    throw new LockstepError(lost, { cause })
  }
}

/** The row the ledger should have for a completed step. */
const recordOf = <H>({ direction, version, entry }: Task<H>): readonly Row[] => {
  const { name, checksum, downChecksum = null, lineage } = entry
  const id = versionId(version)
  const row = {
    version: id,
    name,
    checksum,
    down_checksum: downChecksum,
    lineage,
    started_by: null,
    rest: null,
  }
  return direction === 'up' ? [row] : []
}

/**
 * Whether a write to the ledger can have another outcome: through a trigger on any table or of this connection only, or because
 * the ledger is a view or declares its own conflict handling.
 */
function* isActedOn<H>(env: Environment<H>): Work<boolean> {
  const { driver, table } = env
  const { temp } = yield* schemasOf(env)
  const ofTemp = temp
    ? " UNION ALL SELECT type, sql FROM sqlite_temp_master WHERE type = 'trigger'"
    : ''
  const rows = yield* settled(
    driver.query(
      `SELECT type, sql FROM main.sqlite_master WHERE type = 'trigger' OR name = ? COLLATE NOCASE${ofTemp}`,
      [table],
    ),
  )
  return rows.some(({ type, sql }) =>
    type === 'table' ? /conflict/i.test(String(sql)) : mentions(String(sql), table),
  )
}
