// Determines which rows of a table are missing after a rebuild, and which are duplicated. Pure.
import { countedIn } from '../../../../src/model/collected.js'
import type { RawRow } from '../fill/connection.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { isRowid } from '../../../model/rowid-column.js'
import { columnOf, isAll } from '../../../sql/read-select.js'
import { leavesEqual, type Effect } from '../watch/statement-effect.js'
import { turnedRows } from './turned-columns.js'
import type { Ending, Fate } from './fate.js'
import {
  commonColumns,
  hasOwnKey,
  isTelling,
  keyOf,
  matchBy,
  matchByKey,
  matchByValues,
  matchRows,
  pairsByKey,
  textBy,
  type Matched,
  type Pair,
} from './match-rows.js'

/** Whether all rows are known, not only the first ones. */
const isWhole = ({ count, rows }: TableImage): boolean => count === rows.length

const rowsOf = ({ rows }: TableImage): RawRow[] => rows.map(({ values }) => values)

/** A table and its replacement. */
type Both = Pick<Fate, 'before' | 'after'>

/** How many rows are missing, and which; null if that is unknown. */
export interface Loss {
  readonly count: number
  readonly gone: readonly RawRow[] | null
}

/** The rows that a table lost. */
export function lossOf(fate: Fate): Loss {
  const { before, after, rebuild } = fate
  const isKnown = rebuild !== null && isWhole(before) && isWhole(after)
  if (isKnown && rebuild.kind === 'older') return lossBut(before, standing(fate, false).pairs)
  const turned = isKnown ? turnedRows(fate) : null
  if (turned) return lossBut(before, turned)
  const { pairs, by } = matchRows(before, after)
  const isRefilled = isKnown && rebuild.kind === 'refilled'
  const rest = goneBut(before.rows, pairs)
  const gone = isRefilled ? rest.filter(isUnlikeAny(fate, rowsOf(after))) : rest
  if (isKnown && by === 'key' && !rebuild.isOneCopy) return withoutRenumbered(fate, pairs, gone)
  const most = Math.max(0, before.count - after.count)
  const count = isRefilled ? Math.min(most, gone.length) : most
  const alike = goneBut(before.rows, matchByValues(before, after))
  return { count, gone: [gone, alike].find(({ length }) => length === count) ?? null }
}

/** Whether a copy leaves one of equal rows: it compares all columns, or each row equals one that stays. */
export const areTwins = (fate: Fate): boolean =>
  isUntold(fate) &&
  (fate.rebuild?.copies ?? []).some(
    (copy) =>
      (leavesEqual(copy) &&
        (comparesAll(copy, fate.before) || holdsAll(fate.after, fate.before))) ||
      groupsByAll(copy, fate.before),
  )

/** Of rows that a copy with DISTINCT does not have, those that equal none that it has. */
export function withoutTwins(fate: Fate, gone: readonly RawRow[]): readonly RawRow[] {
  const { before, after, rebuild } = fate
  const isDistinct = (copy: Effect): boolean => leavesEqual(copy) && comparesAll(copy, before)
  if (!isUntold(fate) || !rebuild?.copies.some(isDistinct)) return gone
  const names = commonColumns(before, after)
  const there = new Set(rowsOf(after).map(textBy(names, after)))
  return names.length < before.columns.length
    ? gone
    : gone.filter((row) => !there.has(textBy(names, before)(row)))
}

/** `GROUP BY` all columns, without HAVING. */
function groupsByAll({ tokens }: Effect, { columns }: TableImage): boolean {
  const at = tokens.indexOf('GROUP')
  const by = at < 0 ? [] : tokens.slice(at + 2).map((token) => foldCase(plainName(token)))
  return !by.includes('having') && columns.every(({ name }) => by.includes(foldCase(name)))
}

/** `SELECT DISTINCT *`, or all columns by name. */
const comparesAll = ({ shape }: Effect, { columns }: TableImage): boolean =>
  'selects' in shape &&
  shape.selects.length === 1 &&
  shape.selects.every(({ items }) => {
    const names = new Set(items.map((item) => foldCase(columnOf(item)?.column.text ?? '')))
    return items.some(isAll) || columns.every(({ name }) => names.has(foldCase(name)))
  })

/** Whether nothing can tell equal rows of a table apart: no foreign key refers to them, and if they stay under their name, they show no number. */
export const isUntold = ({ side, name, before, after }: Ending): boolean =>
  (side.before.children.get(name) ?? []).length === 0 &&
  (after === null || !before.columns.some((column) => isRowid(before.table, column)))

/** Whether a table has a row with the values of each row of another one, whose columns it has. */
export function holdsAll(image: TableImage, of: TableImage): boolean {
  const names = of.columns.map(({ name }) => foldCase(name))
  if (!names.every((name) => placeOf(image, name) >= 0)) return false
  const there = new Set(rowsOf(image).map(textBy(names, image)))
  const sought = rowsOf(of).map(textBy(names, of))
  return [image, of].every(isWhole) && sought.every((text) => there.has(text))
}

/** For a table whose rows were replaced by those of another one: equal rows are a coincidence, except by key. */
export function lossBehind({ before, after }: Both): Loss {
  const pairs = (hasOwnKey(before) && pairsByKey(before, after)) || []
  return lossBut(before, pairs)
}

