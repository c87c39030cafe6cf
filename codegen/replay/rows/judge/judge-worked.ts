// Judges whether what a step computes from a column keeps its values apart, and what comes back for them. Pure.
import { countedIn, groupedBy, remembered } from '../../../../src/model/collected.js'
import { keyText } from '../fill/connection.js'
import { isSameName } from '../../../../src/sql/names.js'
import type { Example } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isNear, isSameTime, sameValue } from './same-value.js'
import { matchRows, type Pair } from './match-rows.js'
import { BETWEEN } from './rows-beside.js'

/** A table before and after, and the values of a column to judge by. */
export interface Worked {
  readonly before: TableImage
  readonly after: TableImage
  readonly column: string
  readonly values: readonly Value[]
  /** Columns that it may have been combined with, and rows that combine its values with theirs; only these rows are considered then. */
  readonly along?: readonly string[]
  readonly combined?: readonly Example[] | undefined
}

/**
 * Whether each tried value leads to different values in new columns, or in changed columns that depend on this column alone. For a column
 * with values from elsewhere, it may depend on this one whether there is a value.
 */
export function isToldApart(worked: Worked): boolean {
  const place = placeOf(worked.before, worked.column)
  return areToldApart(
    worked,
    triedPairs(worked.before, worked.after, { place, values: worked.values }),
  )
}

/** Whether the result computed from it together with other columns belongs to only one of its values. */
export function isToldAlong({ before, after, column, along = [], combined = [] }: Worked): boolean {
  const place = placeOf(before, column)
  const pairs = combinedPairs(before, after, combined)
  const places = [place, ...along.map((name) => placeOf(before, name))]
  const times = countedIn(pairs.map(([old]) => textIn(old, places)))
  // A combination that occurs once would fit any result.
  const twice = pairs.filter(([old]) => (times.get(textIn(old, places)) ?? 0) > 1)
  const views = after.columns
    .map(
      (_, at): View =>
        (row) =>
          row[at] ?? null,
    )
    .filter((view) => isFunction(twice, places, view))
  const told = new Map(
    twice.map(([old, now]) => [keyText(views.map((view) => view(now))), textIn(old, [place])]),
  )
  return (
    along.length > 0 &&
    new Set(told.values()).size > 1 &&
    twice.every(
      ([old, now]) => told.get(keyText(views.map((view) => view(now)))) === textIn(old, [place]),
    )
  )
}

/**
 * Whether all rows with a value that `isAsked` have something in these columns, and rows with different tried values have different
 * results.
 */
export function areAllTold(
  { before, after, column, values }: Worked,
  by: readonly string[],
  isAsked: (value: Value) => boolean,
): boolean {
  const place = placeOf(before, column)
  const places = by.map((name) => placeOf(after, name))
  // Being absent from a list is information, too.
  const isListed = by.some((name) => name.endsWith(BETWEEN))
  const told = new Map<string, string>()
  return matchRows(before, after).pairs.every(([old, now]) => {
    const own = old[place] ?? null
    if (!isAsked(own)) return true
    const result = places.map((at) => now[at] ?? null)
    if (!isListed && result.every((one) => one === null)) return false
    if (!values.some((value) => sameValue(own, value))) return true
    const [key, value] = [keyText(result), textIn(old, [place])]
    told.set(key, told.get(key) ?? value)
    return told.get(key) === value
  })
}

/**
 * A value that is lost in a row because other columns of it are null, with these columns; undefined if there is none, or if values are lost
 * as well in rows where those columns are set.
 */
export function untoldBeside(worked: Worked, beside: readonly string[]): Untold | undefined {
  const { before, after, column, values, along } = worked
  const place = placeOf(before, column)
  const lacking = ([old]: Pair): string[] =>
    beside.filter((name) => (old[placeOf(before, name)] ?? null) === null)
  const groups = groupedBy(triedPairs(before, after, { place, values }), (pair) =>
    lacking(pair).join('\n'),
  )
  const isUntold = (pairs: readonly Pair[]): boolean => {
    const values = pairs.map(([old]) => old[place] ?? null)
    const isOne = values.every((value) => sameValue(value, values[0] ?? null))
    return !isOne && !areToldApart(worked, pairs, along)
  }
  if (isUntold(groups.get('') ?? [])) return undefined
  const fewestFirst = [...groups].sort(([one], [other]) => countIn(one) - countIn(other))
  return fewestFirst.flatMap(([, pairs]): Untold[] => {
    const [first] = pairs
    const without = lacking(first!)
    if (without.length === 0 || !isUntold(pairs)) return []
    return [{ value: first![0][place] ?? null, without }]
  })[0]
}

