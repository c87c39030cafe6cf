// Recognises rows whose key has changed by their other columns. Pure.
import type { Row } from '../../database/driver.js'

/** The column that may have changed. */
interface By {
  readonly by: string
  /** Whether its values may change when other rows do. */
  readonly isComputed: boolean
}

/**
 * The keys of the rows that were `ahead`, are missing in `now` and may have got another key, by their content. If other rows are
 * still in place, a row whose key is gone was deleted. Content shared with other rows does not identify a row; neither do a few
 * flags that many rows share, in which case all rows must have moved together. A row whose other columns change as well is not
 * recognised.
 */
export function lostFrom(
  by: By,
  ahead: readonly Row[],
  now: readonly Row[],
  met: readonly Row[],
): ReadonlyMap<string, string> {
  const is = contents(by, now)
  const lost = [...contents(by, ahead)].filter(([key, content]) => is.get(key) !== content)
  const areAll = lost.length === ahead.length
  const known = [...met, ...ahead]
  const isNamed = lost.length > 0 && namesIn(by, known).length > 0
  const every = areAll && lost.length > 1 && !isNamed ? known.map((row) => contentOf(by, row)) : []
  const isOne = (content: string): boolean =>
    every.length > 0 && every.indexOf(content) === every.lastIndexOf(content)
  return new Map(
    lost
      .filter(([key, content]) => (areAll || is.has(key)) && (isNamed || isOne(content)))
      .map(([key, content]) => [content, key]),
  )
}

/** The rows seen around a batch. */
interface Seen {
  readonly lost: ReadonlyMap<string, string>
  /** What is ahead now, and what is now where rows were met. */
  readonly now: readonly Row[]
  readonly passed: readonly Row[]
  readonly met: readonly Row[]
}

/**
 * Whether lost rows are now where met rows held something else. If all keys are as before, both ahead and among the met rows, it
 * may also be that other values have changed and rows only resemble others now.
 */
export function traceOf(by: By, { lost, now, passed, met }: Seen): 'moved' | 'alike' | undefined {
  const [is, was] = [contents(by, now), contents(by, met)]
  const found = [...contents(by, passed)].filter(
    ([key, content]) => lost.has(content) && was.get(key) !== content,
  )
  if (found.length === 0) return undefined
  const areKept =
    found.every(([key]) => was.has(key)) && [...lost.values()].some((key) => is.has(key))
  return areKept && !by.isComputed ? 'alike' : 'moved'
}

/** Whether met rows are now where others were `ahead`, and all of those are elsewhere: rows have been inserted before them. */
export function comeAgain(
  by: By,
  met: readonly Row[],
  ahead: readonly Row[],
  now: readonly Row[],
): boolean {
  const is = contents(by, now)
  const isOther = [...contents(by, ahead)].every(([key, content]) => is.get(key) !== content)
  if (!by.isComputed || !isOther || namesIn(by, [...new Set([...met, ...ahead])]).length === 0)
    return false
  const known = new Set(met.map((row) => contentOf(by, row)))
  const were = contents(by, ahead)
  return [...is].some(([key, content]) => known.has(content) && were.get(key) !== content)
}

/** Whether there is a key that was not there before. */
export function hasOthers(by: By, was: readonly Row[], now: readonly Row[]): boolean {
  const before = contents(by, was)
  return [...contents(by, now).keys()].some((key) => !before.has(key))
}

const othersOf = ({ by }: By, row: Row = {}): string[] =>
  Object.keys(row).filter((name) => name !== by)

const contentOf = (by: By, row: Row): string => textOf(row, othersOf(by, row))

/** The content of rows besides their key, by their key. */
const contents = (by: By, rows: readonly Row[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [textOf(row, [by.by]), contentOf(by, row)]))

/** The columns other than the key whose values are unique among the rows. */
export const namesIn = (by: By, rows: readonly Row[]): string[] =>
  othersOf(by, rows[0]).filter(
    (name) =>
      rows.length > (by.isComputed ? 1 : 2) &&
      new Set(rows.map((row) => textOf(row, [name]))).size === rows.length,
  )

const textOf = (row: Row, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => plain(row[name])))

const plain = (value: unknown): string | null =>
  value instanceof Uint8Array ? value.join() : value === null ? null : String(value)
