// Reads everything that happened, as far as the ledger and its log record it. Never writes.
import { remembered } from '../../model/collected.js'
import { settled, type Work } from '../../database/outcome.js'
import type { Forgotten } from '../../errors/ledger.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import type { HistoryEntry } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { directionOf } from '../../plan/compare.js'
import type { Environment } from '../environment/environment.js'
import { columnsOf, isoTime, numberIn, readLedger, textIn } from './read-ledger.js'
import { BEGUN, DOWN_BEGUN, isLog, UP_BEGUN } from './write-ledger.js'
import { quoteIdentifier } from '../../sql/names.js'

/** The applied migrations and the log's lines, in order of time. */
export function* readHistory<H>(env: Environment<H>): Work<readonly HistoryEntry[]> {
  const applied = appliedOf(yield* readLedger(env))
  const log = yield* readLog(env)
  return orderHistory(withoutLoaded([...log, ...applied]))
}

/** Leaves out versions that were loaded with the schema and never run. The line of the newest version stands for all. */
function withoutLoaded(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  let loaded = 0
  return entries.flatMap((entry) => {
    const { action, version, durationMs } = entry
    if (action === LOADED) loaded = version ?? 0
    if (action === 'rollback' && version === loaded) loaded -= 0.5
    if (action !== 'apply' || durationMs !== null || version === null || version > loaded)
      return [entry]
    return version === loaded ? [] : [{ ...entry, action: LOADED }]
  })
}

const LOADED = 'load'

/** Why versions are missing in the ledger, according to the last log line of each. */
export function* readForgotten<H>(env: Environment<H>): Work<ReadonlyMap<number, Forgotten>> {
  const forgotten = new Map<number, Forgotten>()
  const begun = new Set<number>()
  for (const { version, action, detail, at } of yield* readLog(env)) {
    if (version === null) continue
    const isPart = begun.delete(version)
    forgotten.delete(version)
    if (action === 'begin' && detail !== DOWN_BEGUN) begun.add(version)
    if (action === 'rollback' || (action === 'mark' && detail?.startsWith('as pending')))
      forgotten.set(version, { by: action, at, isPart, checksum: checksumIn(detail) })
  }
  return forgotten
}

const checksumIn = (detail: string | null): string | null =>
  /^as pending \(checksum (\S+)\)/.exec(detail ?? '')?.[1] ?? null

const appliedOf = (state: LedgerState): readonly HistoryEntry[] =>
  (state.kind === 'ours' ? state.rows : []).map((row) => ({
    version: row.version,
    id: versionId(row.version),
    name: row.name,
    at: row.appliedAt,
    durationMs: row.durationMs,
    ...whatOf(row),
  }))

/** A step that was begun outside a transaction and has not ended was not applied; one that is being undone was. */
function whatOf(row: LedgerRow): Pick<HistoryEntry, 'action' | 'detail'> {
  const direction = row.startedBy === null ? 'down' : directionOf(row)
  if (direction === 'down') return { action: 'apply', detail: null }
  return { action: 'begin', detail: direction === 'up' ? UP_BEGUN : BEGUN }
}

function* readLog<H>(env: Environment<H>): Work<readonly HistoryEntry[]> {
  const name = `${env.table}_log`
  if (!isLog(yield* columnsOf(env, name))) return []
  const rows = yield* settled(
    env.driver.query(`SELECT * FROM main.${quoteIdentifier(name)} ORDER BY id`),
  )
  return rows.map((row) => {
    const id = textIn(row, 'version')
    return {
      // A newer Lockstep may use other words.
      action: String(row['action']) as HistoryEntry['action'],
      version: id !== null && /^\d+$/.test(id) ? Number(id) : null,
      id,
      name: textIn(row, 'name'),
      at: isoTime(String(row['at'])),
      durationMs: numberIn(row, 'duration_ms'),
      detail: textIn(row, 'detail'),
    }
  })
}

/** A line with its rank among those of the same second. */
interface Ranked {
  readonly entry: HistoryEntry
  readonly rank: number
}

/**
 * Expects the log's lines as they were written, then the applied migrations. Within one second, log lines keep their order, and a
 * migration was applied after the last line before it that leaves no room for its version (one of the same, a lower or no
 * version): a rollback of 003 does not hide that 002 was applied before it.
 */
export function orderHistory(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const told = new Map<string, Ranked[]>()
  const ranked = entries.map((entry, index): Ranked => {
    const before = remembered(told, entry.at, () => [])
    if (entry.action === 'apply' || (entry.action === LOADED && entry.detail === null))
      return { entry, rank: (rankOf(entry, before) ?? -1) + 0.5 }
    const line = { entry, rank: index }
    // A version whose `down` was begun, or that was repaired, was applied before, possibly in the same second.
    const isBefore =
      entry.action === 'begin' ? entry.detail === UP_BEGUN : entry.action !== 'repair'
    if (isBefore) note(line, before)
    return line
  })
  return ranked.sort(byTime).map(({ entry }) => entry)
}

const versionOf = ({ version }: HistoryEntry): number => version ?? 0

/** A line leaves no more room than earlier ones of its version or a higher one, which need not be kept. */
function note(line: Ranked, told: Ranked[]): void {
  while (told.length > 0 && versionOf(told[told.length - 1]!.entry) >= versionOf(line.entry))
    told.pop()
  told.push(line)
}

/** The rank of the last line of this version or a lower one. The lines are in ascending order of version. */
function rankOf(entry: HistoryEntry, told: readonly Ranked[]): number | undefined {
  let low = 0
  for (let high = told.length; low < high;) {
    const middle = (low + high) >> 1
    if (versionOf(told[middle]!.entry) <= versionOf(entry)) low = middle + 1
    else high = middle
  }
  return told[low - 1]?.rank
}

const byTime = (a: Ranked, b: Ranked): number => {
  if (a.entry.at !== b.entry.at) return a.entry.at < b.entry.at ? -1 : 1
  return a.rank - b.rank || versionOf(a.entry) - versionOf(b.entry)
}
