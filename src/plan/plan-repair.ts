// Plans the repair of the ledger: its rows get the names and digests of the registry, if nothing worse is wrong. Pure.
import { databaseAhead } from '../errors/history.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { Repair, RepairedRow, RepairedValue, RepairOptions } from '../model/recovery.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import { versionId } from '../model/version.js'
import { RUN_NEWER } from '../model/told-step.js'
import { batchesNow, compare, type Comparison } from './compare.js'
import { checkForce, withReason, type LedgerEdit, type LoggedLine } from './ledger-edit.js'
import { managedRows, refuseFirst, type Policy } from './plan.js'

/** Findings that are settled by writing the registry's values, and those of running steps, which are unrelated. */
const TOLERATED = new Set([
  'HISTORY_EDITED',
  'HISTORY_LINEAGE',
  'HISTORY_INTERRUPTED',
  'HISTORY_BATCHES_EDITED',
])

/** Changes to partly done batches after which the step cannot resume. */
const OTHERS = new Set<unknown>(['other rows', 'other batches'])

/**
 * The rows that differ from the registry. A gap, a row added by hand, a renumbered migration and a database ahead of the code
 * cannot be solved by writing values: these are thrown. Rows with another digest algorithm are left to `migrate`.
 */
export function planRepair<H>(
  registry: Registry<H>,
  state: LedgerState,
  {
    reason,
    force,
    ...policy
  }: Pick<RepairOptions, 'reason' | 'force'> & Pick<Policy, 'table' | 'onUnmanaged'>,
): LedgerEdit<H, Repair> {
  checkForce({ force, reason })
  const rows = managedRows(state, policy)
  const comparison = compare(registry, rows)
  refuseWorse(registry, comparison)
  const repaired = rows.flatMap((row) => repair(registry[row.version - 1], row))
  return {
    action: 'repair',
    answer: { rows: repaired.map(({ answer }) => answer) },
    renames: null,
    createsLedger: false,
    written: repaired.map(({ entry, goesOn }) => ({ entry, appliedAt: null, goesOn })),
    removed: [],
    log: repaired.map(({ answer }) => logged(answer, { reason, force })),
    version: comparison.version,
  }
}

function refuseWorse<H>(registry: Registry<H>, { findings, ahead }: Comparison<H>): void {
  const problems = [
    ...findings.filter(({ severity }) => severity === 'error'),
    ...(ahead.length > 0 ? [databaseAhead(ahead, registry.length, RUN_NEWER)] : []),
  ]
  refuseFirst(
    problems.filter(({ code, facts }) => !TOLERATED.has(code) || OTHERS.has(facts?.['now'])),
    problems,
  )
}

function repair<H>(
  entry: RegistryEntry<H> | undefined,
  row: LedgerRow,
): readonly { entry: RegistryEntry<H>; answer: RepairedRow; goesOn: boolean }[] {
  if (!entry || !isSameAlgorithm(row, entry)) return []
  const goesOn = row.startedBy !== null && batchesNow(row, entry) === 'changed'
  if (row.startedBy !== null && !goesOn) return []
  const begun: readonly RepairedValue[] = [
    { field: 'name', before: row.name, after: entry.name },
    { field: 'checksum', before: row.checksum, after: entry.checksum },
  ]
  const applied: readonly RepairedValue[] = [
    { field: 'downChecksum', before: row.downChecksum, after: entry.downChecksum ?? null },
    { field: 'lineage', before: row.lineage, after: entry.lineage },
    { field: 'needs', before: row.needs ?? null, after: entry.needs?.join(', ') ?? null },
  ]
  const values = goesOn ? begun : [...begun, ...applied]
  const different = values.filter(({ before, after }) => before !== after)
  if (different.length === 0) return []
  const { version, name } = entry
  return [{ entry, answer: { version, id: versionId(version), name, values: different }, goesOn }]
}

const isSameAlgorithm = <H>(row: LedgerRow, entry: RegistryEntry<H>): boolean =>
  parseInt(row.checksum ?? '', 10) === parseInt(entry.checksum, 10)

function logged(
  { version, name, values }: RepairedRow,
  { force, reason }: { force: boolean | undefined; reason: string | undefined },
): LoggedLine {
  const changes = values.map(({ field, before, after }) => `${field} ${before} → ${after}`)
  if (force === true) changes.push('by force')
  return { migration: { version, name }, detail: withReason(changes.join(', '), reason) }
}
