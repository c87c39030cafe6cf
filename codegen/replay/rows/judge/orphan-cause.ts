// Finds the statement that left rows without their parent, by what their keys referred to before the side.
import type { CatalogTable } from '../../../model/catalog.js'
import type { StepPlace } from '../../../model/evidence.js'
import { wholeSide } from '../../sides/whole-side.js'
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import { orElse } from '../../../../src/model/or-else.js'
import { primaryKeyOf } from '../../../model/in-catalog.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { tableNamed } from '../fill/table-graph.js'
import { bareSql } from '../watch/deleted-rows.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { heirsAfter, type Heir } from './heirs.js'
import { rebuildOf } from './rebuild.js'

/** How many rows of a table lack the parent of one of its foreign keys. */
export interface Orphans {
  readonly parent: string
  readonly columns: readonly string[]
  readonly parentColumns: readonly string[]
  readonly rows: number
}

/** The statement that removed the parents; if they were never there, the one that wrote the rows. */
export function orphanCause(
  connection: Connection,
  side: ObservedSide,
  table: CatalogTable,
  found: Orphans,
): StepPlace {
  const [child, parent] = [foldCase(table.name), foldCase(found.parent)]
  const orphans = withParentColumns(found, tableNamed(side.before, parent))
  const heirOf = heirsAfter(side)
  const heir = heirOf(parent)
  const about = aboutKeys(side, orphans)
  const keys = orphanKeys(connection, table, orphans)
  const written =
    rebuildOf(heirOf(child))?.copy ?? about([child], ['insert', 'update', 'rename', 'other'])
  const cause =
    (wereNeverThere(side, orphans, keys) ? written : deletedBy(side, heir, orphans, keys)) ??
    about([parent], ['delete', 'update']) ??
    leftOutBy(heir, about) ??
    // Of a table that the side makes, nothing went with a DROP … IF EXISTS before.
    (tableNamed(side.before, parent) && about([parent], ['drop', 'rename'])) ??
    written ??
    about([parent], ['insert'])
  return cause?.place ?? wholeSide(side.entry.version, side.direction)
}

/** A foreign key that names no columns of its parent refers to the primary key. */
const withParentColumns = (orphans: Orphans, parent: CatalogTable | undefined): Orphans =>
  orphans.parentColumns.length > 0
    ? orphans
    : { ...orphans, parentColumns: primaryKeyOf(parent ?? { columns: [] }) }

/** Whether the table of the parents is known to have had none of these keys. */
function wereNeverThere(
  { images }: ObservedSide,
  { parent, parentColumns }: Orphans,
  keys: ReadonlySet<string>,
): boolean {
  const image = images.get(foldCase(parent))
  if (!image || keys.size === 0 || image.rows.length < image.count) return false
  const places = parentColumns.map((name) => placeOf(image, name))
  return !places.includes(-1) && !image.rows.some(({ values }) => keys.has(keyOf(values, places)))
}

/** The copy that fills the new table of the parents; a copy of all rows leaves it to a DELETE behind it which are removed. */
function leftOutBy(heir: Heir, { all }: About): Effect | null | undefined {
  const copy = rebuildOf(heir)?.copy
  const removal = heir.heirs.findLast((one) => one.verb === 'delete' && all.includes(one))
  return copy && removal && conditionIn(copy.tokens).length === 0 ? removal : copy
}

type About = ((
  names: readonly string[],
  verbs: readonly Effect['verb'][],
) => Effect | undefined) & { readonly all: readonly Effect[] }

/** Finds the last statement about a table; an UPDATE of columns outside the key is none. */
function aboutKeys({ effects }: ObservedSide, { columns, parentColumns }: Orphans): About {
  const keys = new Set([...columns, ...parentColumns, 'rowid'].map(foldCase))
  const all = effects.filter(
    ({ shape }) =>
      shape.kind !== 'update' ||
      shape.columns.some(({ key }) => keys.has(foldCase(plainName(key)))),
  )
  const about = (names: readonly string[], verbs: readonly Effect['verb'][]): Effect | undefined =>
    all.findLast(
      ({ table, to, verb }) =>
        verbs.includes(verb) && (names.includes(table) || names.includes(to)),
    )
  return Object.assign(about, { all })
}

/** How many orphans are looked at. */
const MOST = 100

/** The values of the key in the rows without parent; empty if unknown. Not by rowid: a column may have that name. */
function orphanKeys(
  { all }: Connection,
  { name }: CatalogTable,
  { parent, columns, parentColumns }: Orphans,
): ReadonlySet<string> {
  if (parentColumns.length !== columns.length) return new Set()
  const own = columns.map((column) => `c.${quoteIdentifier(column)}`)
  const isPair = own.map((column, at) => `p.${quoteIdentifier(parentColumns[at]!)} = ${column}`)
  const present = own.map((column) => `${column} NOT NULL`)
  const read = (): RawRow[] =>
    all(
      `SELECT ${own.join(', ')} FROM ${quoteIdentifier(name)} c WHERE ${present.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${quoteIdentifier(parent)} p WHERE ${isPair.join(' AND ')}) LIMIT ${MOST}`,
    )
  return new Set(orElse(read, []).map((row) => keyOf(row, [...row.keys()])))
}

/** The two ends of a key may be stored as different types. */
const keyOf = (row: RawRow, places: readonly number[]): string =>
  places.map((at) => String(row[at] ?? null)).join('\n')

/** The DELETE that removed a parent. */
function deletedBy(
  { deleted, effects }: ObservedSide,
  heir: Heir,
  { parent, parentColumns }: Orphans,
  keys: ReadonlySet<string>,
): Effect | undefined {
  const names = new Set([foldCase(parent), ...heir.effects.flatMap(({ table, to }) => [table, to])])
  const found = deleted.find(({ table, columns, rows }) => {
    const places = parentColumns.map((name) =>
      columns.findIndex((one) => foldCase(one.name) === foldCase(name)),
    )
    return (
      names.has(foldCase(table)) &&
      !places.includes(-1) &&
      rows?.some((row) => keys.has(keyOf(row, places)))
    )
  })
  return (
    found &&
    effects.find(
      ({ verb, place }) =>
        verb === 'delete' && bareSql(place.statement ?? '') === bareSql(found.statement),
    )
  )
}
