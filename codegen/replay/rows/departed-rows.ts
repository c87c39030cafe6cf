// Judges what is left of rows that a side copies and deletes, by running it with other values in each column and without the rows.
import { rowsGone } from './judge/rows-gone.js'
import { isSameName } from '../../../src/sql/names.js'
import type { CatalogColumn } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { keyText, type RawRow } from './fill/connection.js'
import type { Value } from './fill/seed-values.js'
import { isRowid } from '../../model/rowid-column.js'
import { giving, without, type Sample, type Trial } from './other-values.js'
import type { Departure } from './seed/departures.js'
import type { TableImage } from './watch/table-image.js'
import { changeTold } from './judge/compare-values.js'

/** A departure for which it is known where `down` restores rows from. */
export interface Returning extends Departure {
  /** The tables from which `down` fills it again, in lower case. */
  readonly returning: ReadonlySet<string>
}

/** The rows after the side. */
export interface Left {
  /** The rows of all other tables. */
  readonly others: string
  /** The identities of the rows that remain; null if the table is gone. */
  readonly there: ReadonlySet<string> | null
  readonly archives: readonly Archive[]
  /** The identities of the rows in child tables. */
  readonly pointing: readonly ReadonlySet<string>[]
  /** The values of child foreign keys that only copies of the child rows hold. */
  readonly followed: Counts
}

/** A table that may hold copies, with its column names. */
export interface Archive {
  readonly name: string
  readonly columns: readonly string[]
  /** Its values in columns named like the key of the table. */
  readonly keys: ReadonlySet<string>
  /** Whether it has JSON objects, which store values under names of their own. */
  readonly isOfDocuments: boolean
  /** Its number of rows. */
  readonly size: number
}

/** How often each value occurs. */
export type Counts = ReadonlyMap<string, number>

/** Empty if the side does something else on each run. */
export function judgeDeparted(departure: Returning, had: Had, trial: Trial<Left>): readonly Fact[] {
  const usual = trial()
  if (!usual?.there || trial()?.others !== usual.others) return []
  const { there, archives, pointing } = usual
  const { count, children } = had
  const ground = { had, trial, usual, size: there.size }
  const gone = had.rows.filter(({ identity }) => !there.has(keyText(identity)))
  const all = gone.slice(-MOST_ROWS).map((one) => seenOf(departure, one, ground))
  const seen = all.map((one) => ({
    ...one,
    isCopied: one.isCopied && !isPassedOver(one, gone, archives),
  }))
  const archived = seen.filter(({ isCopied }) => isCopied)
  if (archived.length === 0)
    return seen.some((one) => isCopiedElse(departure, one, ground))
      ? neverCopied(departure, seen, count)
      : []
  return [
    ...leftOut(departure, archived, archives),
    ...leftBehind(departure, archived, archives),
    ...neverCopied(departure, [...seen, ...unheeded(departure, archived, ground)], count),
    ...children.flatMap((image, at) => takenAlong(departure, image, pointing[at]!)),
  ]
}

/**
 * Whether other rows that were deleted are in a copy and this one is not: work that reads page by page does something else without any row.
 */
function isPassedOver(
  { identity: [key] }: Taken,
  gone: readonly Taken[],
  archives: readonly Archive[],
): boolean {
  const isThere = (one: Value): boolean => archives.some(({ keys }) => keys.has(String(one)))
  return !isThere(key ?? null) && gone.some(({ identity }) => isThere(identity[0] ?? null))
}

/** Runs the side without the row, and with other values in each of its columns. */
function seenOf({ table }: Departure, one: Taken, { had, trial, usual, size }: Ground): Seen {
  const isTold = (of: Sample): boolean | null => {
    const tried = of.values.slice(0, MOST_VALUES).flatMap((value) => {
      const left = trial(giving(of, one.identity, value))
      return left?.there?.size === size ? [left.others !== usual.others] : []
    })
    return tried.length > 1 ? tried.includes(true) : null
  }
  const left = trial(without(table, one.identity))
  // If more remains without the row, it keeps other rows from being copied.
  const isCopied =
    left !== null && left.others !== usual.others && sizeOf(left.archives) <= sizeOf(usual.archives)
  const columns = (isCopied ? had.samples : []).map((of) => ({ of, told: isTold(of) }))
  return {
    ...one,
    isCopied,
    followed: moreThan(usual.followed, isCopied ? left.followed : usual.followed),
    told: columns.flatMap(({ of, told }) => (told === true ? [of.column] : [])),
    untold: columns.flatMap(({ of, told }) => (told === false ? [of.column] : [])),
  }
}

const sizeOf = (archives: readonly Archive[]): number =>
  archives.reduce((sum, { size }) => sum + size, 0)

const MOST_ROWS = 4
const MOST_VALUES = 3

interface Ground {
  readonly had: Had
  readonly usual: Left
  /** The number of rows that remain. */
  readonly size: number
  readonly trial: Trial<Left>
}

