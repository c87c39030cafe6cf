// Judges rows of a table that are missing after a side, or duplicated.
import type { LimitUntried, RowsDoubled, RowsLost, StepPlace } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import { tableNamed } from '../fill/table-graph.js'
import { keysMayAct, type ObservedSide } from '../watch/observed-run.js'
import type { Effect } from '../watch/statement-effect.js'
import { shownRow, type TableImage } from '../watch/table-image.js'
import { refusedCopy } from './bound-copy.js'
import { descends, evictionsIn, lastMention } from './causes.js'
import { countSurvivors } from './count-survivors.js'
import { withoutDeletedRows } from './deleted-by-name.js'
import type { Fate } from './fate.js'
import { isOf, type Rebuild } from './rebuild.js'
import { areElsewhere } from './kept-values.js'
import { partedLoss } from './parted-loss.js'
import type { Written } from './written.js'
import { commonColumns, hasSameKey } from './match-rows.js'
import { movedTable } from './moved-table.js'
import { areTwins, doubledRows, holdsAll, lossBehind, lossOf, type Loss } from './lost-rows.js'
import { isGivenUp, rowsOfAnother } from './rows-of-another.js'
import { untriedLimits } from './untried-limits.js'

/**
 * Leaves out rows that are deleted explicitly, or are in another table. `untouched` reads tables that the step does not name, `imageNow`
 * those that it does.
 */
export function judgeRows(
  whole: Fate,
  written: () => readonly Written[],
  untouched: (name: string) => TableImage | null,
  imageNow: (name: string) => TableImage | null,
): (RowsLost | LimitUntried)[] {
  const { unsure, ...left } = withoutDeletedRows(whole)
  const fate = { ...whole, ...left }
  const { before, rebuild } = fate
  if (isOfUp(fate)) return []
  const evicting = evictionsIn(fate)
  const other = rowsOfAnother(fate, untouched)
  const { count, gone } = lossFor(fate, other)
  const after = evicting.length > 0 ? countSurvivors(fate, evicting) : before.count - count
  if (after >= before.count) return untriedLimits(fate)
  if (after + unsure >= before.count) return []
  if (standElsewhere(fate, gone, written)) return []
  const through = rebuild?.copy ? null : takenThrough(fate)
  const at = placeOfLoss(fate, through)
  const { name: table } = before.table
  const all = whole.before.count
  const aside = asideOf(fate, imageNow)
  const told = { kind: 'rows-lost', at, table, before: all, through, ...aside } as const
  const parted = through === null && gone ? partedLoss(fate, gone) : null
  if (parted)
    return parted.map(({ rows, ...why }) => ({
      ...told,
      after: all - rows.length,
      ...why,
      ...shownLoss(before, rows),
    }))
  const row = isLostOf(gone, evicting, before.count - after) && shownLoss(before, gone)
  const lost = { after: all - (before.count - after), ...kindOf(fate, at, other) }
  return [{ ...told, ...lost, ...row, ...(row && refusedCopy(before, gone?.[0], fate.side)) }]
}

/** If the table itself goes on under another name, and has all that it had. */
function asideOf(
  { heir: { aside }, before }: Fate,
  imageNow: (name: string) => TableImage | null,
): Pick<RowsLost, 'aside'> {
  const image = aside === null ? null : imageNow(aside)
  return aside !== null && image && holdsAll(image, before) ? { aside } : {}
}

/** Whether other tables have the missing rows; or all rows, if the table now has none of its columns, a number aside. */
function standElsewhere(
  fate: Fate,
  gone: Loss['gone'],
  written: () => readonly Written[],
): boolean {
  const { before, after, rebuild } = fate
  if (!rebuild) return false
  if (gone && areElsewhere({ before, after, gone }, written())) return true
  const isAnother = commonColumns(before, after).length === 0
  return isAnother && movedTable(before, written())?.gone.length === 0
}

const lossFor = (fate: Fate, other: TableImage | null): Loss =>
  other || isGivenUp(fate) ? lossBehind(fate) : lossOf(fate)

