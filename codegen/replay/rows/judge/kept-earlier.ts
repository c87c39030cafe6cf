// Where rows of a table stand since an earlier version has copied them: as where one version copies a column, and a later one drops it. Pure.
import type { TableColumn } from '../../../model/version-facts.js'
import { literalOf } from '../fill/checks-of.js'
import { keyText, type RawRow } from '../fill/connection.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { Copies, EarlierCopy } from '../seed/copies.js'
import type { Ending } from './fate.js'
import { keyPlaces } from './beside-key.js'
import { sameValue } from './same-value.js'
import { keyOf } from './match-rows.js'
import type { Written } from './written.js'

/** A table with the rows that were copied: what came later, the application wrote; and the tables that have them. */
export interface KeptEarlier {
  readonly before: TableImage
  readonly written: readonly Written[]
}

/** Where values may stand that this step has written nowhere. */
export interface Elsewhere {
  /** What an earlier version has copied, where it left out no values of these columns. */
  earlier(ending: Ending, columns: readonly string[]): KeptEarlier | null
  /** Whether a column is told by what an earlier version has made of it, as far as that is there. */
  isTold(ending: Ending, column: string): boolean
  /** The tables that keys lead to from these. */
  parents(tables: readonly Written[]): readonly Written[]
}

/** Answers of a table; null where no earlier version has copied any row that is still there. */
export const keptEarlier =
  (copied: Copies, imageNow: (table: string) => TableImage | null) =>
  (
    { name, before, after }: Pick<Ending, 'name' | 'before' | 'after'>,
    sought: readonly string[],
  ): KeptEarlier | null => {
    const written: Written[] = []
    const parts = new Set<string>()
    let { rows } = before
    for (const copy of copied.of(name)) {
      const image = copy.columns ? after && withColumns(after, copy.columns) : imageNow(copy.table)
      if (asksOthers(copy, before, sought)) parts.add(copy.table)
      if (!image || leavesOut(copy, sought)) continue
      const known = new Set(copy.rows)
      const into = among(image, copy.into)
      const isLeft = leftAtDefault(copy, before, into, sought)
      rows = rows.filter((row) => known.has(keyText(row.identity)) && !isLeft(row.values))
      written.push(writtenAs(into, copy))
    }
    if (written.length === 0 || rows.length === 0) return null
    const own = after && !written.some((one) => isSame(one.after, after)) ? [bare(after)] : []
    const all = [...written, ...own]
    return {
      before: { ...before, rows, count: rows.length },
      written: [...all, ...parentsOf(all, (table) => (parts.has(table) ? null : imageNow(table)))],
    }
  }

/** What it is told by has to be there. */
export const toldEarlier =
  (copied: Copies, imageOf: (table: string) => TableImage | null) =>
  ({ name, after }: Pick<Ending, 'name' | 'after'>, column: string): boolean => {
    const isThere = ({ table, column: other }: TableColumn): boolean => {
      const image = table === name ? after : imageOf(table)
      return image !== null && (other === '' || placeOf(image, other) >= 0)
    }
    return copied.told(name).some((one) => isSameName(one.column, column) && one.by.every(isThere))
  }

/** Whether a condition may have left rows out whose values go: of the rows that there are, all may have met it. */
const leavesOut = ({ part, lost = [] }: EarlierCopy, sought: readonly string[]): boolean =>
  sought.some((name) => lost.includes(foldCase(name)) || (part && !isAmong(name, part.unless)))

/** Whether a condition has left a row out because it has nothing but the default of the column, which is the same in all such rows. */
function leftAtDefault(
  { part }: EarlierCopy,
  before: TableImage,
  into: TableImage,
  [column = '', ...more]: readonly string[],
): (row: RawRow) => boolean {
  const place = placeOf(before, column)
  const initial = before.columns[place]?.default ?? null
  if (!part || more.length > 0 || initial === null) return () => false
  const [key = -1] = keyPlaces(before)
  const pointers = into.columns.flatMap(({ name, primaryKey }, at) => {
    const points = into.table.foreignKeys.some((one) => isSameName(one.columns[0] ?? '', name))
    return points || primaryKey > 0 ? [at] : []
  })
  const there = new Set(
    into.rows.flatMap(({ values }) => pointers.map((at) => keyText([values[at] ?? null]))),
  )
  const value = literalOf(initial)
  return (row) =>
    value !== null &&
    sameValue(row[place] ?? null, value) &&
    !there.has(keyText([row[key] ?? null]))
}

/** Whether rows had to have something in other columns of the table: those without it may have any value in these. */
const asksOthers = (
  { part }: EarlierCopy,
  { columns }: TableImage,
  sought: readonly string[],
): boolean =>
  (part?.asked ?? []).some(
    (names) =>
      columns.some((one) => isAmong(one.name, names)) && !sought.some((one) => isAmong(one, names)),
  )

const isAmong = (name: string, names: readonly string[]): boolean =>
  names.some((one) => isSameName(one, name))

const writtenAs = (after: TableImage, { made }: Pick<EarlierCopy, 'made'>): Written => ({
  isLossy: false,
  mayLose: () => false,
  before: null,
  after,
  fresh: after.rows,
  isMadeOf: (column) => made.some((one) => isSameName(one, column)),
})

/** With the rows alone that were there when it was filled. */
function among(image: TableImage, identities: readonly string[]): TableImage {
  const known = new Set(identities)
  const rows = image.rows.filter(({ identity }) => known.has(keyText(identity)))
  return { ...image, rows, count: rows.length }
}

/** With what tells its rows alone: other columns have their values by chance. */
const bare = (image: TableImage): Written => writtenAs(withColumns(image, []), { made: [] })

function withColumns(image: TableImage, names: readonly string[]): TableImage {
  const kept = [...keyOf(image), ...names]
  const places = image.columns.flatMap(({ name }, place) =>
    kept.some((one) => isSameName(one, name)) ? [place] : [],
  )
  return {
    ...image,
    columns: places.map((place) => image.columns[place]!),
    rows: image.rows.map((row) => ({
      ...row,
      values: places.map((place) => row.values[place] ?? null),
    })),
  }
}

const isSame = (one: TableImage, other: TableImage): boolean =>
  isSameName(one.table.name, other.table.name)

/** The tables that keys lead to from these, over one or two. */
export function parentsOf(
  written: readonly Written[],
  imageNow: (table: string) => TableImage | null,
): Written[] {
  const names = new Set(written.map(({ after }) => foldCase(after.table.name)))
  let last = written
  const all: Written[] = []
  for (let hop = 0; hop < 2; hop++) {
    const parents = new Set(
      last.flatMap(({ after }) => after.table.foreignKeys.map(({ parent }) => foldCase(parent))),
    )
    last = [...parents].flatMap((name) => {
      const image = names.has(name) ? null : imageNow(name)
      return image ? [writtenAs(image, { made: [] })] : []
    })
    for (const { after } of last) names.add(foldCase(after.table.name))
    all.push(...last)
  }
  return all
}
