// Tries what a side makes of the values of columns that stay for now: whether it tells them, so that a later version may drop them.
import { foldCase } from '../../../src/sql/names.js'
import type { ColumnTold, CopiesSeen, TableColumn } from '../../model/version-facts.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import { areAllTold, isToldAlong, isToldApart, type Worked } from './judge/judge-worked.js'
import { BETWEEN, withRowsBeside } from './judge/rows-beside.js'
import { writtenBy } from './judge/written-tables.js'
import { columnKeptAmong } from './judge/kept-values.js'
import type { Written } from './judge/written.js'
import type { Prover } from './prover.js'
import { takesFew } from './seed/combined-columns.js'
import { stayingColumns, tellsColumns } from './seed/staying-columns.js'
import type { WorkedColumn } from './seed/worked-columns.js'
import type { LeftOut } from './try-partial-copies.js'
import { isTriedUp } from './script-trial.js'
import { nearTrial } from './try-worked-columns.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'
import { placeOf, type TableImage } from './watch/table-image.js'

/** What is to be known of a side of which code was seen to leave this out. `prepare` takes out what stood in the way. */
export function copiesSeen(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  { leftOut = new Map(), prepare }: Known = {},
): CopiesSeen[] {
  const tried = toldColumns(rows, side, effects, prepare)
  const tables = new Set([...leftOut.keys(), ...tried.keys()])
  return [...tables].flatMap((table): CopiesSeen[] => {
    const { told, untold } = tried.get(table) ?? NOTHING
    const lost = leftOut.get(table) ?? []
    const left = told.filter(({ column }) => !lost.includes(column))
    const all = [...new Set([...lost, ...untold])]
    if (all.length + left.length === 0) return []
    const { version } = side.entry
    return [{ kind: 'copies-seen', version, table, leftOut: all, told: left }]
  })
}

interface Known {
  readonly leftOut?: LeftOut | undefined
  readonly prepare?: () => void
}

/** Columns of a table. */
interface Tried {
  readonly told: readonly ColumnTold[]
  readonly untold: readonly string[]
}

const NOTHING: Tried = { told: [], untold: [] }

/** By table, in lower case, the columns that are told by what is made of them, and those that are not. Takes everything back. */
function toldColumns(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare?: () => void,
): ReadonlyMap<string, Tried> {
  const found = new Map<string, Tried>()
  const columns = isTriedUp(side) ? stayingColumns(effects, rows.situation()) : []
  if (columns.length === 0) return found
  const isSure = tellsColumns(effects, rows.situation())
  const most = Math.max(16, MOST_ROWS / columns.length)
  const { begin, tried } = nearTrial(rows, columns, prepare, most)
  rows.tryOut(side, begin, ({ side: ran, now }) => {
    const imageNow = imagesOf(rows.connection, now)
    const written = writtenBy(rows.connection, ran, imageNow)
    for (const { name, before, after } of endingsOf(ran, imageNow)) {
      const own = tried().filter(
        ({ table, column }) =>
          foldCase(table.name) === name && after && placeOf(after, column.name) >= 0,
      )
      if (!after || own.length === 0) continue
      const images = { before, after: withRowsBeside(after, written) }
      const told = own.filter(isSure).flatMap((one) => toldOf(one, images, prepare !== undefined))
      const untold = own
        .filter(({ column }) => !told.some((one) => one.column === foldCase(column.name)))
        .filter((one) => isKeptByChance(one, before, written))
        .map(({ column }) => foldCase(column.name))
      found.set(name, { told, untold })
    }
    return []
  })
  return found
}

/** Of more, the pictures of tables do not have all. */
const MOST_ROWS = 100

/** Whether the column has few values, which generated rows do not have beside all of others, and is found in those by chance. */
function isKeptByChance(
  one: WorkedColumn,
  before: TableImage,
  written: readonly Written[],
): boolean {
  return takesFew(one) && columnKeptAmong(one.column.name, before, written) === null
}

/** By what is made of it alone, or as long as what that is made of besides stays. */
function toldOf(
  { table, column: { name: column }, values, along, combined = [] }: WorkedColumn,
  { before, after }: Pick<Worked, 'before' | 'after'>,
  isAsked: boolean,
): ColumnTold[] {
  const isToldWithout = (names: readonly string[]): boolean => {
    const worked = { before, after: without(after, names), column, values, along, combined }
    return isToldApart(worked) || isToldAlong(worked)
  }
  const least = [[column, ...along], [column]].find(isToldWithout)
  if (!least) return []
  const needed = after.columns
    .map(({ name }) => name)
    .filter((name) => !least.includes(name) && !isToldWithout([...least, name]))
  if (isAsked && !areAllTold({ before, after, column }, needed)) return []
  const by = needed.map((name): TableColumn => {
    const [first = '', second] = foldCase(name).split(BETWEEN)
    return second === undefined
      ? { table: foldCase(table.name), column: first }
      : { table: first, column: second }
  })
  return [{ column: foldCase(column), by }]
}

/** What is gone later tells nothing then. */
function without(image: TableImage, names: readonly string[]): TableImage {
  const left = image.columns.flatMap(({ name }, place) =>
    names.some((one) => foldCase(one) === foldCase(name)) ? [] : [place],
  )
  return {
    ...image,
    columns: left.map((place) => image.columns[place]!),
    rows: image.rows.map((row) => ({
      ...row,
      values: left.map((place) => row.values[place] ?? null),
    })),
  }
}
