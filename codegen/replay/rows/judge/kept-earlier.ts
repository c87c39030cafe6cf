// Where rows of a table stand since an earlier version has copied them: as where one version copies a column, and a later one drops it. Pure.
import type { TableColumn } from '../../../model/version-facts.js'
import { keyText } from '../fill/connection.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { Copies, EarlierCopy } from '../seed/copies.js'
import type { Ending } from './fate.js'
import { keyOf } from './match-rows.js'
import type { Written } from './written.js'

/** A table with the rows that were copied: what came later, the application wrote; and the tables that have them. */
export interface KeptEarlier {
  readonly before: TableImage
  readonly written: readonly Written[]
}

/** Where values may stand that this step has written nowhere. */
export interface Elsewhere {
  /** What an earlier version has copied. */
  earlier(ending: Ending): KeptEarlier | null
  /** Whether a column is told by what an earlier version has made of it, as far as that is there. */
  isTold(ending: Ending, column: string): boolean
  /** The tables that keys lead to from these. */
  parents(tables: readonly Written[]): readonly Written[]
}

/** Answers of a table; null where no earlier version has copied any row that is still there. */
export const keptEarlier =
  (copied: Copies, imageNow: (table: string) => TableImage | null) =>
  ({ name, before, after }: Pick<Ending, 'name' | 'before' | 'after'>): KeptEarlier | null => {
    const written: Written[] = []
    let { rows } = before
    for (const copy of copied.of(name)) {
      const image = copy.columns ? after && withColumns(after, copy.columns) : imageNow(copy.table)
      if (!image || leavesOut(copy, before, after)) continue
      const known = new Set(copy.rows)
      rows = rows.filter(({ identity }) => known.has(keyText(identity)))
      written.push(writtenAs(among(image, copy.into), copy))
    }
    if (written.length === 0 || rows.length === 0) return null
    const own = after && !written.some((one) => isSame(one.after, after)) ? [bare(after)] : []
    const all = [...written, ...own]
    return {
      before: { ...before, rows, count: rows.length },
      written: [...all, ...parentsOf(all, imageNow)],
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
function leavesOut(
  { unless, lost = [] }: EarlierCopy,
  before: TableImage,
  after: TableImage | null,
): boolean {
  const gone = before.columns.filter(
    ({ name }) => !after?.columns.some((one) => isSameName(one.name, name)),
  )
  return gone.some(
    ({ name }) =>
      lost.includes(foldCase(name)) ||
      (unless !== undefined && (unless === null || !isSameName(unless, name))),
  )
}

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
