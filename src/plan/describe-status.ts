// Describes the state of a database. Pure; never throws for what it finds, but reports it.
import { problemOf, type Cause } from '../errors/lockstep-error.js'
import { ledgerForeign } from '../errors/ledger.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { ManagerOptions } from '../model/options.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { AppliedMigration, PendingMigration, State, Status } from '../model/report.js'
import { versionId } from '../model/version.js'
import { compare, type Comparison } from './compare.js'
import { unmanagedCause } from './unmanaged-cause.js'
import { problemsOf } from './problems-of.js'
import { isReversible } from './way-to-code.js'

/** Describes the ledger compared with the registry; `onDrift` is passed to `compare`. What `onUnmanaged` allows is no problem. */
export function describeStatus<H>(
  registry: Registry<H>,
  state: LedgerState,
  table: string,
  {
    onDrift,
    onUnmanaged,
    keepDowns,
  }: Pick<ManagerOptions, 'onDrift' | 'onUnmanaged' | 'keepDowns'> = {},
): Status {
  const rows = state.kind === 'ours' ? state.rows : []
  const comparison = compare(registry, rows, onDrift)
  const { halfDone } = comparison
  const known = new Set(rows.map((row) => row !== halfDone && row.version))
  return {
    state: nameState(registry, state, comparison),
    version: versionOf(rows),
    latest: registry.length,
    applied: rows.filter(hasEnded).map((row) => describeApplied(row, registry[row.version - 1])),
    pending: registry.filter((entry) => !known.has(entry.version)).map(describePending),
    problems: [
      ...placeCauses(state, table, onUnmanaged).map((cause) => problemOf(cause, 'error')),
      ...problemsOf(comparison, registry.length, { keepDowns }),
    ],
  }
}

/** The highest applied version; a step that was begun and did not end is neither applied nor pending. */
export const versionOf = (rows: readonly LedgerRow[]): number =>
  rows.findLast(hasEnded)?.version ?? 0

const hasEnded = (row: LedgerRow): boolean => row.startedBy === null

/** The most severe state that holds: interrupted, diverged, ahead, then pending, current. */
function nameState<H>(registry: Registry<H>, state: LedgerState, comparison: Comparison<H>): State {
  if (state.kind === 'foreign' || state.unmanaged) return 'unmanaged'
  if (state.kind === 'absent' && !state.others) return 'empty'
  if (comparison.findings.some(({ code }) => /^HISTORY_(?:INTERRUPTED|BATCHES_EDITED)$/.test(code)))
    return 'interrupted'
  if (comparison.findings.some((problem) => problem.severity === 'error')) return 'diverged'
  if (comparison.ahead.length > 0) return 'ahead'
  return comparison.version < registry.length ? 'pending' : 'current'
}

/** The problems of a table in place of the ledger, or of a missing ledger. */
function placeCauses(
  state: LedgerState,
  table: string,
  onUnmanaged: ManagerOptions['onUnmanaged'],
): readonly Cause[] {
  if (state.kind === 'foreign') return [ledgerForeign(table, state.columns)]
  const cause = unmanagedCause(state, table, onUnmanaged)
  return cause ? [cause] : []
}

const describeApplied = (
  row: LedgerRow,
  entry: RegistryEntry<never> | undefined,
): AppliedMigration => ({
  version: row.version,
  id: versionId(row.version),
  name: row.name,
  description: row.description,
  checksum: row.checksum,
  appliedAt: row.appliedAt,
  durationMs: row.durationMs,
  reversible: isReversible(row, entry),
})

/** A migration of the registry as a pending one. */
const describePending = <H>(entry: RegistryEntry<H>): PendingMigration => ({
  version: entry.version,
  id: versionId(entry.version),
  name: entry.name,
  description: entry.description ?? null,
})