function lossBut({ rows }: TableImage, pairs: readonly Pair[]): Loss {
  const gone = goneBut(rows, pairs)
  return { count: gone.length, gone }
}

const goneBut = (rows: TableImage['rows'], pairs: readonly Pair[]): RawRow[] => {
  const found = new Set(pairs.map(([old]) => old))
  return rows.map(({ values }) => values).filter((row) => !found.has(row))
}

/** Other statements may have inserted rows, which hides how many are missing; some may be the same under other keys. */
function withoutRenumbered(fate: Both, pairs: readonly Pair[], rest: readonly RawRow[]): Loss {
  const known = new Set(pairs.map(([, now]) => now))
  const others = rowsOf(fate.after).filter((row) => !known.has(row))
  const isUnlike = isUnlikeAny(fate, others)
  const gone = rest.filter(
    (row) => isUnlike(row) && !others.some((other) => isAkin(fate, row, other)),
  )
  return { count: gone.length, gone }
}

/** The rows that an older table has as well. If it was not filled from this one, equal values are a coincidence. */
function standing({ before, after }: Both, isFilled: boolean): Matched {
  const byKey = matchByKey(before, after)
  return byKey !== null && (byKey.length > 0 || !isFilled)
    ? { pairs: byKey, by: 'key' }
    : { pairs: matchByValues(before, after), by: 'values' }
}

/** The former rows matched with those of the table's replacement. */
export const matchedIn = ({ before, after, rebuild }: Fate): Matched =>
  rebuild?.kind === 'older'
    ? standing({ before, after }, true)
    : ((rebuild?.kind === 'refilled' ? restoredWithoutKey(before, after) : null) ??
      matchRows(before, after))

/** Pairs the rows of a refilled table without a key by the columns that have the same values as before; null if that does not find all. */
function restoredWithoutKey(before: TableImage, after: TableImage): Matched | null {
  const names = commonColumns(before, after).filter((name) => {
    const [was, is] = [before, after].map(
      (image) => new Set(rowsOf(image).map(textBy([name], image))),
    )
    return was!.size > 1 && was!.size === is!.size && [...is!].every((one) => was!.has(one))
  })
  if (keyOf(before).length > 0 || names.length < 2) return null
  const pairs = matchBy(names, before, after)
  return pairs.length === after.rows.length ? { pairs, by: 'values' } : null
}

/** The columns that both have, without key columns that may be assigned anew, if there are others. */
function contentOf({ before, after }: Both, given: 'whole key' | 'lone key'): string[] {
  const keys = keyOf(before)
  const common = commonColumns(before, after)
  const others = common.filter((name) => !keys.includes(name))
  return others.length === 0 || (given === 'lone key' && keys.length > 1) ? common : others
}

/** Whether no current row has the same content under another key. */
function isUnlikeAny(fate: Both, rows: readonly RawRow[]): (row: RawRow) => boolean {
  const content = contentOf(fate, 'lone key')
  const textNow = textBy(content, fate.after)
  const textBefore = textBy(content, fate.before)
  const there = new Set(rows.map(textNow))
  return (row) => !there.has(textBefore(row))
}

/** Whether two rows have something in common that is no coincidence. */
const isAkin = (fate: Both, old: RawRow, now: RawRow): boolean =>
  contentOf(fate, 'whole key').some((name) => {
    const was = old[placeOf(fate.before, name)] ?? null
    return isTelling(was) && textBy([name], fate.before)(old) === textBy([name], fate.after)(now)
  })

/** Whether the rows of an emptied table are back. */
export function isRestored(before: TableImage, after: TableImage): boolean {
  const { pairs, by } = restoredWithoutKey(before, after) ?? matchRows(before, after)
  return (
    by !== 'order' &&
    by !== 'rowid' &&
    pairs.some(([old, now]) => isAkin({ before, after }, old, now))
  )
}

/**
 * A row that existed once and now occurs several times, distinguished only by its id, and how many more rows there are in total. Rows of
 * other tables that are merged into this one count as well.
 */
export function doubledRows(
  { before, after }: Both,
  others: readonly TableImage[],
): { readonly row: RawRow; readonly more: number } | null {
  if (![before, after].every(isWhole) || after.count <= before.count) return null
  const common = commonColumns(before, after)
  const sources = [before, ...others].filter((one) =>
    common.every((name) => placeOf(one, name) >= 0),
  )
  const there = countedIn(sources.flatMap((one) => rowsOf(one).map(textBy(common, one))))
  const own = new Set(rowsOf(before).map(textBy(common, before)))
  const [textNow, whole] = [textBy(common, after), textBy(commonColumns(after, after), after)]
  const now = countedIn(rowsOf(after).map(whole))
  const telling = (image: TableImage, row: RawRow): number =>
    common.filter((name) => isTelling(row[placeOf(image, name)] ?? null)).length
  // Rows with less content may be equal by chance, as null and zero are unaffected by a sign.
  const most = Math.max(1, ...rowsOf(before).map((row) => telling(before, row)))
  const row = rowsOf(after).find((one) => {
    const text = textNow(one)
    return own.has(text) && telling(after, one) >= most && now.get(whole(one))! > there.get(text)!
  })
  return row ? { row, more: after.count - before.count } : null
}
