// Judges values of a table that a side changes without any statement saying so.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { columnOf, isMadeOfNothing, isNamedIn, valueOf } from '../../../sql/read-select.js'
import { isRowid } from '../../../model/rowid-column.js'
import { keysMayAct } from '../watch/observed-run.js'
import { withGenerated, type TableImage } from '../watch/table-image.js'
import { descends, evictionsIn, lastMention } from './causes.js'
import { namesMoved } from './column-origins.js'
import { changedColumns, changeTold, type ChangedColumn } from './compare-values.js'
import type { Fate } from './fate.js'
import { emptiedColumn, isRetyped } from './emptied-columns.js'
import { forgottenValues } from './forgotten-values.js'
import { matchedIn } from './lost-rows.js'
import { matchByValues, type Matched } from './match-rows.js'
import { isReadByCode } from './read-by-code.js'
import { movedByTriggers, setByTriggers } from './triggered-values.js'
import { turnedRows } from './turned-columns.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import type { Rebuild } from './rebuild.js'

/** For a rebuilt table, everything that its copies do not compute; for others, the effects of foreign keys. */
export function judgeValues(fate: Fate): ValuesChanged[] {
  const { rebuild, before, after } = fate
  const evicting = evictionsIn(fate)
  const forgotten = evicting.length > 0 ? forgottenValues(fate, evicting) : []
  if (forgotten.length > 0) return forgotten
  if (rebuild ? isUnfilled(rebuild) : changesByName(fate)) return []
  const whole = { ...fate, before: withGenerated(before) }
  const moved = namesMoved(fate.heir)
  const found = changedColumns(whole.before, after, matchedFor(whole)).filter(
    (change) =>
      !moved.has(foldCase(change.column)) &&
      (before.count === after.count || !isNumber(after, change) || !sharesNumbers(fate)),
  )
  // If `down` swaps columns in expressions, it may put them back in place.
  const isJudged = rebuild && fate.side.direction === 'up'
  const changes = isJudged ? found.map((change) => mixedUp(rebuild, change, found)) : found
  const isSwapped = changes.some(
    (change) => change.from !== null && !(rebuild && isMeant(rebuild, change)),
  )
  // Triggers fired by foreign key actions may maintain counters, which is their purpose.
  const counted = rebuild ? NO_COLUMNS : setByTriggers(fate.side, fate.name)
  const last = rebuild?.copy?.place ?? lastMention(fate)
  const isMoved = (change: Change): boolean =>
    rebuild !== null && change.moved !== null && !isSwapped
  return changes.flatMap((change) => {
    if (counted.has(foldCase(change.column))) return []
    if (isMoved(change))
      return (isJudged && emptiedColumn(change, { ...rebuild, before, after })) || []
    const part = rebuild && leftOutInPart(rebuild, change, fate)
    const place = part?.place ?? last
    const lost = part ? 'left-out' : rebuild && lossIn(rebuild, change, fate, isSwapped)
    if (rebuild && !lost && isMeant(rebuild, change)) return []
    const { column, from } = change
    const told = { at: place, table: before.table.name, column, from, ...(lost && { lost }) }
    return [changeTold(told, [change.before, change.after])]
  })
}

/**
 * If fewer rows are left, as by GROUP BY, they are matched by their other columns, when child tables reference their keys and are not
 * changed along with them. If columns were made rows, each counts with one of its own.
 */
function matchedFor(fate: Fate): Matched {
  const turned = turnedRows(fate)
  if (turned) return { pairs: turned, by: 'values' }
  const matched = matchedIn(fate)
  const { side, name, before, after, rebuild } = fate
  if (matched.pairs.length > 0 || rebuild?.kind !== 'new') return matched
  const children = side.before.children.get(name) ?? []
  const isCaredFor = children.every((child) =>
    side.effects.some(({ verb, table }) => table === child && verb !== 'delete'),
  )
  return isCaredFor ? matched : { pairs: matchByValues(before, after), by: 'values' }
}

const NO_COLUMNS: ReadonlySet<string> = new Set()

function lossIn(
  rebuild: Rebuild,
  change: ChangedColumn,
  fate: Fate,
  isSwapped: boolean,
): ValuesChanged['lost'] {
  const name = foldCase(change.column)
  if (isLeftOut(rebuild, change) || isLeftBehind(rebuild, change)) return 'left-out'
  if (!isSwapped && !change.kept && isUnmade(rebuild, change, fate)) return 'unmade'
  const isPlain = !rebuild.calculated(name) && !rebuild.given(name)
  if (change.from !== null || !isPlain) return undefined
  if (change.mixed && rebuild.taken(name)) return 'mixed'
  return isSwapped && change.lost && !change.kept ? 'constant' : undefined
}

const isUnfilled = ({ kind, copies }: Rebuild): boolean => kind !== 'older' && copies.length === 0

/**
 * Without a rebuild, only foreign keys can change values that no statement names: SET NULL, SET DEFAULT, ON UPDATE CASCADE. If triggers
 * insert and delete rows, other rows are in their place.
 */
