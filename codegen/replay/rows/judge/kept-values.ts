// Whether the values of columns and tables that a side removes stand somewhere else afterwards, row by row. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { sameValue } from './compare-values.js'
import { matchRows } from './match-rows.js'
import type { Written } from './written-tables.js'

/**
 * The table in which every value of a column is found with its row: in a column of the same table that is new or another
 * than before, beside the key of the row in a table that was written to, or in one that the row points at. Null where there
 * is none, or no value to tell by.
 */
export function columnKeptIn(
  column: string,
  before: TableImage,
  written: readonly Written[],
): string | null {
  const { own, known } = knownOf(column, before, written)
  if (!isTelling(known)) return null
  const found =
    (own && (isFresh(own, known) || isCutInTwo(own, known)) ? own : undefined) ??
    written.find(
      (one) =>
        one !== own &&
        ((!one.isLossy && besideKey(one, before, known, written).length === known.length) ||
          isPointedAt(one, own, known)),
    )
  return found?.after.table.name ?? null
}

/** The same, or the first of several tables that have all values together, each those of some rows. */
export function columnKeptAmong(
  column: string,
  before: TableImage,
  written: readonly Written[],
): string | null {
  const one = columnKeptIn(column, before, written)
  const { own, known } = knownOf(column, before, written)
  const others = written.filter((table) => table !== own && !table.isLossy)
  if (one !== null || others.length < 2 || !isTelling(known)) return one
  const parts = others.map((table) => new Set(besideKey(table, before, known, written)))
  const isWhole = known.every((value) => parts.some((part) => part.has(value)))
  const first = isWhole ? others.find((_, at) => parts[at]!.size > 0) : undefined
  return first?.after.table.name ?? null
}

/** The values of a column, and its table where that was written to. */
function knownOf(column: string, before: TableImage, written: readonly Written[]) {
  const place = placeOf(before, column)
  const own = written.find(({ after }) => isSame(after, before))
  const pairs = own
    ? matchRows(before, own.after).pairs
    : before.rows.map(({ values }) => [values, []])
  const known = pairs.flatMap(([old = [], now = []]): Known[] => {
    const value = old[place] ?? null
    return value === null ? [] : [{ old, now, value }]
  })
  return { own, known }
}

/** A table, the one in its place, and the rows that this does not have. */
export interface Divided {
  readonly before: TableImage
  readonly after: TableImage
  readonly gone: readonly RawRow[]
}

/**
 * Whether other tables together have the rows that are gone. A row is found again by the columns that both tables have; one
 * alone, as of a list of kinds, is too little. A table that has rows which are still there is a copy, and nothing was moved
 * into it.
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

/** Whether a table has a row in which the values of these places stand at the targets. */
export const holderOf =
  ({ rows }: TableImage, places: readonly number[], targets: readonly number[]) =>
  (row: RawRow): boolean =>
    rows.some(({ values }) =>
      places.every((place, at) => isAt(values, targets[at]!, row[place] ?? null)),
    )

/** A value that was in a row, with the row as it was and as it is. */
interface Known {
  readonly old: RawRow
  readonly now: RawRow
  readonly value: Value
}

/** Whether two pictures are of tables with one name. */
export const isSame = (one: TableImage, other: TableImage): boolean =>
  foldCase(one.table.name) === foldCase(other.table.name)

/** One value in all rows may stand anywhere. */
const isTelling = (known: readonly Known[]): boolean =>
  known.some(({ value }) => !sameValue(value, known[0]!.value))

/** Whether a value stands at a place of a row; NULL too. */
export const isAt = (row: RawRow, place: number, value: Value): boolean =>
  value === null ? (row[place] ?? null) === null : sameValue(row[place] ?? null, value)

/** Whether a column of the table itself has all values, and had not before. */
const isFresh = ({ after, before }: Written, known: readonly Known[]): boolean =>
  after.columns.some(({ name }, place) => {
    const was = before ? placeOf(before, name) : -1
    return (
      known.every(({ now, value }) => isAt(now, place, value)) &&
      !(was >= 0 && known.every(({ old, value }) => isAt(old, was, value)))
    )
  })

/**
 * Whether two columns of the table that are new or others now have what stood on both sides of a sign or of spaces; where there is
 * neither, one of them has all.
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
 * The values that stand beside something that tells their row, a value of the key, or in a row that stands there for it: those of
 * the column that has the most. A text of no more than spaces holds nothing.
 */
