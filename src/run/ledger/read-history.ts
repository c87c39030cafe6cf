// Everything that happened, as far as the ledger and its log remember. Never writes.
import { settled, type Work } from '../../database/outcome.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import type { HistoryEntry } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { directionOf } from '../../plan/compare.js'
import type { Environment } from '../environment/environment.js'
import { orderHistory } from './order-history.js'
import { isoTime, readLedger } from './read-ledger.js'
import { isLog } from './write-ledger.js'
import { quoteIdentifier } from '../../sql/names.js'

/** The applied migrations and the log's lines, in order of time. */
export function* readHistory<H>(env: Environment<H>): Work<readonly HistoryEntry[]> {
  const applied = appliedOf(yield* readLedger(env))
  const log = yield* readLog(env)
  return orderHistory([...log, ...applied])
}

/** A step that was begun outside a transaction and never ended was not applied; one that was being undone was. */
const hasBeenApplied = (row: LedgerRow): boolean =>
  row.startedBy === null || directionOf(row) === 'down'

const appliedOf = (state: LedgerState): readonly HistoryEntry[] =>
  (state.kind === 'ours' ? state.rows : []).filter(hasBeenApplied).map((row) => ({
    action: 'apply',
    version: row.version,
    id: versionId(row.version),
    name: row.name,
    at: row.appliedAt,
    durationMs: row.durationMs,
    detail: null,
  }))

function* readLog<H>({ driver, table }: Environment<H>): Work<readonly HistoryEntry[]> {
  const name = `${table}_log`
  const columns = yield* settled(
    driver.query("SELECT name FROM unshadowed.pragma_table_info(?, 'main')", [name]),
  )
  if (!isLog(columns)) return []
  const rows = yield* settled(
    driver.query(`SELECT * FROM main.${quoteIdentifier(name)} ORDER BY id`),
  )
  return rows.map((row) => ({
    action: row['action'] as HistoryEntry['action'],
    version: row['version'] == null ? null : Number(row['version']),
    id: (row['version'] ?? null) as string | null,
    name: (row['name'] ?? null) as string | null,
    at: isoTime(String(row['at'])),
    durationMs: (row['duration_ms'] ?? null) as number | null,
    detail: (row['detail'] ?? null) as string | null,
  }))
}