function changesByName({ side, name, heir, before }: Fate): boolean {
  const { foreignKeys } = before.table
  if (!keysMayAct(side.entry) || foreignKeys.length === 0) return true
  if (movedByTriggers(side, name)) return true
  const named = heir.own.some(
    ({ verb, replaces }) => replaces || verb === 'update' || verb.startsWith('rename'),
  )
  const declared = side.entry.foreignKeys === 'enforce'
  const parents = side.effects.filter(({ verb }) => verb === 'delete' || verb === 'update')
  return named || (declared && parents.some(({ table }) => descends(side, before, table)))
}

/** A change about which more is known. */
interface Change extends ChangedColumn {
  readonly isMixedUp?: true
}

/**
 * A column that has the values of another wherever that has any, as through `coalesce` or `trim`. Not if both are merged; that they are not
 * is shown by a row, by the other column, or by the copy.
 */
function mixedUp(rebuild: Rebuild, change: ChangedColumn, all: readonly ChangedColumn[]): Change {
  const { akin, column } = change
  if (!akin || rebuild.blends(foldCase(column), foldCase(akin.name))) return change
  const isExchange = all.some(
    (other) => isSameName(other.column, akin.name) && isSameName(other.akin?.name ?? '', column),
  )
  const isMixedUp = akin.displaces || isExchange || rebuild.calculated(foldCase(akin.name))
  return isMixedUp ? { ...change, from: akin.name, isMixedUp } : change
}

/**
 * A rebuild may compute new values from a column, or name it in an UPDATE; it may not mix columns up or forget one. Code may set the
 * columns that it names to anything except the unchanged values of another column.
 */
function isMeant(rebuild: Rebuild, { column, from, lost, taken, isMixedUp }: Change): boolean {
  if (isMixedUp) return false
  if (from === null && !lost) return true
  const name = foldCase(column)
  return rebuild.calculated(name) || (rebuild.given(name) && !taken)
}

const isNumber = ({ table }: TableImage, { column }: ChangedColumn): boolean =>
  table.columns.some((one) => one.name === column && isRowid(table, one))

/** Rows of several tables cannot all keep their ids. */
const sharesNumbers = ({ name, heir, side: { images } }: Fate): boolean =>
  heir.fills.some(
    (one) =>
      one.name === heir.name &&
      one.sources.some((source) => {
        const { table } = (source !== name && images.get(source)) || {}
        return table?.columns.some((column) => isRowid(table, column))
      }),
  )

/** An older table was filled by an earlier side, of which only the result is known. */
const isLeftBehind = ({ copies }: Rebuild, { from, lost }: ChangedColumn): boolean =>
  copies.length === 0 && from === null && lost

/** Whether the copy lists its columns without this one, and no UPDATE gives it various values. */
const isLeftOut = ({ copies, updated }: Rebuild, { column, from, lost }: ChangedColumn): boolean =>
  from === null &&
  (lost || !updated(foldCase(column))) &&
  copies.length > 0 &&
  copies.every((copy) => leavesOut(copy, column))

const leavesOut = ({ shape }: Effect, column: string): boolean =>
  shape.kind === 'insert' &&
  shape.columns !== null &&
  !shape.columns.some(({ key }) => plainName(key) === foldCase(column))

/**
 * Of several copies that divide the rows, the one that omits the column while another names it. Not if its condition uses the column, which
 * shows which values go.
 */
function leftOutInPart(
  { copies, updated }: Rebuild,
  { column, from, levelled }: ChangedColumn,
  { heir, name }: Fate,
): Effect | undefined {
  if (from !== null || !levelled || updated(foldCase(column))) return undefined
  const aside = [...heir.own.map(({ to }) => to), ...heir.hops.map(({ table }) => table)]
  const read = new Set([name, ...aside])
  const left = copies.filter(
    (copy) => leavesOut(copy, column) && copy.tokens.some((token) => read.has(plainName(token))),
  )
  const isShared = left.length > 0 && left.length < copies.length
  return isShared
    ? left.find(({ tokens }) => !conditionIn(tokens).some((one) => isName(one, column)))
    : undefined
}

const isName = (token: string, column: string): boolean => isSameName(plainName(token), column)

/**
 * Whether the copies write something else instead: computed from no column, like `row_number() OVER (…)`, or not from this one while its
 * type changes, so that its values are evidently not converted; or one value that code gives without reading the column.
 */
function isUnmade(
  { copies, updated, given }: Rebuild,
  { column, from, lost }: ChangedColumn,
  { side, before, after }: Fate,
): boolean {
  if (side.direction === 'down' || from !== null || copies.length === 0) return false
  if (updated(foldCase(column))) return false
  if (given(foldCase(column))) return lost && !isReadByCode(side, column)
  return copies.every(({ shape }) => {
    if (shape.kind !== 'insert' || shape.selects.length === 0) return false
    const names =
      shape.columns?.map(({ key }) => plainName(key)) ??
      after.columns.map(({ name }) => foldCase(name))
    const at = names.indexOf(foldCase(column))
    return shape.selects.every(({ items }) => {
      const item = valueOf(items[at] ?? [])
      const isOther = items.length === names.length && !columnOf(item) && !isNamedIn(item, 'select')
      return (
        isOther &&
        !isNamedIn(item, column) &&
        (isRetyped(column, before, after) || isMadeOfNothing(item))
      )
    })
  })
}
