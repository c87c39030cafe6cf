// Judges values, and rows of whole tables, that `up` moved to another table which `down` drops or ignores: the column or table is back, but
// empty. Pure.
import { writtenWhole } from './parents-of.js'
import { rowsGone } from './rows-gone.js'
import type { ValuesChanged, RowsLost } from '../../../model/evidence.js'
import { isSameName } from '../../../../src/sql/names.js'
import { tableNamed } from '../fill/table-graph.js'
import type { Value } from '../fill/seed-values.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import { isFilling } from '../watch/statement-effect.js'
import { heirsAfter, type Heir } from './heirs.js'
import { columnKeptIn } from './kept-values.js'
import { isTelling, matchByKey } from './match-rows.js'
import { movedTable } from './moved-table.js'
import type { Written } from './written.js'

/** For rows that existed before `up`, identified by their keys; empty if `down` restores anything. */
export function forsakenValues(side: ObservedSide, imageNow: ImageNow): ValuesChanged[] {
  const { drops, written, old } = forsakenBy(side, imageNow)
  return old.flatMap(([name, before]): ValuesChanged[] => {
    const known = tableNamed(side.before, name)?.columns ?? []
    if (known.length === 0) return encodedValues(side, before, imageNow(name))
    const after = imageNow(name)
    const added = before.columns.filter(
      (column) =>
        after &&
        placeOf(after, column.name) >= 0 &&
        !known.some((one) => isSameName(one.name, column.name)),
    )
    return added.flatMap(({ name: column }) => {
      const shown = after && forgotten(column, before, after)
      const keptIn = shown && columnKeptIn(column, shown.among, written)
      const drop = drops.find(({ table }) => isSameName(table, keptIn ?? ''))
      if (!shown || !keptIn || !drop) return []
      const where = { at: drop.place, table: before.table.name, column, source: keptIn }
      return [changeTold({ ...where, lost: 'forsaken' }, shown.values)]
    })
  })
}

/** For a recreated table: texts in place of blobs, or vice versa, that encode the former values, as `hex()` does. */
function encodedValues(
  { effects }: ObservedSide,
  before: TableImage,
  after: TableImage | null,
): ValuesChanged[] {
  const { name: table } = before.table
  const copy = effects.findLast((one) => isFilling(one) && isSameName(one.table, table))
  const pairs = (after && matchByKey(before, after)) ?? []
  return before.columns.flatMap(({ name: column }, at) => {
    const place = after ? placeOf(after, column) : -1
    const values = pairs.map(([old, now]) => [old[at] ?? null, now[place] ?? null] as const)
    const told = values.filter(
      ([was, is]) => was !== null && is !== null && isBlob(was) !== isBlob(is),
    )
    const [was, is] = [0, 1].map((side) => new Set(told.map((pair) => String(pair[side]))).size)
    const first = told.find(([old]) => String(old) !== '')
    return copy && first && was === is
      ? [changeTold({ at: copy.place, table, column, lost: 'unreturned' }, first)]
      : []
  })
}

const isBlob = (value: Value): boolean => value instanceof Uint8Array

type ImageNow = (name: string) => TableImage | null

/** The tables that `down` drops, in the form of written tables, and those from before `up`, if it drops any. */
function forsakenBy({ undoes, effects, images }: ObservedSide, imageNow: ImageNow) {
  const drops = effects.filter(({ verb, table }) => verb === 'drop' && imageNow(table) === null)
  const written = drops
    .flatMap(({ table }) => images.get(table) ?? [])
    .map((after) => writtenWhole(after, { isMadeOf: () => true }))
  return { drops, written, old: undoes && written.length > 0 ? [...undoes.images] : [] }
}

interface Forgotten {
  /** The remaining rows, as they were. */
  readonly among: TableImage
  /** The value of one of them before and after. */
  readonly values: readonly [Value, Value]
}

/** Null unless all rows have the same value now, where several had their own. */
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

/** For whole tables that existed before `up`; empty if `down` restores any row. */
export function forsakenRows(
  side: ObservedSide,
  imageNow: ImageNow,
  untouched: ImageNow,
): RowsLost[] {
  const { drops, written, old } = forsakenBy(side, imageNow)
  const merged = mergedBy(side, untouched)
  const tables =
    written.length > 0 ? old : merged.length > 0 ? [...(side.undoes?.images ?? [])] : []
  return tables.flatMap(([name, before]): RowsLost[] => {
    const [first] = before.rows
    const isAgain = !tableNamed(side.before, name) && imageNow(name)?.count === 0
    if (!isAgain || !first) return []
    const moved = movedTable(before, written)
    const drop = drops.find((one) => isSameName(one.table, moved?.in ?? ''))
    const all = { lost: before.count, row: first.values }
    if (moved && drop)
      return [rowsGone(before, all, { at: drop.place, by: 'forsaken', source: moved.in })]
    const left = movedTable(before, merged, fillsOf(side, name))
    const made = side.effects.find(({ verb, table }) => verb === 'create' && table === name)
    return left && made
      ? [rowsGone(before, all, { at: made.place, by: 'left', source: left.in })]
      : []
  })
}

/** Tables from before `up` into which it inserted rows, and which still exist after `down`. */
function mergedBy({ undoes, effects, images }: ObservedSide, untouched: ImageNow): Written[] {
  if (!undoes) return []
  const gone = new Set(effects.flatMap(({ verb, table }) => (verb === 'drop' ? [table] : [])))
  const names = undoes.effects.flatMap((one) =>
    isFilling(one) && tableNamed(undoes.before, one.table) && !gone.has(one.table)
      ? [one.table]
      : [],
  )
  return [...new Set(names)].flatMap((name): Written[] => {
    const after = images.get(name) ?? untouched(name)
    const before = undoes.images.get(name) ?? null
    return after ? [writtenWhole(after, { before, isMadeOf: () => true })] : []
  })
}

const fillsOf = ({ undoes }: ObservedSide, name: string): Heir['fills'] =>
  undoes ? heirsAfter(undoes)(name).fills : []
