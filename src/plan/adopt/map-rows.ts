// Matches the rows of another tool to the migrations of the registry, all of them or none. Pure.
import { groupedBy } from '../../model/collected.js'
import { adoptContradiction, adoptUnmatched } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Mapping } from '../../model/adoption.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import type { ForeignRow } from './foreign-row.js'
import { nameKey } from './name-key.js'

/** A row and the migration that it stands for. */
export interface MappedRow<H> {
  readonly row: ForeignRow
  readonly entry: RegistryEntry<H>
}

/** How the rows were matched, and to what; in ascending order of version, each once. */
export interface MappedRows<H> {
  readonly by: Mapping
  readonly mapped: readonly MappedRow<H>[]
}

/**
 * Matches every row. Without `by`: by number if all have small ones, or titles that are numbers, which names must not contradict;
 * otherwise by name if there are names; otherwise by position. Throws `ADOPT_UNMATCHED` and `ADOPT_CONTRADICTION`.
 */
export function mapRows<H>(
  registry: Registry<H>,
  rows: readonly ForeignRow[],
  by?: Mapping,
): MappedRows<H> {
  const way = by ?? bestWay(rows)
  const find = FINDERS[way](registry)
  const mapped = rows.map((row, index) => ({
    row,
    entry: row.countless ? undefined : find(row, index),
  }))
  const unmatched = mapped.filter(({ entry }) => !entry).map(({ row }) => row.label)
  if (unmatched.length > 0) throw new LockstepError(adoptUnmatched(unmatched, way))
  const found = mapped as readonly MappedRow<H>[]
  if (by === undefined && way === 'number') checkNames(registry, found)
  return { by: way, mapped: sortedOnce(found) }
}

/**
 * The version that rows reach on their own: beyond the registry if their numbers are, 0 if they match nothing in it. `isWhole` if
 * all of them match.
 */
export function reachOf<H>(
  registry: Registry<H>,
  rows: readonly ForeignRow[],
): { readonly by: Mapping; readonly version: number; readonly isWhole: boolean } {
  const way = bestWay(rows)
  const find = FINDERS[way](registry)
  const versions = rows.flatMap((row, index) => {
    const number = row.number ?? leadingNumber(row.title)
    const version = way === 'number' ? number : find(row, index)?.version
    return version !== undefined && version < DATES_FROM ? [version] : []
  })
  const isWhole = versions.length === rows.length
  // Matching by position only means something if there are as many.
  return {
    by: way,
    version: way === 'position' && !isWhole ? 0 : Math.max(0, ...versions),
    isWhole,
  }
}

/** Numbers from here on are dates. */
const DATES_FROM = 1_000_000

function bestWay(rows: readonly ForeignRow[]): Mapping {
  const isNumbered = ({ number, title, countless }: ForeignRow): boolean =>
    countless === true || (number ?? bareNumber(title)) < DATES_FROM
  if (rows.every(isNumbered)) return 'number'
  return rows.some(({ title }) => title !== null) ? 'name' : 'position'
}

type Finder = <H>(
  registry: Registry<H>,
) => (row: ForeignRow, index: number) => RegistryEntry<H> | undefined

const FINDERS: Readonly<Record<Mapping, Finder>> = {
  number: (registry) => (row) => registry[(row.number ?? leadingNumber(row.title)) - 1],
  name: (registry) => {
    const waiting = byName(registry)
    // Migrations of the same name are used in order, unless the row has the number of one of them.
    return (row) => {
      const named = (row.title !== null && waiting.get(nameKey(row.title))) || []
      const number = row.number ?? leadingNumber(row.title)
      const at = named.findIndex(({ version }) => version === number)
      return named.splice(Math.max(at, 0), 1)[0]
    }
  },
  position: (registry) => (_, index) => registry[index],
}

const leadingNumber = (title: string | null): number =>
  parseInt(title?.replace(/^(?:migration[_-]?|v)(?=\d)/i, '') ?? '', 10)

/** The number of a title that is nothing else, such as `migration_017`. */
const bareNumber = (title: string | null): number =>
  /^(?:migration[_-]?|v)?\d+$/i.test(title ?? '') ? leadingNumber(title) : NaN

const byName = <H>(registry: Registry<H>): Map<string, RegistryEntry<H>[]> =>
  groupedBy(registry, ({ name }) => nameKey(name))

/** A row with the number of one migration and the name of another was written under a different numbering. */
function checkNames<H>(registry: Registry<H>, mapped: readonly MappedRow<H>[]): void {
  const known = byName(registry)
  for (const { row, entry } of mapped) {
    const named = row.title === null ? [] : (known.get(nameKey(row.title)) ?? [])
    const [other] = named
    if (!other || named.includes(entry)) continue
    const [one, two] = [entry, other].map(({ version, name }) => `${versionId(version)} (${name})`)
    throw new LockstepError(
      adoptContradiction(row.label, `its number is that of ${one}`, `its name is that of ${two}`),
    )
  }
}

/** Rows whose name differs from that of the migration with their number, which only renaming explains. */
export const misnamedRows = <H>(mapped: readonly MappedRow<H>[]): readonly MappedRow<H>[] =>
  mapped.filter(({ row: { title }, entry: { name, description = '' } }) => {
    if (title === null || !isNaN(bareNumber(title))) return false
    return [name, description].every((one) => nameKey(one) !== nameKey(title))
  })

function sortedOnce<H>(mapped: readonly MappedRow<H>[]): readonly MappedRow<H>[] {
  const sorted = mapped.toSorted((a, b) => a.entry.version - b.entry.version)
  sorted.forEach(({ row, entry }, index) => {
    const before = sorted[index - 1]
    if (before?.entry !== entry) return
    const id = versionId(entry.version)
    throw new LockstepError(
      adoptContradiction(row.label, `it stands for ${id}`, `so does ${before.row.label}`),
    )
  })
  return sorted
}
