// What is left of rows that a side copies and deletes, as it was seen with each of their values and without them.
import { isSameName } from '../../../src/sql/names.js'
import type { CatalogColumn } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { keyText, type RawRow } from './fill/connection.js'
import type { Value } from './fill/seed-values.js'
import { isRowid } from '../../model/rowid-column.js'
import { giving, without, type Sample, type Trial } from './other-values.js'
import type { Departure } from './seed/departures.js'
import { shownRow, type TableImage } from './watch/table-image.js'
import { changeTold } from './judge/compare-values.js'

/** One of which it is known where rows come back from. */
export interface Returning extends Departure {
  /** The tables from which `down` fills it again, in lower case. */
  readonly returning: ReadonlySet<string>
}

/** What there is afterwards. */
export interface Left {
  /** The rows of all other tables. */
  readonly others: string
  /** What tells the rows that are still there; null where the table is not. */
  readonly there: ReadonlySet<string> | null
  readonly archives: readonly Archive[]
  /** What tells the rows of the tables that point at it. */
  readonly pointing: readonly ReadonlySet<string>[]
  /** The values that only copies have of what points at the table. */
  readonly followed: Counts
}

/** With the names of its columns. */
export interface Archive {
  readonly name: string
  readonly columns: readonly string[]
  /** What it has in a column that is called as the key of the table. */
  readonly keys: ReadonlySet<string>
  /** Whether it has objects of JSON, which hold what they were given under names of their own. */
  readonly isOfDocuments: boolean
  /** So many rows it has. */
  readonly size: number
}

/** How often each value stands there. */
export type Counts = ReadonlyMap<string, number>

/** Nothing where the side does something else each time. */
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

/** Whether copies have the keys of others: work that reads page by page does something else without any row. */
function isPassedOver(
  { identity: [key] }: Taken,
  gone: readonly Taken[],
  archives: readonly Archive[],
): boolean {
  const isThere = (one: Value): boolean => archives.some(({ keys }) => keys.has(String(one)))
  return !isThere(key ?? null) && gone.some(({ identity }) => isThere(identity[0] ?? null))
}

/** Without the row, and with other values in each of its columns. */
function seenOf({ table }: Departure, one: Taken, { had, trial, usual, size }: Ground): Seen {
  const isTold = (of: Sample): boolean | null => {
    const tried = of.values.slice(0, MOST_VALUES).flatMap((value) => {
      const left = trial(giving(of, one.identity, value))
      return left?.there?.size === size ? [left.others !== usual.others] : []
    })
    return tried.length > 1 ? tried.includes(true) : null
  }
  const left = trial(without(table, one.identity))
  // What leaves more where it is not there keeps other rows from being copied.
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
  /** So many rows are left. */
  readonly size: number
  readonly trial: Trial<Left>
}

/** A row that code deletes all the same and does not copy where it has nothing in a column, or 0. */
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

/** Whether a row that goes without a copy gets one where it has something else in a column. */
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

/** Whether a row with this value in a column leaves anything where it goes; null where it stays. */
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
  /** Whether anything is left of it. */
  readonly isCopied: boolean
  /** The values that only copies have of what points at it. */
  readonly followed: ReadonlySet<string>
  readonly told: readonly CatalogColumn[]
  readonly untold: readonly CatalogColumn[]
}

/** The rows that there are, what to try of their columns, and what points at them. */
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

/** Columns that an archive has as well, or has others of in a document, that tell a row, or that are to come back from there, of which it says nothing. */
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
    return [changeTold({ ...told, lost: 'unarchived', source: archive.name }, [value, null])]
  })
}

/** A number that tells a row, which no copy has though copies of others point at it. */
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

/** Of rows that code deletes, those of which nothing is told, beside others that are copied. */
function neverCopied(
  { table, removal, archives }: Departure,
  seen: readonly Seen[],
  count: number,
): Fact[] {
  const lost = seen.find(({ isCopied }) => !isCopied)
  const [source] = archives
  if (!lost || source === undefined || removal.place.script !== null) return []
  return [
    {
      kind: 'rows-lost',
      at: removal.place,
      table: table.name,
      before: count,
      after: count - seen.filter(({ isCopied }) => !isCopied).length,
      through: null,
      by: 'unnamed',
      source,
      row: shownRow(table.columns, lost.values),
    },
  ]
}

/** Rows that a key takes along, of which nothing has a copy. */
function takenAlong(
  { removal, archives: [source = ''] }: Departure,
  image: TableImage | null,
  there: ReadonlySet<string>,
): Fact[] {
  const gone = image?.rows.filter(({ identity }) => !there.has(keyText(identity))) ?? []
  if (!image || gone.length === 0 || image.count > image.rows.length) return []
  const { table, count, columns } = image
  const loss = { table: table.name, before: count, after: count - gone.length, through: null }
  const row = shownRow(columns, gone[0]!.values)
  return [{ kind: 'rows-lost', at: removal.place, ...loss, by: 'along', source, row }]
}
