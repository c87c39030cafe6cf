// Ledger rows as they would be read back, for tests that need no database.
import type { LedgerRow, LedgerState } from '../../src/model/ledger.js'
import type { Registry } from '../../src/model/registry.js'

/** The rows after applying the first `count` migrations; `changes` override fields of the row of their version. */
export const appliedRows = <H>(
  registry: Registry<H>,
  count = registry.length,
  changes: Readonly<Record<number, Partial<LedgerRow>>> = {},
): LedgerRow[] =>
  registry.slice(0, count).map((entry) => ({
    version: entry.version,
    name: entry.name,
    description: entry.description ?? null,
    checksum: entry.checksum,
    downChecksum: entry.downChecksum ?? null,
    lineage: entry.lineage,
    appliedAt: '2026-01-02T03:04:05Z',
    durationMs: 1,
    startedBy: null,
    heartbeatAt: null,
    ...changes[entry.version],
  }))

/** The state of a ledger with these rows. */
export const ledgerOf = (rows: readonly LedgerRow[]): LedgerState => ({ kind: 'ours', rows })
