// Finds whether the values of columns and tables that a side removes are kept elsewhere, row by row. Pure.
import { countedIn } from '../../../../src/model/collected.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { ValuesKept } from '../../../model/evidence.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { besideKey, isAt, isBesideKey, isSame, tellingKeys, type Known } from './beside-key.js'
import { sameValue } from './same-value.js'
import { matchRows } from './match-rows.js'
import { isPointedAt } from './pointed-at.js'
import { isWithin } from './within-values.js'
import type { Written } from './written.js'

/**
 * The table in which every value of a column is found with its row: in a new or changed column of the same table, next to the row's key in
 * a table that was written to, or in a table that the row references. Null if there is none, or no value to judge by.
 */
export function columnKeptIn(
  column: string,
  before: TableImage,
  written: readonly Written[],
): string | null {
  const { own, known, by } = knownOf(column, before, written)
  if (!isTelling(known)) return null
  const found =
    (own && isInOwn(own, column, known) ? own : undefined) ??
    written.find(
      (one) =>
        one !== own &&
        ((!one.mayLose(column) && isBesideKey(one, { column, before, known, written })) ||
          isPointedAt(one, own, { before, known, by, written })),
    )
  return found?.after.table.name ?? null
}

/** The same, or several tables that together have all values, each for some of the rows; empty if there are none. */
export function tablesKeeping(
  column: string,
  before: TableImage,
  written: readonly Written[],
): readonly string[] {
  const one = columnKeptIn(column, before, written)
  const { own, known } = knownOf(column, before, written)
  const others = written.filter((table) => table !== own && !table.mayLose(column))
  if (one !== null || others.length < 2 || !isTelling(known)) return one === null ? [] : [one]
  const heldIn = (table: Written, those: readonly Known[]): readonly Known[] =>
    besideKey(
      table,
      { column, before, known: those, written },
      tellingKeys(before, column)[0] ?? [],
    )
  // Mostly the first value tells that not all are kept, which takes far less time than looking for all.
  const [first] = known
  if (!first || !others.some((table) => heldIn(table, [first]).length > 0)) return []
  const parts = others.map((table) => new Set(heldIn(table, known)))
  const isWhole = known.every((value) => parts.some((part) => part.has(value)))
  const found = others.filter((_, at) => parts[at]!.size > 0)
  return isWhole ? [...new Set(found.map(({ after }) => after.table.name))] : []
}

/** The name that occurs most often, the first of several; undefined if there is none. */
export function mostNamed(names: readonly string[]): string | undefined {
  const times = (name: string): number => names.filter((one) => one === name).length
  return names.toSorted((one, other) => times(other) - times(one))[0]
}

/** The first of these; null if there are none. */
export const columnKeptAmong = (...sought: Parameters<typeof tablesKeeping>): string | null =>
  tablesKeeping(...sought)[0] ?? null

/** The rows for which the most of these columns have values that are neither next to the row's key elsewhere nor in its new columns. */
export function rowsBeyond(
  before: TableImage,
  written: readonly Written[],
  columns: readonly CatalogColumn[],
): TableImage['rows'] {
  const beyond = columns.flatMap(({ name: column }) => {
    const { own, known } = knownOf(column, before, written)
    const held = new Set(
      tellingKeys(before, column).flatMap((keys) =>
        written
          .filter((table) => table !== own)
          .flatMap((table) => besideKey(table, { column, before, known, written }, keys)),
      ),
    )
    return known.flatMap((one) =>
      held.has(one) || (own?.isMadeOf(column) && isInNew(own, one)) ? [] : [one.old],
    )
  })
  const times = countedIn(beyond)
  const most = Math.max(0, ...times.values())
  return before.rows.filter(({ values }) => (times.get(values) ?? 0) === most)
}

const isInNew = ({ after, before }: Written, { now, value }: Known): boolean =>
  after.columns.some(
    ({ name }, place) => before && placeOf(before, name) < 0 && isIn(now, place, value),
  )

/** The values of a column, and its table if that was written to. */
function knownOf(column: string, before: TableImage, written: readonly Written[]) {
  const place = placeOf(before, column)
  const own = written.find(({ after }) => isSame(after, before))
  const { pairs, by } = own
    ? matchRows(before, own.after)
    : { pairs: before.rows.map(({ values }) => [values, []] as const), by: 'order' as const }
  const known = pairs.flatMap(([old, now]): Known[] => {
    const value = old[place] ?? null
    return value === null ? [] : [{ old, now, value }]
  })
  return { own, known, by }
}

/** A table, its replacement, and the rows that the replacement lacks. */
export interface Divided {
  readonly before: TableImage
  readonly after: TableImage
  readonly gone: readonly RawRow[]
}

/**
 * Whether other tables together have the missing rows. A row is matched by the columns that both tables have; one alone, as in a list of
 * kinds, is too little. A table with rows that still exist is a copy, into which nothing was moved.
 */