function besideKey(
  { after }: Written,
  before: TableImage,
  known: readonly Known[],
  written: readonly Written[],
): readonly Known[] {
  const keys = before.columns.flatMap(({ primaryKey }, index) => (primaryKey > 0 ? [index] : []))
  if (keys.length === 0) return []
  const readers = readersOf(after, written)
  let most: readonly Known[] = []
  for (const place of after.columns.keys()) {
    const held = keys.map((key) => {
      let best: readonly Known[] = []
      for (const other of after.columns.keys())
        for (const read of other === place ? [] : readers) {
          const isThere = isStanding({ after, place, other, read }, key)
          const found = known.filter(isThere)
          if (found.length > best.length) best = found
          if (best.length === known.length) break
        }
      return best
    })
    const all = known.filter((one) => held.every((some) => some.includes(one)))
    if (all.length > most.length) most = all
    if (most.length === known.length) break
  }
  return most
}

interface Beside {
  readonly after: TableImage
  /** Where the value is looked for, and where that of the key. */
  readonly place: number
  readonly other: number
  read(value: Value): Value[]
}

/** Whether a value, all of it or the parts of a list, stands in the rows that have the value of a key. */
const isStanding =
  ({ after, place, other, read }: Beside, key: number) =>
  ({ old, value }: Known): boolean => {
    const own = after.rows.filter(({ values }) => isAt(values, other, old[key] ?? null))
    const there = own.flatMap(({ values }) => read(values[place] ?? null))
    const has = (one: Value): boolean => there.some((found) => sameValue(found, one))
    return has(value) || isBlank(value) || wordsOf(value).some((words) => words.every(has))
  }

/** What a value of a table stands for: itself, or what is in a column of another one that has it as its key. */
function readersOf(table: TableImage, written: readonly Written[]) {
  const others = written.filter(({ after }) => !isSame(after, table))
  const pointed = others.flatMap(({ after: { columns, rows } }) => {
    const keys = columns.flatMap(({ primaryKey }, index) => (primaryKey > 0 ? [index] : []))
    const [key = -1] = keys.length === 1 ? keys : []
    return columns.flatMap((_, place) =>
      key < 0 || place === key
        ? []
        : [
            (value: Value): Value[] =>
              rows.flatMap(({ values }) =>
                isAt(values, key, value) ? [values[place] ?? null] : [],
              ),
          ],
    )
  })
  return [(value: Value): Value[] => [value], ...pointed]
}

const isBlank = (value: Value): boolean => typeof value === 'string' && value.trim() === ''

/** What a text is made of: all of it but for spaces around, or for each sign that may stand between parts, these. */
const wordsOf = (value: Value): string[][] =>
  typeof value !== 'string'
    ? []
    : [
        [value.trim()],
        ...[...new Set(value.length > LONGEST_LIST ? [] : value.match(/[^\w'"]/g))].map((sign) =>
          value.split(sign).flatMap((part) => part.trim() || []),
        ),
      ]

const LONGEST_LIST = 100

/** Whether a column of the table points at rows that have the values. */
function isPointedAt(
  { after }: Written,
  own: Written | undefined,
  known: readonly Known[],
): boolean {
  if (!own) return false
  const key = after.columns.findIndex(({ primaryKey }) => primaryKey > 0)
  if (key < 0) return false
  return after.columns.some(
    (_, place) =>
      place !== key &&
      own.after.columns.some((__, pointer) =>
        known.every(({ now, value }) =>
          after.rows.some(
            ({ values }) => isAt(values, key, now[pointer] ?? null) && isAt(values, place, value),
          ),
        ),
      ),
  )
}

/** The column of the same name where that has all values, else another one that has, else again that of the same name; -1 where there is none. */
export function targetOf(before: TableImage, place: number, after: TableImage): number {
  const holds = (target: number): boolean =>
    before.rows.every(({ values }) =>
      after.rows.some((row) => isAt(row.values, target, values[place] ?? null)),
    )
  const same = placeOf(after, before.columns[place]?.name ?? '')
  if (same >= 0 && holds(same)) return same
  const other = after.columns.findIndex((_, target) => holds(target))
  return other >= 0 ? other : same
}
