// Reads the ledger. Never writes, never creates the table.
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

/** The state of the ledger: the lineage of one row, and the number of rows. */
export interface Head {
  readonly lineage: string | null
  readonly count: number
}

/** The columns that make a table a ledger of Lockstep. */
const OURS = ['version', 'name', 'checksum', 'lineage', 'started_by']

/** The columns that a ledger has always had; a user may add others. */
const ALL = [...OURS, 'description', 'down_checksum', 'applied_at', 'duration_ms', 'heartbeat_at']

/** Two of these names are enough to tell that no other tool has made the table. */
const OURS_ALONE = new Set(['lineage', 'down_checksum', 'started_by', 'heartbeat_at'])

/** Whether a table with these columns is a ledger of Lockstep, whatever its name. */
export const isLedger = (columns: readonly string[]): boolean =>
  OURS.every((name) => columns.includes(name))

/** Reads the lineage of one version's row and the number of rows, in one statement; throws if there is no ledger. */
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
 * Ensures that a row was written and that no other is gone: a trigger, or a view in place of the ledger, can undo a write whose
 * statement reports success. Throws `LEDGER_UNDONE`.
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
 * Whether exactly the registry's history is applied. Costs one statement however many migrations there are; anything unusual,
 * including a missing ledger, simply counts as not current.
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
 * Reads the whole ledger. Other tables are looked for before the ledger: a run of another process creates both together, so
 * tables without a ledger must have been there before it. This query also makes the connection see the current schema, which a
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

/** Adds the progress of a step done in batches. */
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
 * Tables without a ledger of their own belong to other histories if these have ledgers. A ledger that begins with the migrations
 * of this registry is its own, from before the history had its name.
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

/** The ledgers of all histories in the database. */
export function* readLedgers<H>(driver: Environment<H>['driver']): Work<string[]> {
  const rows = yield* settled(driver.query('SELECT type, name, sql FROM main.sqlite_master'))
  return ledgersIn(rows as unknown as MasterRow[])
}

/** The columns of a table or view; empty if there is none of this name. */
export function* columnsOf<H>({ driver }: Environment<H>, table: string): Work<string[]> {
  const sql = "SELECT name FROM unshadowed.pragma_table_info(?, 'main')"
  return (yield* settled(driver.query(sql, [table]))).map(({ name }) => String(name))
}

/** Whether the log explains why there are no rows: the first version was undone or marked, or nothing was applied when adopted. */
function* isUndone<H>(env: Environment<H>, log: string): Work<boolean> {
  if (!(yield* columnsOf(env, log)).includes('action')) return false
  const [last] = yield* settled(
    env.driver.query(
      `SELECT coalesce(version, '001') AS version FROM main.${quoteIdentifier(log)} WHERE action IN ('rollback', 'mark', 'adopt') ORDER BY id DESC LIMIT 1`,
    ),
  )
  return last?.['version'] === '001'
}

/** Whether there is any object that belongs neither to the ledger nor to an ignored table. */
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

/** SQLite stores any type in any column: whoever wrote it, the value is read as text. */
export const textIn = (row: Row, column: string): string | null =>
  row[column] == null ? null : String(row[column])

/** The number in a column; null for anything else. */
export const numberIn = (row: Row, column: string): number | null =>
  typeof row[column] === 'number' ? row[column] : null

/** SQLite's `YYYY-MM-DD HH:MM:SS` as ISO 8601 UTC; other text is kept. */
export const isoTime = (time: string): string =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(time) ? `${time.replace(' ', 'T')}Z` : time
