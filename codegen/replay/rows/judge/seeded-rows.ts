// Rows that earlier versions have put there, and that a side overwrites as it inserts them once more: the application may have changed them. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import type { ValuesChanged } from '../../../model/evidence.js'
import { literalsIn } from '../seed/comparisons.js'
import type { Effect } from '../watch/statement-effect.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { keyOf, matchByKey } from './match-rows.js'
import { placeOf } from '../watch/table-image.js'
import { sameValue } from './same-value.js'

/**
 * Of names and their values, as settings are kept: of other lists the migrations decide what is in them. An UPDATE says by itself that
 * it changes what is there.
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
    const by = inserts.find(({ tokens }) => literalsIn(tokens).map(String).includes(text))
    const at = was.findIndex((value, column) => !sameValue(value, is[column] ?? null))
    const column = before.columns[at]?.name
    if (!by || column === undefined || placeOf(after, column) !== at) continue
    const where = { at: by.place, table: before.table.name, column, lost: 'seeded' } as const
    return [changeTold({ ...where, source: text }, [was[at] ?? null, is[at] ?? null])]
  }
  return []
}

const isValue = ({ name }: CatalogColumn): boolean => /^(?:val|value)$/i.test(name)

/** `INSERT OR REPLACE … VALUES`, `… ON CONFLICT DO UPDATE`, by SQL that spells rows out. */
const isOverwriting = ({ shape, place, replaces }: Effect): boolean =>
  replaces && place.script !== null && shape.kind === 'insert' && shape.selects.length === 0
