// Judges columns that a side drops and adds again, or replaces by others. Pure.
import type { ValuesChanged, ValuesKept } from '../../../model/evidence.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { literalOf } from '../fill/checks-of.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import type { ColumnOrigins } from './column-origins.js'
import { changedColumns, changeTold, type ChangedColumn } from './compare-values.js'
import { columnKeptAmong, kept } from './kept-values.js'
import { matchRows } from './match-rows.js'
import { bucketOf, isBlank, sameValue } from './same-value.js'
import { isWithin } from './within-values.js'
import type { Written } from './written.js'

/** A value before and after the side. */
type Pair = readonly [was: Value, is: Value]

/** A table, and what the side does to its columns. */
interface Replacing {
  readonly side: ObservedSide
  readonly before: TableImage
  readonly after: TableImage | null
  readonly origins: ColumnOrigins
  readonly written: readonly Written[]
}

/** Columns that were dropped and added again: only their values distinguish them from the former ones. */
export function replacedColumns({
  side,
  before,
  after,
  origins,
  written,
}: Replacing): (ValuesChanged | ValuesKept)[] {
  const pairs = after ? matchRows(before, after).pairs : []
  return before.columns.flatMap(({ name }, index): (ValuesChanged | ValuesKept)[] => {
    const column = foldCase(name)
    const drop = origins.dropOf(column)
    const place = after?.columns.findIndex((one) => foldCase(one.name) === column) ?? -1
    if (!after || !drop || place < 0 || origins.of(column) !== undefined) return []
    const values = pairs.map(([old, now]) => [old[index] ?? null, now[place] ?? null] as const)
    const held = values.filter(([was]) => was !== null)
    const change = changedColumns(before, after).find((one) => foldCase(one.column) === column)
    const fill = origins.fillOf(column)
    const keptIn =
      fill && isFilled(after.columns[place]!, { fill, held, change })
        ? after.table.name
        : columnKeptAmong(name, before, written)
    if (keptIn !== null) return [kept(side, before, name, keptIn)]
    const gone = held.filter(([was, is]) => !sameValue(was, is) && !isBlank(was))
    const shown = gone.find((pair) => !stays(pair)) ?? gone[0] ?? held[0]
    const cause = causeOf(drop, fill, change && withoutBlend(change, column, side, fill))
    const where = { table: before.table.name, column: name, ...cause }
    return shown ? [changeTold({ ...where, lost: 'replaced' }, shown)] : []
  })
}

/** A statement that fills the new column, and what becomes of the values. */
interface Filling {
  readonly fill: Effect
  readonly held: readonly Pair[]
  readonly change: ChangedColumn | undefined
}

/** Whether it gives the new column what is made of all values of the old one. */
const isFilled = (column: CatalogColumn, { fill, held, change }: Filling): boolean =>
  !isFilledWrongly(held, change) &&
  !isMadeOfOthers(foldCase(column.name), fill, change) &&
  !isLeftAtDefault(held, fill, column.default ?? '')

/** Whether an UPDATE uses nothing of the column; the values that code binds are unknown. */
const isMadeOfOthers = (column: string, fill: Effect, change: ChangedColumn | undefined): boolean =>
  fill.shape.kind === 'update' &&
  !change?.taken &&
  !fill.tokens.some((token) => isSameName(plainName(token), column) || /^[?:@$]/.test(token))

/** What an UPDATE computes from a column together with others is not taken from another one; the column may be renamed by then. */
function withoutBlend(
  change: ChangedColumn,
  column: string,
  { effects }: ObservedSide,
  fill: Effect | undefined,
): ChangedColumn {
  if (fill?.shape.kind !== 'update') return change
  const names = new Set([column])
  for (const { shape } of effects)
    if (shape.kind === 'rename-column' && plainName(shape.column.key) === column)
      names.add(plainName(shape.to.key))
  for (const { key } of fill.shape.columns) names.delete(plainName(key))
  const isNamed = fill.tokens.some((token) => names.has(plainName(token)))
  return isNamed ? { ...change, taken: false } : change
}

/** The column from which other values come instead; else the UPDATE that skips some, if one fills it. */
function causeOf(drop: Effect, fill: Effect | undefined, change: ChangedColumn | undefined) {
  if (change?.taken) return { at: drop.place, from: change.from }
  return { at: change && fill?.shape.kind === 'update' ? fill.place : drop.place, from: null }
}

/**
 * An UPDATE may compute new values from the old ones; it may not skip some of them, or take those of another column. Turning blanks into
 * NULL is intended.
 */
const isFilledWrongly = (held: readonly Pair[], change: ChangedColumn | undefined): boolean =>
  change !== undefined &&
  (change.taken ||
    (held.some(([was, is]) => sameValue(was, is)) &&
      held.some(([was, is]) => is === null && !isBlank(was))) ||
    isKeptByOthers(held))

/** Whether an UPDATE with a condition leaves what ADD COLUMN has put in the place of some values. */
function isLeftAtDefault(held: readonly Pair[], fill: Effect, initial: string): boolean {
  const value = literalOf(initial)
  const isLeft = ([was, is]: Pair): boolean => sameValue(is, value) && !sameValue(was, is)
  const [first, ...others] = held.filter(([, is]) => !sameValue(is, value))
  // What an expression makes of a value may be NULL as well.
  const isTold = value !== null || (first && others.every(([, is]) => sameValue(is, first[1])))
  return (
    fill.verb === 'update' &&
    fill.tokens.includes('WHERE') &&
    isTold === true &&
    held.some((pair) => isLeft(pair) && !isBlank(pair[0]))
  )
}

/** Whether the same value stays in one row and is replaced in another: other columns decide which, as in `coalesce(other, old)`. */
function isKeptByOthers(held: readonly Pair[]): boolean {
  const staying = new Set(held.filter(stays).map(([was]) => bucketOf(was)))
  return held.some((pair) => !stays(pair) && !isBlank(pair[0]) && staying.has(bucketOf(pair[0])))
}

/** Whether the new value still contains the old one. */
const stays = ([was, is]: Pair): boolean => sameValue(was, is) || isWithin(is, was)