const countIn = (names: string): number => names.split('\n').length

/** The lost value, and the columns that are null next to it. */
export interface Untold {
  readonly value: Value
  readonly without: readonly string[]
}

/** Also takes other columns into account, if given: each contributes part of what is computed from both. */
function areToldApart(
  { before, after, column }: Omit<Worked, 'along'>,
  pairs: readonly Pair[],
  along: readonly string[] = [],
): boolean {
  const place = placeOf(before, column)
  const places = [place, ...along.map((name) => placeOf(before, name))]
  const views = after.columns.flatMap(({ name }, at): View[] => {
    const was = before.columns.findIndex((one) => isSameName(one.name, name))
    const isChanged =
      was < 0 || pairs.some(([old, now]) => !sameValue(old[was] ?? null, now[at] ?? null))
    const possible: readonly View[] = [
      (row) => row[at] ?? null,
      (row) => Number((row[at] ?? null) === null),
    ]
    return isChanged ? possible.filter((view) => isFunction(pairs, places, view)).slice(0, 1) : []
  })
  const wholes = new Set(pairs.map(([old]) => textIn(old, [place])))
  const behind = (now: Pair[1]): string => keyText(views.map((view) => view(now)))
  const told = new Map(pairs.map(([old, now]) => [behind(now), textIn(old, [place])]))
  return (
    views.length > 0 &&
    wholes.size > 1 &&
    pairs.every(([old, now]) => told.get(behind(now)) === textIn(old, [place]))
  )
}

/** What is looked at in a row afterwards. */
type View = (row: Pair[1]) => Value

/**
 * Whether numbers were converted, or other values to numbers, so that they stay distinct; numbers under the same name by one factor. Adding
 * a constant is not a conversion, as nobody reverts it.
 */
export function isConverted(worked: Worked, name: string): boolean {
  const pairs = triedValues(worked, name)
  const isOfOneKind = !pairs.some((pair) => pair.some(isNumber) && pair.some(isText))
  return isSameName(worked.column, name) && isOfOneKind
    ? isScaled(pairs.map(([was, is]) => [Number(was), Number(is)]))
    : pairs.some((pair) => pair.some(isNumber)) && isToldApart(worked)
}

/** What was made of each value, under whatever name, if the same amount was added to all numbers or the same text around all texts. */
export function additionIn(worked: Worked, name: string): ((value: Value) => Value) | undefined {
  const pairs = triedValues(worked, name)
  const [[was = null, is = null] = []] = pairs
  const shift = [was, is].every(isNumber) ? Number(is) - Number(was) : 0
  const ways = [
    ...(shift === 0 ? [] : [(value: Value) => (isNumber(value) ? Number(value) + shift : null)]),
    ...(isText(was) && isText(is) ? framesIn(was, is) : []),
  ]
  return pairs.length > 1
    ? ways.find((made) => pairs.every(([one, other]) => isAlike(made(one), other)))
    : undefined
}

/**
 * A value from a column that has none of its values back, though `down` changed what `up` had made of some, as a prefix that is cut off at
 * the wrong place. What `down` leaves alone may be meant to stay, and one value for all begins anew.
 */
export function noneReturned(
  worked: Worked,
  made: (value: Value) => Value,
): readonly [was: Value, is: Value] | undefined {
  const pairs = triedValues(worked, worked.column)
  const isWrong = pairs.every(([was, is]) => is !== null && !isAlike(was, is))
  const isAnew = pairs.every(([, is]) => sameValue(is, pairs[0]![1]))
  return isWrong && !isAnew ? pairs.find(([was, is]) => !isAlike(made(was), is)) : undefined
}

