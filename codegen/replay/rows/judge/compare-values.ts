// Compares the values of a table's columns before and after a side. Pure.
import type { ShownRow, ValuesChanged } from '../../../model/evidence.js'
import { CURRENT_TIME } from '../../../model/current-time.js'
import { isOfTheMoment, withoutMoments } from '../watch/of-the-moment.js'
import { shownValue, type TableImage } from '../watch/table-image.js'
import type { Value } from '../fill/seed-values.js'
import type { RawRow } from '../fill/connection.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { sameValue } from './same-value.js'
import { isTelling, matchRows, type Matched, type Pair } from './match-rows.js'

/** A column whose values have changed. */
export interface ChangedColumn {
  /** The column's current name. */
  readonly column: string
  /** The column whose former values it has now; null if they come from elsewhere. */
  readonly from: string | null
  /** A column whose former values it has now wherever that column has any, ignoring surrounding spaces. */
  readonly akin: Akin | null
  /** Whether this can hardly be a coincidence: several values other than 0, 1 and '' have replaced others. */
  readonly taken: boolean
  /** Whether all rows have the same value now, though they had different ones, or null though some had a value. */
  readonly lost: boolean
  /** Whether another column has its former values, row by row. */
  readonly kept: boolean
  /** That column, if it is new. */
  readonly moved: string | null
  /** Whether all changed rows now have the same value, and no column of theirs has the former one. */
  readonly levelled: boolean
  /** Whether rows have values that the column had in other rows. */
  readonly mixed: boolean
  /** The values of the first row that shows the change. */
  readonly before: Value
  readonly after: Value
}

/** A column whose values another column has now, wherever it has any. */
export interface Akin {
  readonly name: string
  /** Whether rows without a value in that column have lost their own, which merging the two columns would keep. */
  readonly displaces: boolean
}

/** The finding about a column, with the value of one row before and after. */
export const changeTold = (
  told: Omit<ValuesChanged, 'kind' | 'from' | 'before' | 'after'> & {
    readonly from?: string | null
  },
  [was, is]: readonly [Value, Value],
): ValuesChanged => ({
  kind: 'values-changed',
  from: null,
  ...told,
  before: steadyValue(was),
  after: steadyValue(is),
})

/** The same on each run. */
function steadyValue(value: Value): ShownRow[string] {
  const shown = shownValue(value)
  return isTime(shown) ? CURRENT_TIME : shown
}

/** Text with more than a time in it says something else as well. */
const isTime = (shown: ShownRow[string]): boolean =>
  isOfTheMoment(shown) && withoutMoments(String(shown)) === ''

/** The columns that both images have and whose values differ, row by row. Deleted rows do not count. */
export function changedColumns(
  before: TableImage,
  after: TableImage,
  { pairs, by }: Matched = matchRows(before, after),
): ChangedColumn[] {
  if (pairs.length === 0) return []
  const places = new Map(after.columns.map(({ name }, index) => [foldCase(name), index]))
  return before.columns.flatMap(({ name }, index) => {
    const place = places.get(foldCase(name))
    if (place === undefined) return []
    const found = changeOf(pairs, index, place)
    if (!found) return []
    const keeping = after.columns.filter(
      (_, other) => other !== place && keeps(pairs, index, other),
    )
    const kept = keeping.length > 0
    const moved = keeping.find((one) => !isIn(before, one))?.name ?? null
    // One value for all rows may be that of another column by chance.
    const isEmptied = found.lost && moved !== null
    const from = isEmptied ? null : sourceOf(before, pairs, { index, place })
    const akin = akinTo(before, pairs, { index, place })
    const taken = from !== null && displacing(pairs, { index, place }).size > 1
    const mixed = by === 'key' && isMixed(pairs, index, place)
    return [
      {
        column: after.columns[place]?.name ?? name,
        from,
        akin,
        taken,
        kept,
        moved,
        mixed,
        ...found,
      },
    ]
  })
}

