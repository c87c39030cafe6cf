// Judges identical rows that occur fewer times where they were copied to, as UNION and DISTINCT leave them. Pure.
import { rowsGone } from './rows-gone.js'
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { keyText, type RawRow } from '../fill/connection.js'
import { isFilling, isQuery, leavesEqual, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { Ending } from './fate.js'
import type { Filled } from './heirs.js'
import { isAt } from './beside-key.js'
import { targetOf } from './kept-values.js'
import { isUntold } from './lost-rows.js'
import { movedTable, placesIn } from './moved-table.js'
import { once } from '../../../model/once.js'
import { copyIn } from './whole-copies.js'
import type { Written } from './written.js'

/**
 * For tables whose rows were moved under another name, or in with those of others, so that counts alone show nothing. Empty if a unique key
 * of the new table, a DELETE before, or a counting column shows that it is intended, and for lists of one column.
 * Rows may also come from other tables, which are among `all`.
 */
export function equalRowsLost(
  endings: readonly Ending[],
  all: readonly Ending[],
  written: () => readonly Written[],
): RowsLost[] {
  const isMoved = movedAmong(all, written)
  return endings.flatMap((ending): RowsLost[] => {
    const { side, before, heir } = ending
    const told = placesIn(before)
    if (side.direction === 'down' || heir.fills.length === 0 || told.length < 2) return []
    if (isPart(before) || heir.own.some(({ verb }) => verb === 'delete')) return []
    if (heir.fills.some((fill) => bringsAll(fill, before))) return []
    if (!hasEqual(before, told)) return []
    const receivers = receiversOf(ending, told, { written, isMoved })
    const copy = receivers.flatMap(({ by }) => by.effects.filter(isFilling)).at(-1)
    if (!copy || receivers.some((one) => isKeyed(side.effects, one))) return []
    const sources = sourcesOf(receivers, all, isMoved)
    const others = leavesEqual(copy) ? othersOf(receivers, all) : []
    const found = lessEqual(ending, receivers, sources, others)
    if (!found) return []
    const how = { at: copy.place, ...(isOfOne(copy, ending) && { by: 'twin' as const }) }
    return [rowsGone(before, found, how)]
  })
}

/** Whether all rows of these tables are kept elsewhere. */
function movedAmong(all: readonly Ending[], written: () => readonly Written[]): IsMoved {
  const moved = new Map(
    all.map((one) => [
      one.before,
      once(
        () => hasRoom(one, all, written()) && movedTable(one.before, written())?.gone.length === 0,
      ),
    ]),
  )
  return (before) => moved.get(before)!()
}

/** A table that received rows of the table in question, and the columns that hold them. */
interface Receiver {
  readonly after: TableImage
  readonly by: Filled
  /** How many rows it has more than before. */
  readonly more: number
  readonly targets: readonly number[]
}

/** Whether all rows of a table are kept elsewhere. */
type IsMoved = (before: TableImage) => boolean

/** Whether a receiver has enough rows beside those that copies of other tables have brought, which may be equal by chance. */
const hasRoom = (
  { before, heir }: Ending,
  all: readonly Ending[],
  written: readonly Written[],
): boolean =>
  heir.fills.length === 0 ||
  heir.fills.some((fill) => {
    const brought = all.flatMap((other) =>
      other.before !== before && bringsAll(fill, other.before) ? [other.before.count] : [],
    )
    const one = written.find(({ after }) => foldCase(after.table.name) === fill.name)
    const least = brought.length > 0 ? countUnlike(before) : 0
    return one !== undefined && moreIn(one, fill) >= sum(brought) + least
  })

/** How many rows differ in what is copied. */
const countUnlike = (image: TableImage): number => {
  const told = placesIn(image)
  return new Set(image.rows.map(({ values }) => keyText(told.map((at) => values[at] ?? null)))).size
}

/** Whether one statement of SQL brings all rows of a table. */
const bringsAll = (fill: Filled, before: TableImage): boolean =>
  (copyIn(fill, before)?.selects.length ?? 0) > 0

/** How many rows a filled table has more than before. */
const moreIn = ({ before, after }: Written, { isNew }: Filled): number =>
  after.count - ((!isNew && before?.count) || 0)

/** Whether any two rows have the same values in these columns. */
const hasEqual = ({ rows }: TableImage, told: readonly number[]): boolean =>
  rows.some(({ values }, at) =>
    rows
      .slice(0, at)
      .some((one) => told.every((place) => isAt(one.values, place, values[place] ?? null))),
  )

const isPart = ({ count, rows }: TableImage): boolean => count !== rows.length

function receiversOf(
  { before, after, heir, rebuild }: Ending,
  told: readonly number[],
  { written, isMoved }: { written(): readonly Written[]; readonly isMoved: IsMoved },
): Receiver[] {
  // For a table of the same name, the number of rows shows the loss.
  if (after && (rebuild?.kind !== 'new' || after.count < before.count)) return []
  if (!after && !isMoved(before)) return []
  return heir.fills.flatMap((by): Receiver[] => {
    const one = written().find((table) => foldCase(table.after.table.name) === by.name)
    if (!one || one.isLossy || (after && by.name !== heir.name)) return []
    const targets = told.map((place) => targetOf(before, place, one.after))
    return targets.includes(-1) ? [] : [{ after: one.after, by, more: moreIn(one, by), targets }]
  })
}

/** The tables whose rows were all moved to the receivers. */
const sourcesOf = (
  receivers: readonly Receiver[],
  endings: readonly Ending[],
  isMoved: IsMoved,
): TableImage[] =>
  endings.flatMap(({ name, before, after, rebuild }) => {
    const isSource = receivers.some(({ by }) => by.sources.includes(name))
    if (!isSource || isPart(before)) return []
    const isGone = after ? rebuild?.kind === 'new' : isMoved(before)
    return isGone ? [before] : []
  })

/** Whether a copy of rows that nothing tells apart, or a query of code for it, takes one of equal rows. */
const isOfOne = (copy: Effect, ending: Ending): boolean =>
  isUntold(ending) &&
  (leavesEqual(copy) ||
    (copy.place.script === null &&
      ending.side.effects.some(
        (one) =>
          isQuery(one) &&
          leavesEqual(one) &&
          one.tokens.some((token) => plainName(token) === ending.name),
      )))

/** The tables read by the same statements whose rows have stayed. */
const othersOf = (receivers: readonly Receiver[], endings: readonly Ending[]): TableImage[] =>
  endings.flatMap(({ name, before, after, rebuild }) => {
    const isSource = receivers.some(({ by }) => by.sources.includes(name))
    return isSource && after && rebuild?.kind !== 'new' ? [before] : []
  })

function lessEqual(
  { before }: Ending,
  receivers: readonly Receiver[],
  sources: readonly TableImage[],
  others: readonly TableImage[],
): { readonly row: RawRow; readonly lost: number } | null {
  const told = placesIn(before)
  const names = told.map((place) => before.columns[place]!.name)
  const homes = sources.map((image) => ({ image, at: names.map((name) => placeOf(image, name)) }))
  const stand = ({ rows }: TableImage, at: readonly number[], row: RawRow): RawRow[] =>
    rows
      .map(({ values }) => values)
      .filter((own) => told.every((place, index) => isAt(own, at[index]!, row[place] ?? null)))
  const groups = before.rows
    .map(({ values }) => ({ row: values, own: stand(before, told, values) }))
    .filter(({ row, own }) => own[0] === row)
    .map(({ row, own }) => ({
      row,
      own: own.length,
      needed: homes.flatMap(({ image, at }) => (at.includes(-1) ? [] : stand(image, at, row))),
      there: receivers.flatMap(({ after, targets }) => stand(after, targets, row)),
    }))
  const isMeant = groups.every(({ own, there }) => isCounted(own, there))
  // Rows that are not found again got other values; and if no row is missing, none is lost.
  const isChanged = groups.some(({ there }) => there.length === 0)
  const missing =
    sum([...sources, ...others].map(({ count }) => count)) - sum(receivers.map(({ more }) => more))
  if (isMeant || isChanged || missing <= 0) return null
  const less = groups.flatMap(({ row, own, needed, there }) => {
    const lost = Math.min(needed.length - there.length, own - 1)
    return lost > 0 ? [{ row, lost }] : []
  })
  return less[0] ? { row: less[0].row, lost: sum(less.map(({ lost }) => lost)) } : null
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** Whether the table, or an index created on it, forbids equal rows. */
function isKeyed(effects: Ending['side']['effects'], { after, targets }: Receiver): boolean {
  const copied = new Set(targets.map((target) => foldCase(after.columns[target]!.name)))
  const indexes = effects.flatMap(({ shape }) =>
    shape.kind === 'create-index' &&
    shape.unique &&
    plainName(shape.table.key) === foldCase(after.table.name)
      ? [shape.terms.map(([name = '']) => plainName(name))]
      : [],
  )
  return [...after.table.uniques, ...indexes].some((key) =>
    key.every((name) => copied.has(foldCase(name))),
  )
}

/** Whether one row stands for all of them and holds their number. */
const isCounted = (count: number, there: readonly RawRow[]): boolean =>
  there.length === 1 && there[0]!.some((value) => Number(value) === count)
