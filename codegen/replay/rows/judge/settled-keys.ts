// Finds new foreign keys for which rows had no parent, and of which a side has left no orphans.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { columnOf } from '../../../sql/read-select.js'
import { primaryKeyOf } from '../../../model/in-catalog.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'

/** The columns of each, by their current names; only for foreign keys to existing tables. */
export function settledKeys(connection: Connection, fate: Fate): (readonly string[])[] {
  const { side, before, after } = fate
  const known = new Set(before.table.foreignKeys.map(textOf))
  return after.table.foreignKeys.flatMap((key) => {
    const parents = known.has(textOf(key)) ? undefined : side.images.get(foldCase(key.parent))
    const isSettled =
      parents?.count === parents?.rows.length &&
      parents !== undefined &&
      isOrphaned(fate, key, parents) &&
      !isViolated(connection, after.table.name, key)
    return isSettled ? [key.columns] : []
  })
}

const textOf = ({ columns, parent }: CatalogForeignKey): string =>
  foldCase(JSON.stringify([columns, parent]))

/** Whether a row had values that no parent had, however they are compared. */
function isOrphaned(fate: Fate, key: CatalogForeignKey, parents: TableImage): boolean {
  const own = key.columns.map((name) => placeOf(fate.before, sourceOf(fate, name)))
  const pointed = key.parentColumns.length > 0 ? key.parentColumns : primaryKeyOf(parents.table)
  const theirs = pointed.map((name) => placeOf(parents, name))
  if ([...own, ...theirs].includes(-1) || own.length !== theirs.length) return false
  const there = new Set(parents.rows.map(({ values }) => textIn(values, theirs)))
  return fate.before.rows.some(
    ({ values }) => own.every((at) => values[at] !== null) && !there.has(textIn(values, own)),
  )
}

const textIn = (values: RawRow, places: readonly number[]): string =>
  foldCase(JSON.stringify(places.map((at) => String(values[at]).trim())))

/** The column from which a copy fills a column. */
function sourceOf({ rebuild, after }: Fate, name: string): string {
  const { shape } = rebuild?.copy ?? {}
  if (shape?.kind !== 'insert') return name
  const targets =
    shape.columns?.map(({ key }) => plainName(key)) ?? after.columns.map((one) => one.name)
  const at = targets.findIndex((one) => isSameName(one, name))
  const source = columnOf(shape.selects[0]?.items[at] ?? [])
  return source ? plainName(source.column.key) : name
}

function isViolated({ all }: Connection, table: string, { parent }: CatalogForeignKey): boolean {
  return orElse(() => {
    const found = all('SELECT DISTINCT parent FROM unshadowed.pragma_foreign_key_check(?)', table)
    return found.some(([name]) => isSameName(String(name), parent))
  }, true)
}
