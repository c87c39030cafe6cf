// Values that `up` has moved into another table, which `down` drops: the column is there again, with nothing of them. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { isSameName } from '../../../../src/sql/names.js'
import { tableNamed } from '../fill/table-graph.js'
import type { Value } from '../fill/seed-values.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import { columnKeptIn } from './kept-values.js'
import { isTelling, matchByKey } from './match-rows.js'

/** Of rows that were there before `up`, told by their keys; silent where `down` brings back anything. */
export function forsakenValues(
  { undoes, effects, images, before: between }: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): ValuesChanged[] {
  const drops = effects.filter(({ verb, table }) => verb === 'drop' && imageNow(table) === null)
  const dropped = drops.flatMap(({ table }) => images.get(table) ?? [])
  if (!undoes || dropped.length === 0) return []
  return [...undoes.images].flatMap(([name, before]): ValuesChanged[] => {
    const known = tableNamed(between, name)?.columns ?? []
    const after = known.length > 0 ? imageNow(name) : null
    const added = before.columns.filter(
      (column) =>
        after &&
        placeOf(after, column.name) >= 0 &&
        !known.some((one) => isSameName(one.name, column.name)),
    )
    return added.flatMap(({ name: column }) => {
      const shown = after && forgotten(column, before, after)
      const keptIn = shown && columnKeptIn(column, shown.among, writtenOf(dropped))
      const drop = drops.find(({ table }) => isSameName(table, keptIn ?? ''))
      if (!shown || !keptIn || !drop) return []
      const where = { at: drop.place, table: before.table.name, column, source: keptIn }
      return [changeTold({ ...where, lost: 'forsaken' }, shown.values)]
    })
  })
}

/** Tables as what was written to, with nothing from before. */
export const writtenOf = (tables: readonly TableImage[]) =>
  tables.map((after) => ({
    isLossy: false,
    before: null,
    after,
    isMadeOf: () => true,
  }))

interface Forgotten {
  /** The rows that are there still, as they were. */
  readonly among: TableImage
  /** The value of one of them, as it was and as it is. */
  readonly values: readonly [Value, Value]
}

/** Null unless all rows have one and the same value now, where several had their own. */
function forgotten(column: string, before: TableImage, after: TableImage): Forgotten | null {
  const [at, place] = [placeOf(before, column), placeOf(after, column)]
  const pairs = matchByKey(before, after) ?? []
  const values = pairs.map(([old, now]) => [old[at] ?? null, now[place] ?? null] as const)
  const [first] = values
  const isOne = values.every(([, is]) => is === first?.[1] || sameValue(is, first?.[1] ?? null))
  const told = values.find(([was, is]) => isTelling(was) && !sameValue(was, is))
  const old = new Set(pairs.map(([row]) => row))
  const among = { ...before, rows: before.rows.filter((row) => old.has(row.values)) }
  return isOne && told ? { among, values: told } : null
}
