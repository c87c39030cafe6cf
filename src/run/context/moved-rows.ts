// Tells rows that have got another key by their other columns. Pure.
import type { Row } from '../../database/driver.js'

/** The column that may have changed. */
interface By {
  readonly by: string
  /** Whether it may change where other rows do. */
  readonly isComputed: boolean
}

/**
 * What those rows hold that were `ahead` and are not found there any more, as `now` shows, and may have got another key.
 * Beside rows that stand where they stood, one whose key is gone was deleted. What is like the content of other rows names
 * no row; nor do some flags, of which many rows have the same: then rows must have moved all together. A row whose other
 * columns change as well is not known again.
 */
export function lostFrom(
  by: By,
  ahead: readonly Row[],
  now: readonly Row[],
  met: readonly Row[],
): string[] {
  const is = contents(by, now)
  const lost = [...contents(by, ahead)].filter(([key, content]) => is.get(key) !== content)
  const areAll = lost.length === ahead.length
  const known = [...met, ...ahead]
  const isNamed = lost.length > 0 && haveNames(by, known)
  const every = areAll && lost.length > 1 && !isNamed ? known.map((row) => contentOf(by, row)) : []
  return lost.flatMap(([key, content]) => {
    const isOne = every.indexOf(content) === every.lastIndexOf(content)
    return (areAll || is.has(key)) && (isNamed || (every.length > 0 && isOne)) ? content : []
  })
}

/** Whether one of these contents stands now where a row that was met had another. */
export function isAmong(
  by: By,
  sought: readonly string[],
  now: readonly Row[],
  met: readonly Row[],
): boolean {
  const was = contents(by, met)
  return [...contents(by, now)].some(
    ([key, content]) => sought.includes(content) && was.get(key) !== content,
  )
}

/** Whether rows that were met stand now where others were `ahead`, and all of these elsewhere: rows have come before them. */
export function comeAgain(
  by: By,
  met: readonly Row[],
  ahead: readonly Row[],
  now: readonly Row[],
): boolean {
  const is = contents(by, now)
  const isOther = [...contents(by, ahead)].every(([key, content]) => is.get(key) !== content)
  if (!by.isComputed || !isOther || !haveNames(by, [...new Set([...met, ...ahead])])) return false
  const known = met.map((row) => contentOf(by, row))
  return isAmong(by, known, now, ahead)
}

/** Whether there is a key that was not there before. */
export function hasOthers(by: By, was: readonly Row[], now: readonly Row[]): boolean {
  const before = contents(by, was)
  return [...contents(by, now).keys()].some((key) => !before.has(key))
}

const othersOf = ({ by }: By, row: Row = {}): string[] =>
  Object.keys(row).filter((name) => name !== by)

const contentOf = (by: By, row: Row): string => textOf(row, othersOf(by, row))

/** What rows hold besides their key, by their key. */
const contents = (by: By, rows: readonly Row[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [textOf(row, [by.by]), contentOf(by, row)]))

/** Whether a column other than the key tells the rows apart, each from all others. */
const haveNames = (by: By, rows: readonly Row[]): boolean =>
  rows.length > (by.isComputed ? 1 : 2) &&
  othersOf(by, rows[0]).some(
    (name) => new Set(rows.map((row) => textOf(row, [name]))).size === rows.length,
  )

const textOf = (row: Row, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => plain(row[name])))

const plain = (value: unknown): string | null =>
  value instanceof Uint8Array ? value.join() : value === null ? null : String(value)
