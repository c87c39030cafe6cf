// The registry as a database knows it: with the applied migration wherever the code now has a different one. Pure.
import type { LedgerRow } from '../../model/ledger.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import { lineageAfter } from '../../../codegen/checksum/lineage.js'

/**
 * The rows whose migration the code does not have under that number: it was edited, deleted, or belongs to another branch. Empty
 * if the ledger itself is inconsistent, which planning reports.
 */
export function otherRows(registry: Registry<never>, rows: readonly LedgerRow[]): LedgerRow[] {
  const isWhole = rows.every(
    ({ version, startedBy, lineage }, at) =>
      version === at + 1 && startedBy === null && lineage !== null,
  )
  return isWhole ? rows.filter((row) => !isOwn(row, registry[row.version - 1])) : []
}

/** Digests of another algorithm cannot be compared, and are left to planning. */
function isOwn(
  { checksum }: LedgerRow,
  entry: Pick<RegistryEntry<never>, 'checksum' | 'formerly'> | undefined,
): boolean {
  if (!entry || checksum === null) return false
  const isAlike = parseInt(checksum, 10) === parseInt(entry.checksum, 10)
  return !isAlike || checksum === entry.checksum || (entry.formerly?.includes(checksum) ?? false)
}

/**
 * The registry with applied migrations in place of those in the code: the `found` ones, and for others only what the ledger
 * records, which can be counted but not undone. Their lineages are chained as they were when applied.
 */
export function appliedRegistry<H>(
  registry: Registry<H>,
  rows: readonly LedgerRow[],
  found: ReadonlyMap<number, RegistryEntry<H>>,
): Registry<H> {
  const [first] = otherRows(registry, rows)
  if (!first) return registry
  const others = new Set(otherRows(registry, rows))
  let before = rows[first.version - 2]?.lineage ?? ''
  const applied = rows.slice(first.version - 1).map((row): RegistryEntry<H> => {
    const { version, checksum } = row
    const own = registry[version - 1]
    const entry = others.has(row) || !own ? asRecorded(row, found.get(version)) : own
    before = lineageAfter(before, { version, checksum: checksum ?? '' })
    return { ...entry, lineage: before }
  })
  return [...registry.slice(0, first.version - 1), ...applied, ...registry.slice(rows.length)]
}

/** What was found may be the current migration of the code. */
function asRecorded<H>(
  { version, name, checksum, downChecksum }: LedgerRow,
  found: RegistryEntry<H> | undefined,
): RegistryEntry<H> {
  const { downChecksum: _, ...rest } = found ?? {
    file: `migration ${name}`,
    lineage: '',
    reversible: false,
    source: { up: '' },
  }
  const digests = { checksum: checksum ?? '', ...(downChecksum !== null && { downChecksum }) }
  return { ...rest, version, name, ...digests }
}