export function areElsewhere(
  { before, after, gone }: Divided,
  written: readonly Written[],
): boolean {
  const receivers = written.flatMap(({ after: other }) => {
    const targets = before.columns.map(({ name }) => placeOf(other, name))
    const places = targets.flatMap((target, place) => (target < 0 ? [] : [place]))
    if (isSame(other, after) || places.length < Math.min(2, before.columns.length)) return []
    return [
      holderOf(
        other,
        places,
        places.map((place) => targets[place]!),
      ),
    ]
  })
  const left = before.rows.map(({ values }) => values).filter((row) => !gone.includes(row))
  const moved = receivers.filter((has) => !left.some(has))
  return moved.length > 0 && gone.every((row) => moved.some((has) => has(row)))
}

/** Rows that are searched for others, and a value that may have become any other in them. */
interface Searched extends Pick<TableImage, 'rows'> {
  readonly but?: null | undefined
}

/** Whether a table has a row with the values of these columns in the target columns. */
export const holderOf =
  ({ rows, but }: Searched, places: readonly number[], targets: readonly number[]) =>
  (row: RawRow): boolean =>
    rows.some(({ values }) =>
      places.every(
        (place, at) => row[place] === but || isAt(values, targets[at]!, row[place] ?? null),
      ),
    )

/** If all rows have the same value, it may be anywhere. */
const isTelling = (known: readonly Known[]): boolean =>
  known.some(({ value }) => !sameValue(value, known[0]!.value))

/** Whether the table itself has all values in columns that did not have them before. */
const isInOwn = (own: Written, column: string, known: readonly Known[]): boolean =>
  isFresh(own, known, isAt) ||
  isCutInTwo(own, known) ||
  (own.isMadeOf(column) && isFresh(own, known, isIn))

const isFresh = ({ after, before }: Written, known: readonly Known[], has: typeof isAt): boolean =>
  after.columns.some(({ name }, place) => {
    const was = before ? placeOf(before, name) : -1
    return (
      known.every(({ now, value }) => has(now, place, value)) &&
      !(was >= 0 && known.every(({ old, value }) => has(old, was, value)))
    )
  })

/** Whether a column of a row has a value, or contains it as a part. */
const isIn = (row: RawRow, place: number, value: Value): boolean =>
  isAt(row, place, value) || isWithin(row[place] ?? null, value)

/**
 * Whether two new or changed columns have the texts on both sides of a separator or space; if there is none, one of them has the whole
 * text.
 */
function isCutInTwo({ after, before }: Written, known: readonly Known[]): boolean {
  const fresh = after.columns.flatMap(({ name }, place) => {
    const was = before ? placeOf(before, name) : -1
    const isOld = was >= 0 && known.every(({ old, now }) => isAt(now, place, old[was] ?? null))
    return isOld ? [] : [place]
  })
  const textAt = (row: RawRow, place: number): string => String(row[place] ?? '')
  const isCut = ({ now, value }: Known, first: number, second: number): boolean => {
    const [left, right] = [textAt(now, first), textAt(now, second)]
    const isWhole = left === '' || right === ''
    return [String(value), String(value).trim()].some((whole) => {
      const sign = whole.slice(left.length, whole.length - right.length).trim()
      const isSign = /^[^\w'"]$/.test(sign) || (sign === '' && (isWhole || whole.includes(' ')))
      return whole.startsWith(left) && whole.endsWith(right) && isSign
    })
  }
  return fresh.some((first) =>
    fresh.some((second) => first !== second && known.every((one) => isCut(one, first, second))),
  )
}

/**
 * The column of the same name if it has all values, else another column that has, else again the one of the same name; -1 if there is none.
 */
export function targetOf(before: TableImage, place: number, after: TableImage & Searched): number {
  const sought = before.rows.filter(({ values }) => values[place] !== after.but)
  const holds = (target: number): boolean =>
    (sought.length > 0 ? sought : before.rows).every(({ values }) =>
      after.rows.some((row) => isAt(row.values, target, values[place] ?? null)),
    )
  const same = placeOf(after, before.columns[place]?.name ?? '')
  if (same >= 0 && holds(same)) return same
  const other = after.columns.findIndex((_, target) => holds(target))
  return other >= 0 ? other : same
}

/** The same for several columns: among the columns that have all values of one, one that has them next to those of the others. */
export function targetsOf(
  before: TableImage,
  places: readonly number[],
  after: TableImage & Searched,
): number[] {
  const told = new Map<number, number>()
  const count = (place: number): number => new Set(before.rows.map((row) => row.values[place])).size
  for (const place of places.toSorted((one, other) => count(other) - count(one))) {
    const first = targetOf(before, place, after)
    const isBeside = (target: number): boolean => {
      const has = holderOf(after, [...told.keys(), place], [...told.values(), target])
      return before.rows.every(({ values }) => has(values))
    }
    const all = first < 0 ? [] : [first, ...after.columns.keys()]
    told.set(place, all.find(isBeside) ?? first)
  }
  return places.map((place) => told.get(place)!)
}

/** The finding that a column or table is kept in `keptIn`. */
export const kept = (
  { entry: { version } }: ObservedSide,
  { table }: TableImage,
  column: string | null,
  keptIn: string,
): ValuesKept => ({
  kind: 'values-kept',
  version,
  table: table.name,
  column,
  in: keptIn,
})