/** Rows that code deletes but does not copy if a column holds null, '' or 0. */
function unheeded(departure: Departure, archived: readonly Seen[], ground: Ground): Seen[] {
  const one = archived.at(-1)
  if (!one || departure.removal.place.script !== null) return []
  const { columns } = departure.table
  return ground.had.samples.flatMap((of): Seen[] => {
    const at = columns.indexOf(of.column)
    const empty = typeof one.values[at] === 'string' ? '' : 0
    const value = of.column.notNull ? empty : null
    const isLost = isCopiedWith(departure, one, { ...ground, of, value }) === false
    return isLost ? [{ ...one, values: one.values.with(at, value), isCopied: false }] : []
  })
}

/** Whether a row that is deleted without a copy gets one with another value in some column. */
const isCopiedElse = (departure: Departure, one: Seen, ground: Ground): boolean =>
  ground.had.samples.some((of) =>
    of.values
      .slice(0, MOST_VALUES)
      .some((value) => isCopiedWith(departure, one, { ...ground, of, value }) === true),
  )

interface Given extends Ground {
  readonly of: Sample
  readonly value: Value
}

/** Whether a row with this value in a column leaves any trace when it is deleted; null if it is not deleted. */
function isCopiedWith(
  { table }: Departure,
  { identity }: Seen,
  { of, value, size, trial }: Given,
): boolean | null {
  const left = trial(giving(of, identity, value))
  return left?.there?.size === size ? left.others !== trial(without(table, identity))?.others : null
}

interface Taken {
  readonly identity: RawRow
  readonly values: RawRow
}

interface Seen extends Taken {
  /** Whether any trace of it remains. */
  readonly isCopied: boolean
  /** The values of its child foreign keys that only copies hold. */
  readonly followed: ReadonlySet<string>
  readonly told: readonly CatalogColumn[]
  readonly untold: readonly CatalogColumn[]
}

/** The rows before the side, the values to try in their columns, and the child rows. */
export interface Had {
  readonly rows: readonly Taken[]
  readonly count: number
  readonly samples: readonly Sample[]
  readonly children: readonly (TableImage | null)[]
}

const moreThan = (values: Counts, others: Counts): ReadonlySet<string> =>
  new Set(
    [...values].flatMap(([value, count]) => (count > (others.get(value) ?? 0) ? [value] : [])),
  )

/**
 * Columns missing from the copies: those that an archive has too, or holds others of in a document, that are part of the key, or that
 * `down` must restore from there.
 */
function leftOut(
  { table, removal, returning }: Returning,
  archived: readonly Seen[],
  archives: readonly Archive[],
): Fact[] {
  const isInDocument = archives.some(
    (one) =>
      one.isOfDocuments &&
      archived.some(({ told }) => told.some((column) => !hasColumn(one, column))),
  )
  return table.columns.flatMap((column, at) => {
    const isUntold =
      archived.some(({ untold }) => untold.includes(column)) &&
      !archived.some(({ told }) => told.includes(column))
    const archive = archives.find((one) => hasColumn(one, column)) ?? archives[0]
    const isNeeded = column.primaryKey > 0 || returning.size > 0 || isInDocument
    const isMeant = !archive || (!isNeeded && !hasColumn(archive, column))
    if (!isUntold || isMeant) return []
    const value = archived.find(({ values }) => (values[at] ?? null) !== null)?.values[at] ?? null
    const told = { at: removal.place, table: table.name, column: column.name }
    const change = changeTold({ ...told, lost: 'unarchived', source: archive.name }, [value, null])
    return value === null ? [] : [change]
  })
}

/** A rowid that no copy holds, though copies of child rows reference it. */
function leftBehind(
  { table, removal, followers }: Departure,
  archived: readonly Seen[],
  archives: readonly Archive[],
): Fact[] {
  const archive = archives.find(({ name }) => !followers.has(name))
  const at = table.columns.findIndex((column) => isRowid(table, column))
  const column = table.columns[at]
  const one = archived.find(({ followed, values }) => followed.has(String(values[at] ?? null)))
  if (!archive || !column || !one) return []
  const told = { at: removal.place, table: table.name, column: column.name }
  return [
    changeTold({ ...told, lost: 'unarchived', source: archive.name }, [
      one.values[at] ?? null,
      null,
    ]),
  ]
}

const hasColumn = ({ columns }: Archive, { name }: CatalogColumn): boolean =>
  columns.some((one) => isSameName(one, name))

/** Rows that code deletes without leaving a trace, while others are copied. */
function neverCopied(
  { table, removal, archives }: Departure,
  seen: readonly Seen[],
  count: number,
): Fact[] {
  const lost = seen.filter(({ isCopied }) => !isCopied)
  const [[first], [source]] = [lost, archives]
  if (!first || source === undefined || removal.place.script !== null) return []
  const own = { table, columns: table.columns, count }
  const told = { at: removal.place, by: 'unnamed', source } as const
  return [rowsGone(own, { lost: lost.length, row: first.values }, told)]
}

/** Child rows deleted by a foreign key that no table has a copy of. */
function takenAlong(
  { removal, archives: [source = ''] }: Departure,
  image: TableImage | null,
  there: ReadonlySet<string>,
): Fact[] {
  const gone = image?.rows.filter(({ identity }) => !there.has(keyText(identity))) ?? []
  if (!image || gone.length === 0 || image.count > image.rows.length) return []
  const told = { at: removal.place, by: 'along', source } as const
  return [rowsGone(image, { lost: gone.length, row: gone[0]!.values }, told)]
}