function kindOf(
  fate: Fate,
  at: StepPlace,
  other: TableImage | null,
): Pick<RowsLost, 'by' | 'source'> {
  const { rebuild, heir } = fate
  if (rebuild && rebuild.kind !== 'new') return { by: rebuild.kind }
  if (other) return { by: 'another', source: other.table.name }
  const isSkipped = heir.isFed && rebuild?.copy && rebuild.copies.every(({ place }) => place !== at)
  return isSkipped ? { by: 'skipped' } : areTwins(fate) ? { by: 'twin' } : {}
}

/** Whether these are the lost rows: an UPDATE gives the remaining ones other keys. */
const isLostOf = (
  gone: readonly RawRow[] | null,
  evicting: readonly Effect[],
  lost: number,
): boolean =>
  evicting.length === 0 ||
  (gone?.length === lost && evicting.every(({ verb }) => verb === 'insert'))

const shownLoss = ({ columns }: TableImage, gone: readonly RawRow[] | null) =>
  gone?.[0] && { row: shownRow(columns, gone[0]) }

/** Whether `down` drops what `up` made, whose rows have another key than the table that gets its name back. */
const isOfUp = ({ side, before, after, heir: { was, isFed } }: Fate) =>
  side.direction === 'down' && was !== null && !isFed && !hasSameKey(before, after)

/** Only for rebuilt tables. */
export function judgeDoubles(fate: Fate): RowsDoubled[] {
  const { side, name, after, rebuild } = fate
  const others = [...side.images].flatMap(([key, image]) => (key === name ? [] : [image]))
  const found = rebuild?.copy ? doubledRows(fate, others) : null
  if (!rebuild?.copy || !found) return []
  return [
    {
      kind: 'rows-doubled',
      at: rebuild.copy.place,
      table: fate.before.table.name,
      more: found.more,
      row: shownRow(after.columns, found.row),
    },
  ]
}

function placeOfLoss(fate: Fate, through: string | null): StepPlace {
  const { side, rebuild } = fate
  const removal = through === null ? undefined : removalOf(side, through)
  const found = removal ?? (rebuild ? lossIn(fate, rebuild) : evictionsIn(fate).at(-1))
  return found?.place ?? lastMention(fate)
}

/**
 * The copy that may skip rows, else the statement that removes the table, unlike a RENAME or an INSERT of values. If nothing reads the
 * table, statements that fill the new one after its DROP are not to blame.
 */
function lossIn(fate: Fate, { removal, copies }: Rebuild): Effect {
  const { heir, side } = fate
  const { effects } = side
  const gone = heir.own.findLast(({ verb }) => verb === 'drop') ?? removal
  const mayRead = (one: Effect): boolean =>
    heir.isFed || effects.indexOf(one) < effects.indexOf(gone)
  const fit = copies.filter((one) => !bringsAll(one, fate) && mayRead(one))
  return fit.findLast(isOf(heir)) ?? fit.at(-1) ?? gone
}

/** Whether an INSERT of values has dropped no row: it cannot, or it ran no more often than there are rows now. */
function bringsAll({ shape, tokens, place }: Effect, { side: { calls }, after }: Fate): boolean {
  if (shape.kind !== 'insert' || shape.selects.length > 0) return false
  const runs = calls.filter(({ text }) => text === place.statement).length
  const isSafe = shape.conflict === null && !tokens.includes('CONFLICT')
  return isSafe || (runs > 0 && runs <= after.count)
}

/** The parent table whose deletion cascaded to the rows. */
function takenThrough({ side, before, ...fate }: Fate): string | null {
  if (!keysMayAct(side.entry)) return null
  // Rows that a DELETE takes along are accounted for already. If statements on the table itself drop rows, a DELETE elsewhere is not to blame.
  const drops = evictionsIn({ side, before, ...fate }).length > 0
  const removed = side.effects.filter(
    ({ verb, replaces }) => replaces || (drops ? verb === 'drop' : isRemoval(verb)),
  )
  const cause = removed.find(({ table }) => descends(side, before, table))
  return cause ? (tableNamed(side.before, cause.table)?.name ?? null) : null
}

const isRemoval = (verb: Effect['verb']): boolean => verb === 'drop' || verb === 'delete'

const removalOf = ({ effects }: ObservedSide, table: string): Effect | undefined =>
  effects.find(
    ({ verb, replaces, table: one }) => one === foldCase(table) && (isRemoval(verb) || replaces),
  )
