// Matches tables and columns from before a side with those after it. Pure.
import { tableIn } from '../../../model/in-catalog.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { columnOf } from '../../../sql/read-select.js'
import type { TableGraph } from '../fill/table-graph.js'
import { columnOrigins } from '../judge/column-origins.js'
import { heirsAfter, type Heir } from '../judge/heirs.js'
import type { ObservedSide } from '../watch/observed-run.js'

/** A column before and after; null where it does not exist. */
export interface ColumnPair {
  readonly was: CatalogColumn | null
  readonly now: CatalogColumn | null
}

/** A table before and after. */
export interface TablePair {
  readonly was: CatalogTable
  readonly now: CatalogTable
  /** All columns, new ones last. */
  readonly columns: readonly ColumnPair[]
}

/** Returns the pair for a table from before, by name in lower case; null if it has no successor. */
export function pairsOf(
  side: Pick<ObservedSide, 'before' | 'effects'>,
  after: TableGraph,
): (table: string) => TablePair | null {
  const heirs = heirsAfter(side)
  const known = new Map<string, TablePair | null>()
  const pair = (name: string): TablePair | null => {
    const was = tableIn(side.before.catalog, name)
    if (!was) return null
    const same = tableIn(after.catalog, name)
    if (same?.sql === was.sql) return pairBy(was, same, (column) => column)
    const heir = heirs(name)
    const now = heir.name === null ? undefined : tableIn(after.catalog, heir.name)
    return now ? pairBy(was, now, originsIn(heir, was, now)) : null
  }
  return (name) => {
    if (!known.has(name)) known.set(name, pair(name))
    return known.get(name) ?? null
  }
}

/** Whether `SELECT *` returns other names, or the same in other positions. */
export const isRearranged = ({ was, now, columns }: TablePair): boolean =>
  String(namesOf(was)) !== String(namesOf(now)) ||
  columns.some((one) => one.was && one.now && !isSame(one.was, one.now))

const isSame = (one: CatalogColumn, other: CatalogColumn): boolean =>
  foldCase(one.name) === foldCase(other.name)

const shown = ({ columns }: CatalogTable): CatalogColumn[] => columns.filter((one) => !one.hidden)

const namesOf = (table: CatalogTable): string[] => shown(table).map(({ name }) => foldCase(name))

type Origins = (column: string) => string | undefined

/** A column that is dropped and added again under its name counts as the same. */
function pairBy(was: CatalogTable, now: CatalogTable, originOf: Origins): TablePair {
  const before = new Map(shown(was).map((column) => [foldCase(column.name), column]))
  const known = new Map(
    shown(now).flatMap((column) => {
      const found = before.get(originOf(foldCase(column.name)) ?? '')
      return found ? [[column, found] as const] : []
    }),
  )
  const taken = new Set(known.values())
  for (const column of shown(now)) {
    const found = before.get(foldCase(column.name))
    if (found && !known.has(column) && !taken.has(found)) known.set(column, found)
  }
  const left = new Map([...known].map(([column, origin]) => [origin, column]))
  return {
    was,
    now,
    columns: [
      ...shown(was).map((column) => ({ was: column, now: left.get(column) ?? null })),
      ...shown(now).flatMap((column) => (known.has(column) ? [] : [{ was: null, now: column }])),
    ],
  }
}

/** Follows columns through RENAME COLUMN and the copies of a rebuild. */
function originsIn(heir: Heir, was: CatalogTable, now: CatalogTable): Origins {
  const own = columnOrigins(foldCase(was.name), namesOf(was), heir.own)
  if (heir.is === 'same') return own.of
  const copied = new Map(heir.heirs.flatMap(({ shape }) => copiedBy(shape)))
  const [made] = heir.heirs.flatMap(({ verb, table }) => (verb === 'create' ? [table] : []))
  const there = [...copied.keys(), ...namesOf(was), ...namesOf(now)]
  const later = columnOrigins(made ?? heir.was ?? '', there, heir.heirs)
  return (column) => {
    const name = later.of(column)
    return name === undefined ? undefined : own.of(copied.get(name) ?? name)
  }
}

/** The columns that INSERT … SELECT copies unchanged: target and source. */
function copiedBy(shape: Heir['heirs'][number]['shape']): [string, string][] {
  if (shape.kind !== 'insert' || !shape.columns) return []
  const { columns, selects } = shape
  return selects.flatMap(({ items }) =>
    items.flatMap((item, at): [string, string][] => {
      const [source, target] = [columnOf(item)?.column, columns[at]]
      return source && target ? [[plainName(target.key), plainName(source.key)]] : []
    }),
  )
}