/** Rounding errors of REAL numbers and the form of a time do not count. */
const isAlike = (was: Value, is: Value): boolean =>
  sameValue(was, is) ||
  isSameTime(was, is) ||
  ([was, is].every(isNumber) && isNear(Number(was), Number(is)))

const isText = (value: Value): value is string => typeof value === 'string'

const isNumber = (value: Value): boolean => typeof value === 'number' || typeof value === 'bigint'

/** The ways to put a text around another that make one text of the other. */
const framesIn = (was: string, is: string): ((value: Value) => Value)[] =>
  was === is
    ? []
    : is.split(was).flatMap((_, at, parts) => {
        const [start, end] = [parts.slice(0, at), parts.slice(at)].map((some) => some.join(was))
        return at > 0 ? [(value: Value) => `${start}${String(value)}${end}`] : []
      })

/**
 * Whether texts became different numbers, which certainly allow to restore what they were. Otherwise no trial shows it: a text may have been
 * there already when another was changed to it.
 */
export const isNumbered = (worked: Worked, name: string): boolean =>
  triedValues(worked, name).every(
    ([was, is]) => isDigits(String(is ?? '')) && !isDigits(String(was ?? '')),
  ) && isToldApart(worked)

const isDigits = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text)

/** Whether all differences changed by the same factor. */
function isScaled([first, ...others]: readonly (readonly [number, number])[]): boolean {
  if (!first) return false
  const slopes = others
    .filter(([was]) => was !== first[0])
    .map(([was, is]) => (is - first[1]) / (was - first[0]))
  const [slope = 1] = slopes
  const isOne = slopes.every((one) => isNear(one, slope))
  return isOne && slope !== 0 && !isNear(slope, 1)
}

/** A tried value and the different one that came back for it. */
export function unreturned({
  before,
  after,
  column,
  values,
  combined,
}: Worked): readonly [was: Value, is: Value] | undefined {
  const [place, now] = [placeOf(before, column), placeOf(after, column)]
  const tried = combined
    ? combinedPairs(before, after, combined)
    : triedPairs(before, after, { place, values })
  return tried
    .map(([old, row]) => [old[place] ?? null, row[now] ?? null] as const)
    .find(([was, is]) => !isAlike(was, is))
}

/** The tried values, each before and after. */
function triedValues({ before, after, column, values }: Worked, name: string) {
  const [place, now] = [placeOf(before, column), placeOf(after, name)]
  return triedPairs(before, after, { place, values }).map(
    ([old, row]) => [old[place] ?? null, row[now] ?? null] as const,
  )
}

/** The rows with one of these values in a column, before and after; empty if they are only matched by order. */
export function triedPairs(
  before: TableImage,
  after: TableImage,
  { place, values }: { readonly place: number; readonly values: readonly Value[] },
): Pair[] {
  const { pairs, by } = matchRows(before, after)
  if (place < 0 || by === 'order') return []
  return [...pairs].filter(([old]) => values.some((value) => sameValue(old[place] ?? null, value)))
}

/** The rows that match one of the examples in all of its columns. */
function combinedPairs(
  before: TableImage,
  after: TableImage,
  examples: readonly Example[],
): readonly Pair[] {
  const { pairs, by } = matchRows(before, after)
  if (by === 'order' || examples.length === 0) return []
  const names = Object.keys(examples[0]!)
  const places = names.map((name) => placeOf(before, name))
  const known = new Set(
    examples.map((one) => keyText(names.map((name) => String(one[name] ?? null)))),
  )
  return [...pairs].filter(([old]) =>
    known.has(keyText(places.map((at) => String(old[at] ?? null)))),
  )
}

/** Whether equal values lead to equal results. */
export function isFunction(pairs: readonly Pair[], places: readonly number[], view: View): boolean {
  const results = new Map<string, string>()
  return pairs.every(([old, now]) => {
    const [value, result] = [textIn(old, places), keyText([view(now)])]
    return remembered(results, value, () => result) === result
  })
}

const textIn = (row: Pair[0], places: readonly number[]): string =>
  keyText(places.map((at) => row[at] ?? null))