const isIn = ({ columns }: TableImage, { name }: CatalogColumn): boolean =>
  columns.some((one) => isSameName(one.name, name))

const at = (row: RawRow, index: number): Value => row[index] ?? null

function changeOf(
  pairs: readonly Pair[],
  index: number,
  place: number,
): Pick<ChangedColumn, 'lost' | 'levelled' | 'before' | 'after'> | null {
  const changed = pairs.filter(([old, now]) => !sameValue(at(old, index), at(now, place)))
  // What was written a moment ago may be equal by chance.
  const first = changed.find(([old]) => !isTime(shownValue(at(old, index)))) ?? changed[0]
  if (!first) return null
  const [was, is] = [at(first[0], index), at(first[1], place)]
  const levelled =
    changed.every(([, now]) => sameValue(at(now, place), is)) &&
    !first[1].some((_, other) => other !== place && keeps(changed, index, other))
  return { lost: isLost(pairs, index, place), levelled, before: was, after: is }
}

function isLost(pairs: readonly Pair[], index: number, place: number): boolean {
  const first = at(pairs[0]![1], place)
  const constant = pairs.every(([, now]) => sameValue(at(now, place), first))
  const varied = pairs.some(([old]) => !sameValue(at(old, index), at(pairs[0]![0], index)))
  return constant && (varied || first === null)
}

/** Another column whose former values are exactly those of the column now, in every row. */
function sourceOf(
  before: TableImage,
  pairs: readonly Pair[],
  { index, place }: { readonly index: number; readonly place: number },
): string | null {
  const source = before.columns.find((_, other) => other !== index && holds(pairs, other, place))
  return source?.name ?? null
}

function akinTo(
  before: TableImage,
  pairs: readonly Pair[],
  { index, place }: { readonly index: number; readonly place: number },
): Akin | null {
  const source = before.columns.findIndex((_, other) => {
    const known = pairs.filter(([old]) => at(old, other) !== null)
    const isThere = known.every(([old, now]) => isAlike(at(old, other), at(now, place)))
    return other !== index && isThere && displacing(known, { index, place }).size > 0
  })
  if (source < 0) return null
  const isGone = pairs.some(([old, now]) => {
    const [own, is] = [at(old, index), at(now, place)]
    return at(old, source) === null && isTelling(own) && !isAlike(own, is)
  })
  const isTold = displacing(pairs, { index, place }).size > 1
  return { name: before.columns[source]!.name, displaces: isGone && isTold }
}

const isAlike = (one: Value, other: Value): boolean => sameValue(bare(one), bare(other))

const bare = (value: Value): Value => (typeof value === 'string' ? value.trim() || null : value)

/** Whether a column has the former values of another, row by row. */
const holds = (pairs: readonly Pair[], index: number, place: number): boolean =>
  pairs.every(([old, now]) => sameValue(at(old, index), at(now, place))) &&
  pairs.some(([old]) => at(old, index) !== null)

/** The same, ignoring rows without a value. */
const keeps = (pairs: readonly Pair[], index: number, place: number): boolean =>
  holds(
    pairs.filter(([old]) => at(old, index) !== null),
    index,
    place,
  )

function isMixed(pairs: readonly Pair[], index: number, place: number): boolean {
  const known = pairs.map(([old]) => at(old, index))
  const present = pairs.filter(([, now]) => at(now, place) !== null)
  return (
    present.every(([, now]) => known.some((value) => sameValue(value, at(now, place)))) &&
    present.some(
      ([old, now]) => isTelling(at(now, place)) && !sameValue(at(old, index), at(now, place)),
    )
  )
}

/** The values that have replaced others, except insignificant ones. */
function displacing(
  pairs: readonly Pair[],
  { index, place }: { readonly index: number; readonly place: number },
): ReadonlySet<string> {
  const found = pairs.flatMap(([old, now]) => {
    const [was, is] = [at(old, index), at(now, place)]
    return isTelling(was) && isTelling(is) && !sameValue(was, is) ? [String(is)] : []
  })
  return new Set(found)
}
