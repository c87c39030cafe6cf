// The change of the ledger that takes a database over: a row for each migration that is applied already. Pure.
import { LockstepError } from '../../errors/lockstep-error.js'
import { targetUnknown } from '../../errors/usage.js'
import type { Adoption } from '../../model/adoption.js'
import type { LedgerState } from '../../model/ledger.js'
import type { Registry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import type { LedgerEdit } from '../ledger-edit.js'
import type { MappedRow, MappedRows } from './map-rows.js'

/** What was found in the database, assigned to the registry. */
export interface Findings<H> extends MappedRows<H> {
  readonly layout: Adoption['layout']
  readonly table: string | null
  /** The table in the ledger's place, and the name that it gets. */
  readonly renames: Adoption['renames']
  readonly schema: Adoption['schema']
}

/** Rows for the first migrations up to a version, which no table says. Throws `TARGET_UNKNOWN`. */
export function rowsUpTo<H>(registry: Registry<H>, at: number): MappedRows<H> {
  if (at !== 0 && !registry[at - 1]) throw new LockstepError(targetUnknown(at, registry.length))
  const row = { label: '', number: null, title: null, appliedAt: null }
  return { by: 'number', mapped: registry.slice(0, at).map((entry) => ({ row, entry })) }
}

/** The edit that records what was found. */
export function planAdopt<H>(state: LedgerState, found: Findings<H>): LedgerEdit<H, Adoption> {
  const { layout, table, by, mapped, renames, schema } = found
  const head = mapped.at(-1)?.entry
  const version = head?.version ?? 0
  return {
    action: 'adopt',
    answer: { layout, table, by, version, migrations: mapped.map(describe), renames, schema },
    renames,
    createsLedger: state.kind !== 'ours',
    written: mapped.map(({ row, entry }) => ({ entry, appliedAt: row.appliedAt })),
    removed: [],
    log: [
      {
        migration: head ? { version, name: head.name } : null,
        detail: `${origin(found)}: ${mapped.length === 0 ? 'nothing is' : `001 to ${versionId(version)} are`} applied${renames ? `; ${renames.table} is now ${renames.to}` : ''}`,
      },
    ],
    version,
  }
}

const origin = <H>({ layout, table, by }: Findings<H>): string => {
  if (layout === 'version') return 'as told, without a table'
  if (layout === 'schema') return 'recognised by the schema'
  return table === null || table === layout
    ? `from ${layout} by ${by}`
    : `from ${layout} in ${table} by ${by}`
}

const describe = <H>({ row, entry }: MappedRow<H>): Adoption['migrations'][number] => ({
  version: entry.version,
  id: versionId(entry.version),
  name: entry.name,
  row: row.label === '' ? null : row.label,
  appliedAt: row.appliedAt,
})
