// Writes the ledger. Every function here runs inside the caller's transaction.
import type { Row, Value } from '../../database/driver.js'
import { settled, type Work } from '../../database/outcome.js'
import { ledgerForeign, ledgerUndone } from '../../errors/ledger.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { LogAction } from '../../model/ledger.js'
import type { RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { timeToWrite } from '../environment/clock.js'
import type { Environment } from '../environment/environment.js'
import { columnsOf } from './read-ledger.js'
import { quoteIdentifier } from '../../sql/names.js'

/** Creates the ledger. The column names are meant for people: version, name and applied_at can be selected. */
export function* createLedger<H>({ driver, ledger }: Environment<H>): Work<void> {
  yield* settled(
    driver.execute(`CREATE TABLE ${ledger} (
  version TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  checksum TEXT,
  down_checksum TEXT,
  lineage TEXT,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  duration_ms INTEGER,
  started_by TEXT,
  heartbeat_at TIMESTAMP
)`),
  )
}

/** Records a migration as applied. Throws if the ledger, or the version's place in it, is no longer free. */
export function* recordApplied<H>(
  env: Environment<H>,
  entry: RegistryEntry<H>,
  durationMs: number | null,
): Work<void> {
  const { version, name, description, checksum, downChecksum, lineage } = entry
  yield* settled(
    env.driver.query(
      `INSERT INTO ${env.ledger} (version, name, description, checksum, down_checksum, lineage, duration_ms, applied_at) VALUES (?, ?, ?, ?, ?, ?, ?, coalesce(?, CURRENT_TIMESTAMP))`,
      [
        versionId(version),
        name,
        description ?? null,
        checksum,
        downChecksum ?? null,
        lineage,
        durationMs,
        timeToWrite(env),
      ],
    ),
  )
}

/** Removes a migration's row, only with this token if one is given; returns whether it was there. */
export function* removeRow<H>(
  { driver, ledger }: Environment<H>,
  { version }: Pick<RegistryEntry<H>, 'version'>,
  token?: string,
): Work<boolean> {
  const rows = yield* settled(
    driver.query(
      `DELETE FROM ${ledger} WHERE version = ? AND started_by IS coalesce(?, started_by) RETURNING 1`,
      [versionId(version), token ?? null],
    ),
  )
  return rows.length === 1
}

/** Writes the digests of the registry into a migration's row. A `down` that has changed since stays visible. */
export const restamp = <H>(
  env: Environment<H>,
  { version, checksum, downChecksum, lineage }: RegistryEntry<H>,
): Work<void> =>
  writeSurely(
    env,
    env.table,
    `UPDATE ${env.ledger} SET down_checksum = CASE WHEN checksum = ? THEN down_checksum ELSE ? END, checksum = ?, lineage = ? WHERE version = ? RETURNING version, name, checksum, down_checksum, lineage`,
    [checksum, downChecksum ?? null, checksum, lineage, versionId(version)],
  )

/**
 * Writes one row, and checks through RETURNING that it is stored as given: triggers can later remove or change it. Throws
 * `LEDGER_UNDONE`.
 */
function* writeSurely<H>(
  { driver }: Environment<H>,
  table: string,
  sql: string,
  values: readonly Value[],
): Work<void> {
  const [row = { version: 0 }] = yield* settled(driver.query(sql, values))
  const columns = Object.keys(row)
  const kept = yield* settled(
    driver.query(
      `SELECT 1 FROM main.${quoteIdentifier(table)} WHERE (${columns}) IS (${columns.map(() => '?')})`,
      Object.values(row) as Value[],
    ),
  )
  if (kept.length === 0) throw new LockstepError(ledgerUndone(table))
}

/**
 * Writes into the log when a migration was applied and how long that took, before its row is removed. A step that was begun
 * outside a transaction and never ended was not applied. Throws `LEDGER_UNDONE`.
 */
export const keepApplication = <H>(env: Environment<H>, entry: Versioned<H>): Work<void> =>
  keep(env, entry, `'apply' AS action, duration_ms, ${APPLIED}`)

/** An SQL condition on a row: whether its time is that of an application. */
export const APPLIED =
  "(started_by IS NULL OR started_by LIKE 'down:%' OR coalesce(duration_ms, down_checksum) IS NOT NULL)"

/** The same for an `up` outside a transaction that was begun and never ended, before its row is overwritten. */
export const keepBeginning = <H>(env: Environment<H>, entry: Versioned<H>): Work<void> =>
  keep(
    env,
    entry,
    `'begin' AS action, CASE WHEN started_by LIKE 'up:%' THEN '${UP_BEGUN}' ELSE '${BEGUN}' END AS detail, NOT ${APPLIED}`,
  )

type Versioned<H> = Pick<RegistryEntry<H>, 'version'>

/** Copies a migration's row into the log, unless the last column says that it is of another kind. */
function* keep<H>(env: Environment<H>, { version }: Versioned<H>, what: string): Work<void> {
  const rows = yield* settled(
    env.driver.query(
      `SELECT coalesce(applied_at, '') AS at, version, name, ${what} AS kept FROM ${env.ledger} WHERE version = ? AND kept`,
      [versionId(version)],
    ),
  )
  for (const { kept: _, ...row } of rows) yield* writeLine(env, row)
}

/** The detail of a step that was begun and has not ended. */
export const BEGUN = 'outside a transaction'

/** The same for one that is known to be an `up`. */
export const UP_BEGUN = `up, ${BEGUN}`

/** The same for a `down`. */
export const DOWN_BEGUN = `down, ${BEGUN}`

/** Appends to the log beside the ledger, which is created when it is first needed. Throws `LEDGER_UNDONE`. */
export function* writeLog<H>(
  env: Environment<H>,
  action: LogAction,
  entry: Pick<RegistryEntry<H>, 'version' | 'name'> | null,
  detail: string | null,
): Work<void> {
  yield* writeLine(env, {
    action,
    version: entry && versionId(entry.version),
    name: entry && entry.name,
    detail,
  })
}

function* writeLine<H>(env: Environment<H>, line: Row): Work<void> {
  const log = yield* readyLog(env)
  const at = timeToWrite(env)
  const row: Row = { ...(at !== null && { at }), ...line }
  const columns = Object.keys(row)
  yield* writeSurely(
    env,
    `${env.table}_log`,
    `INSERT INTO ${log} (${columns}) VALUES (${columns.map(() => '?')}) RETURNING id, ${columns}`,
    Object.values(row) as Value[],
  )
}

/** The columns that a log of Lockstep has always had. */
const LOG = ['id', 'at', 'action', 'version', 'name', 'detail']

/** Whether a table with these columns is a log of Lockstep; a project may have a table of that name. */
export const isLog = (columns: readonly string[]): boolean =>
  LOG.every((name) => columns.includes(name))

/**
 * The quoted name of the log, which from here on has every column: older ones were created without the duration. Throws
 * `LEDGER_FOREIGN` if another table has its name.
 */
export function* readyLog<H>(env: Environment<H>): Work<string> {
  const { driver, table } = env
  const name = `${table}_log`
  const log = `main.${quoteIdentifier(name)}`
  yield* settled(
    driver.execute(
      `CREATE TABLE IF NOT EXISTS ${log} (id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL, version TEXT, name TEXT, detail TEXT, duration_ms INTEGER)`,
    ),
  )
  const columns = yield* columnsOf(env, name)
  if (!isLog(columns))
    throw new LockstepError(
      ledgerForeign(
        name,
        columns,
        `Rename it, or choose another name for the ledger with the option \`table\`: its log is kept in ${name}.`,
      ),
    )
  if (!columns.includes('duration_ms'))
    yield* settled(driver.execute(`ALTER TABLE ${log} ADD COLUMN duration_ms INTEGER`))
  return log
}
