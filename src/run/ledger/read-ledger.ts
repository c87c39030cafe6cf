// Reading what the ledger says. Never writes, never creates the table.
import type { Row } from '../../database/driver.js'
import { settled, type Work } from '../../database/outcome.js'
import { ledgerDamaged, ledgerIncomplete, ledgerUndone } from '../../errors/ledger.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { matchNames } from '../../schema/ignored-objects.js'
import { ledgersIn, ledgerTables } from '../../schema/not-ours.js'
import type { MasterRow } from '../../schema/schema.js'
import { quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { refuseTakenName } from '../environment/refuse-unsafe.js'

/** Where the ledger stands: the lineage of one row, and how many rows there are. */
export interface Head {
  readonly lineage: string | null
  readonly count: number
}

/** The columns that make a table our ledger. */
const OURS = ['version', 'name', 'checksum', 'lineage', 'started_by']

/** All that a ledger has had from the beginning; a user may add others. */
const ALL = [...OURS, 'description', 'down_checksum', 'applied_at', 'duration_ms', 'heartbeat_at']

/** Names of which two are enough to tell that no other tool has made the table. */
const OURS_ALONE = new Set(['lineage', 'down_checksum', 'started_by', 'heartbeat_at'])

/** Whether a table with these columns is a ledger of Lockstep, whatever its name. */
export const isLedger = (columns: readonly string[]): boolean =>
  OURS.every((name) => columns.includes(name))

/** Reads the lineage of one version's row and the number of rows, in one statement; throws where there is no ledger. */
export function* readHead<H>({ driver, ledger }: Environment<H>, version: number): Work<Head> {
  const [row] = yield* settled(
    driver.query(
      `SELECT (SELECT lineage FROM ${ledger} WHERE version = ?) AS lineage, (SELECT count(*) FROM ${ledger}) AS count`,
      [versionId(version)],
    ),
  )
  return row as unknown as Head
}

/**
 * Makes sure that a row was written, and that no other is gone: a trigger, or a view in the ledger's place, can undo what
 * is written while the statement says that it was. Throws `LEDGER_UNDONE`.
 */
export function* expectRow<H>(
  env: Environment<H>,
  { version, lineage }: Pick<RegistryEntry<H>, 'version' | 'lineage'>,
  rows: number,
): Work<void> {
  const head = yield* readHead(env, version)
  if (head.lineage !== lineage || head.count !== rows)
    throw new LockstepError(ledgerUndone(env.table))
}

/**
 * Whether exactly the registry's history is applied. Costs one statement however many migrations there are; anything
 * unusual, a missing ledger included, is simply not current.
 */
export function* isCurrent<H>(env: Environment<H>, registry: Registry<H>): Work<boolean> {
  const last = registry[registry.length - 1]
  if (!last) return false
  try {
    const head = yield* readHead(env, last.version)
    return head.lineage === last.lineage && head.count === registry.length
  } catch {
    return false
  }
}

/**
 * Reads the whole ledger. Tables are looked for before the ledger is: a run of another process makes both together, so
 * that tables without a ledger were there before it. It also makes the connection see the schema as it is now, which a
 * PRAGMA alone does not.
 */
export function* readLedger<H>(env: Environment<H>): Work<LedgerState> {
  const { driver, table, ledger } = env
  yield* refuseTakenName(env)
  const hasOthers = yield* hasTables(env)
  const names = yield* columnsOf(env, table)
  if (names.length === 0) return hasOthers ? yield* besideOthers(env) : NOTHING
  if (names.filter((name) => OURS_ALONE.has(name)).length < 2)
    return { kind: 'foreign', columns: names }
  const missing = ALL.filter((name) => !names.includes(name))
  if (missing.length > 0) throw new LockstepError(ledgerIncomplete(table, missing))
  const rows = (yield* settled(driver.query(`SELECT * FROM ${ledger}`))).map((row) =>
    ledgerRow(row, table),
  )
  rows.sort((a, b) => a.version - b.version)
  const twice = rows.find((row, index) => row.version === rows[index + 1]?.version)
  if (twice) throw new LockstepError(ledgerDamaged(table, versionId(twice.version)))
  const begun = rows.findIndex(({ startedBy }) => startedBy !== null)
  if (begun >= 0) rows[begun] = yield* withWalked(env, rows[begun]!)
  const isEmptied = rows.length === 0 && hasOthers && !(yield* isUndone(env, `${table}_log`))
  return { kind: 'ours', rows, ...(isEmptied && { unmanaged: true }) }
}

/** Of a step that is done in batches, how far it has come. */
function* withWalked<H>(env: Environment<H>, row: LedgerRow): Work<LedgerRow> {
  const table = `${env.table}_progress`
  const columns = yield* columnsOf(env, table)
  if (!columns.includes('walk')) return row
  const work = columns.includes('work') ? 'work' : 'NULL'
  const sql = `SELECT done, total, walk AS over, key IS NULL AS isDone, ${work} AS work FROM main.${quoteIdentifier(table)} WHERE version = ? ORDER BY batch`
  const walks = yield* settled(env.driver.query(sql, [versionId(row.version)]))
  if (walks.length === 0) return row
  const sum = (column: string): number => walks.reduce((all, walk) => all + Number(walk[column]), 0)
  const begun = walks.map(({ over, isDone, work: one }) => ({
    over: String(over),
    isDone: Number(isDone) === 1,
    work: one === null ? null : String(one),
  }))
  return { ...row, walked: { done: sum('done'), total: sum('total'), walks: begun } }
}

const NOTHING: LedgerState = { kind: 'absent', unmanaged: false }

/**
 * Tables beside which there is no ledger are those of other histories where these have ledgers. One that begins with the
 * migrations of this registry is its own, from before it had its name.
 */
function* besideOthers<H>({ driver, registry }: Environment<H>): Work<LedgerState> {
  const ledgers = yield* readLedgers(driver)
  for (const ledger of ledgers) {
    const [row] = yield* settled(
      driver.query(
        `SELECT version, name, lineage FROM main.${quoteIdentifier(ledger)} WHERE length(version) <= length(?) AND version <= ? ORDER BY length(version) DESC, version DESC LIMIT 1`,
        Array(2).fill(versionId(registry.length)),
      ),
    )
    const entry = registry[Number(row?.['version']) - 1]
    if (entry && row?.['lineage'] === entry.lineage && row['name'] === entry.name)
      return { kind: 'absent', unmanaged: true, heldBy: ledger }
  }
  return ledgers.length > 0
    ? { kind: 'absent', unmanaged: false, others: true }
    : { kind: 'absent', unmanaged: true }
}

/** The ledgers of all histories that the database has. */
export function* readLedgers<H>(driver: Environment<H>['driver']): Work<string[]> {
  const rows = yield* settled(driver.query('SELECT type, name, sql FROM main.sqlite_master'))
  return ledgersIn(rows as unknown as MasterRow[])
}

/** The columns of a table or a view; none where there is none of this name. */
export function* columnsOf<H>({ driver }: Environment<H>, table: string): Work<string[]> {
  const sql = "SELECT name FROM unshadowed.pragma_table_info(?, 'main')"
  return (yield* settled(driver.query(sql, [table]))).map(({ name }) => String(name))
}

/** Whether the log tells why there are no rows: the first version was undone or marked, or nothing was applied when adopted. */
function* isUndone<H>(env: Environment<H>, log: string): Work<boolean> {
  if (!(yield* columnsOf(env, log)).includes('action')) return false
  const [last] = yield* settled(
    env.driver.query(
      `SELECT coalesce(version, '001') AS version FROM main.${quoteIdentifier(log)} WHERE action IN ('rollback', 'mark', 'adopt') ORDER BY id DESC LIMIT 1`,
    ),
  )
  return last?.['version'] === '001'
}

/** Whether there is anything that is neither the ledger's nor on a table that is no concern of these migrations. */
function* hasTables<H>({ driver, table, options }: Environment<H>): Work<boolean> {
  const found = yield* settled(driver.query('SELECT DISTINCT tbl_name AS name FROM sqlite_master'))
  const isOther = matchNames(['sqlite_*', ...ledgerTables(table), ...(options.ignoreTables ?? [])])
  return found.some(({ name }) => !isOther(String(name)))
}

function ledgerRow(row: Row, table: string): LedgerRow {
  const id = row['version']
  if (
    typeof id !== 'string' ||
    !/^\d{3,}$/.test(id) ||
    versionId(Number(id)) !== id ||
    Number(id) === 0
  ) {
    throw new LockstepError(ledgerDamaged(table, id))
  }
  const text = (column: string): string | null => textIn(row, column)
  return {
    version: Number(id),
    name: String(row['name']),
    description: text('description'),
    checksum: text('checksum'),
    downChecksum: text('down_checksum'),
    lineage: text('lineage'),
    appliedAt: isoTime(text('applied_at') ?? ''),
    durationMs: numberIn(row, 'duration_ms'),
    startedBy: text('started_by'),
    heartbeatAt: row['heartbeat_at'] == null ? null : isoTime(String(row['heartbeat_at'])),
    ...(row['needs'] != null && { needs: String(row['needs']) }),
  }
}

/** SQLite keeps anything in any column: whoever has written it, text is read as text. */
export const textIn = (row: Row, column: string): string | null =>
  row[column] == null ? null : String(row[column])

/** The number in a column; null where something else stands there. */
export const numberIn = (row: Row, column: string): number | null =>
  typeof row[column] === 'number' ? row[column] : null

/** SQLite's `YYYY-MM-DD HH:MM:SS` as ISO 8601 UTC; other text is kept. */
export const isoTime = (time: string): string =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(time) ? `${time.replace(' ', 'T')}Z` : time
