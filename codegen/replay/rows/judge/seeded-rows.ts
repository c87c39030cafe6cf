// Judges rows that earlier versions inserted and a side overwrites by inserting them again: the application may have changed them. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import type { ValuesChanged } from '../../../model/evidence.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { literalsIn } from '../seed/comparisons.js'
import { isVersionRaised } from '../seed/version-tables.js'
import type { Effect } from '../watch/statement-effect.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { keyOf, matchByKey } from './match-rows.js'
import { placeOf } from '../watch/table-image.js'
import { sameValue } from './same-value.js'

/**
 * For tables of names and values, such as settings; the content of other lists is defined by migrations. An UPDATE states that it changes
 * existing rows, and a version of the schema that goes up is a number of the migrations themselves.
 */
export function overwrittenSeeds(fate: Fate): ValuesChanged[] {
  const { side, before, after, heir, rebuild } = fate
  const [key, more] = keyOf(before)
  if (side.direction === 'down' || rebuild || key === undefined || more !== undefined) return []
  if (!before.columns.some(isValue)) return []
  const isUpdated = heir.own.some(({ verb }) => verb === 'update')
  const inserts = isUpdated ? [] : heir.own.filter(isOverwriting)
  const place = placeOf(before, key)
  for (const [was, is] of matchByKey(before, after) ?? []) {
    const text = String(was[place])
    const at = was.findIndex((value, column) => !sameValue(value, is[column] ?? null))
    if (isVersionRaised(text, valueAt(was, at), valueAt(is, at))) continue
    const by = inserts.find(({ tokens }) => literalsIn(tokens).map(String).includes(text))
    const column = before.columns[at]?.name
    if (!by || column === undefined || placeOf(after, column) !== at) continue
    const where = { at: by.place, table: before.table.name, column, lost: 'seeded' } as const
    return [changeTold({ ...where, source: text }, [valueAt(was, at), valueAt(is, at)])]
  }
  return []
}

const valueAt = (row: RawRow, at: number): Value => row[at] ?? null

const isValue = ({ name }: CatalogColumn): boolean => /^(?:val|value)$/i.test(name)

/** `INSERT OR REPLACE … VALUES`, `… ON CONFLICT DO UPDATE`, in SQL that spells rows out. */
const isOverwriting = ({ shape, place, replaces }: Effect): boolean =>
  replaces && place.script !== null && shape.kind === 'insert' && shape.selects.length === 0
