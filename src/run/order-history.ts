// Puts the lines of a history in order of time, although the ledger knows only seconds. Pure.
import type { HistoryEntry } from '../model/report.js'

/** A line with its rank among those of the same second. */
interface Ranked {
  readonly entry: HistoryEntry
  readonly rank: number
}

/**
 * Expects the log's lines as they were written, then the applied migrations. Of one second, what the log tells keeps its
 * order, and a migration was applied after the last line before it that left no room for its version (one of the same,
 * of a lower or of no version): a rollback of 003 does not hide that 002 stood before it.
 */
export function orderHistory(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const told = new Map<string, Ranked[]>()
  const ranked = entries.map((entry, index): Ranked => {
    const before = told.get(entry.at) ?? []
    if (entry.action === 'apply') return { entry, rank: rankAfter(entry, before) }
    const line = { entry, rank: index }
    told.set(entry.at, [...before, line])
    return line
  })
  return ranked.sort(byTime).map(({ entry }) => entry)
}

function rankAfter({ version }: HistoryEntry, told: readonly Ranked[]): number {
  const last = told.findLast(({ entry }) => (entry.version ?? 0) <= (version ?? 0))
  return (last?.rank ?? -1) + 0.5
}

const byTime = (a: Ranked, b: Ranked): number => {
  if (a.entry.at !== b.entry.at) return a.entry.at < b.entry.at ? -1 : 1
  return a.rank - b.rank || (a.entry.version ?? 0) - (b.entry.version ?? 0)
}
