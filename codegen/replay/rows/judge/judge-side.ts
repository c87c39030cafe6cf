// What became of the rows in a half that ran: rows that are gone, values that moved, numbers that would be given again.
import type {
  Fact,
  LimitUntried,
  RowsLost,
  StepPlace,
  ValuesChanged,
  WatermarkLost,
} from '../../../model/evidence.js'
import { wholeHalf } from '../../sides/whole-half.js'
import { keysMayAct, type ObservedSide } from '../watch/observed-run.js'
import { changedColumns, type ChangedColumn } from './compare-values.js'
import type { Connection } from '../fill/connection.js'
import type { Fate } from './fate.js'
import { forgottenValues } from './forgotten-values.js'
import { judgeIndexes } from './judge-indexes.js'
import { judgeRemovals } from './judge-removals.js'
import { judgeKeyed } from './judge-keyed.js'
import { areElsewhere } from './moved-elsewhere.js'
import { countSurvivors } from './count-survivors.js'
import { conflictsReplace } from '../../../sql/conflicts-replace.js'
import { rebuildOf, type Rebuild } from './rebuild.js'
import { tableNamed } from '../fill/table-graph.js'
import { readStatement } from '../../../sql/read-statement.js'
import type { CreateTrigger, Statement } from '../../../sql/statement.js'
import type { Effect } from '../watch/statement-effect.js'
import { triedRows } from './tried-rows.js'
import { untriedLimits } from './untried-limits.js'
import type { TablesNow } from '../watch/tables-now.js'
import { shownValue, takeImage, type TableImage } from '../watch/table-image.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'

/** Compares every table that the half can have touched and that is still there. */
export function judgeSide(connection: Connection, half: ObservedSide, now: TablesNow): Fact[] {
  const fates = [...half.images].flatMap(([name, before]) => {
    const table = now().get(name)
    const after = table && takeImage(connection, table)
    return after ? [{ half, name, before, after, rebuild: rebuildOf(name, half.effects) }] : []
  })
  return [
    ...fates.flatMap((fate) => [
      ...judgeRows(fate, (one) => areElsewhere(connection, one, now)),
      ...judgeValues(fate),
      ...judgeWatermark(fate),
      ...triedRows(fate),
    ]),
    ...judgeRemovals(connection, half, now),
    ...judgeIndexes(connection, half, fates),
    ...judgeKeyed(connection, fates),
  ]
}

function judgeRows(fate: Fate, areMoved: (fate: Fate) => boolean): (RowsLost | LimitUntried)[] {
  const { before, after: image } = fate
  const evicting = evictionsIn(fate)
  const after = evicting.length > 0 ? countSurvivors(fate, evicting) : image.count
  if (deletesByName(fate)) return []
  if (after >= before.count) return untriedLimits(fate)
  if (areMoved(fate)) return []
  const through = fate.rebuild?.copy ? null : takenThrough(fate)
  const at = placeOfLoss(fate, through)
  return [{ kind: 'rows-lost', at, table: image.table.name, before: before.count, after, through }]
}

/** The statements that delete rows of the table which are in their way; of no interest where it is made anew. */
const evictionsIn = ({ half, name, before, rebuild }: Fate): Effect[] =>
  rebuild
    ? []
    : half.effects.filter(
        (effect) => effect.table === name && (effect.evicts || evictsBySchema(effect, before)),
      )

/** A constraint of the table may say REPLACE, where the statement says nothing else. */
const evictsBySchema = ({ shape }: Effect, { table: { sql } }: TableImage): boolean =>
  (shape.kind === 'insert' || shape.kind === 'update') &&
  shape.conflict === null &&
  conflictsReplace(sql)

function placeOfLoss(fate: Fate, through: string | null): StepPlace {
  const { half, rebuild } = fate
  const removal = through === null ? undefined : removalOf(half, through)
  const copied = rebuild?.copy ?? rebuild?.removal
  const found = removal ?? copied ?? evictionsIn(fate).at(-1)
  return found?.place ?? lastMention(fate)
}

/** DELETE says so itself; what it sets off is meant where the schema or the migration says it is. */
function deletesByName({ half, name, before, rebuild }: Fate): boolean {
  const names = rebuild?.names ?? new Set([name])
  const deleted = half.effects.filter(({ verb }) => verb === 'delete')
  if (deleted.some(({ table }) => names.has(table))) return true
  if (deleted.some(({ table }) => triggersOnDelete(half, table, name))) return true
  const declared = half.entry.foreignKeys === 'enforce'
  return declared && deleted.some(({ table }) => descends(half, before, table))
}

const triggersOnDelete = (half: ObservedSide, table: string, name: string): boolean =>
  triggersOn(half, table).some(
    ({ event, body }) =>
      event === 'delete' && body.some((one) => one.kind === 'delete' && isOn(one, name)),
  )

/** The triggers of a table: those that there were, and those that the half makes. */
function triggersOn({ before, effects }: ObservedSide, table: string): CreateTrigger[] {
  const known = (before.attached.triggers.get(table) ?? []).map(({ sql }) => readStatement(sql))
  return [...known, ...effects.map(({ shape }) => shape)].flatMap((shape) =>
    shape.kind === 'create-trigger' && isOn(shape, table) ? [shape] : [],
  )
}

const isOn = (shape: Statement, name: string): boolean =>
  'table' in shape && shape.table !== null && plainName(shape.table.key) === name

/** Whether rows of the table point at that ancestor, directly or over others. */
function descends(
  { before: { children } }: ObservedSide,
  { table }: TableImage,
  from: string,
): boolean {
  const waiting = [from]
  const seen = new Set(waiting)
  for (const parent of waiting)
    for (const child of children.get(parent) ?? [])
      if (!seen.has(child)) {
        seen.add(child)
        waiting.push(child)
      }
  return waiting.includes(foldCase(table.name), 1)
}

/** The parent whose removal took the rows along. */
function takenThrough({ half, before }: Fate): string | null {
  if (!keysMayAct(half.entry)) return null
  const removed = half.effects.filter(({ verb, replaces }) => isRemoval(verb) || replaces)
  const cause = removed.find(({ table }) => descends(half, before, table))
  return cause ? (tableNamed(half.before, cause.table)?.name ?? null) : null
}

const isRemoval = (verb: Effect['verb']): boolean => verb === 'drop' || verb === 'delete'

const removalOf = ({ effects }: ObservedSide, table: string): Effect | undefined =>
  effects.find(
    ({ verb, replaces, table: one }) => one === foldCase(table) && (isRemoval(verb) || replaces),
  )

/** The last statement about the table, else about one that sets something off there. */
function lastMention({ half, name, before }: Fate): StepPlace {
  const { effects, entry, direction } = half
  const found =
    effects.findLast(({ table, verb }) => table === name && verb !== 'create') ??
    effects.findLast(({ table }) => setsOff(half, table, name)) ??
    effects.findLast(({ table }) => descends(half, before, table))
  return found?.place ?? wholeHalf(entry.version, direction)
}

const setsOff = (half: ObservedSide, table: string, name: string): boolean =>
  triggersOn(half, table).some(({ body }) => body.some((one) => isOn(one, name)))

function judgeValues(fate: Fate): ValuesChanged[] {
  const { rebuild, before, after } = fate
  const evicting = evictionsIn(fate)
  const forgotten = evicting.length > 0 ? forgottenValues(fate, evicting) : []
  if (forgotten.length > 0) return forgotten
  if (rebuild ? rebuild.copies.length === 0 : changesByName(fate)) return []
  const place = rebuild?.copy?.place ?? lastMention(fate)
  return changedColumns(before, after).flatMap((change) => {
    const isLost = rebuild !== null && isLeftOut(rebuild, change)
    if (rebuild && !isLost && isMeant(rebuild, change)) return []
    return [
      {
        kind: 'values-changed',
        at: place,
        table: after.table.name,
        column: change.column,
        from: change.from,
        ...(isLost && { lost: 'left-out' as const }),
        before: shownValue(change.before),
        after: shownValue(change.after),
      } as const,
    ]
  })
}

/** Without a rebuild only foreign keys can change what nobody names: SET NULL, SET DEFAULT, ON UPDATE CASCADE. */
function changesByName({ half, name, before }: Fate): boolean {
  if (!keysMayAct(half.entry)) return true
  const named = half.effects.some(
    ({ table, verb, replaces }) =>
      table === name && (replaces || verb === 'update' || verb.startsWith('rename')),
  )
  const declared = half.entry.foreignKeys === 'enforce'
  const parents = half.effects.filter(({ verb }) => verb === 'delete' || verb === 'update')
  return named || (declared && parents.some(({ table }) => descends(half, before, table)))
}

/**
 * A rebuild may calculate new values from a column, or name it in an UPDATE; it may not mix columns up or forget one. Code
 * may give whatever it likes to the columns that it names, but for the values of another column, each as it was.
 */
function isMeant(rebuild: Rebuild, { column, from, lost, taken }: ChangedColumn): boolean {
  if (from === null && !lost) return true
  const name = foldCase(column)
  return rebuild.calculated(name) || (rebuild.given(name) && !taken)
}

/** Whether the copy names the columns that it fills, and this is none of them. */
const isLeftOut = ({ copies }: Rebuild, { column, from }: ChangedColumn): boolean =>
  from === null &&
  copies.every(
    ({ shape }) =>
      shape.kind === 'insert' &&
      shape.columns !== null &&
      !shape.columns.some(({ key }) => plainName(key) === foldCase(column)),
  )

function judgeWatermark(fate: Fate): WatermarkLost[] {
  const { half, before, after, rebuild } = fate
  const { watermark } = before
  if (watermark === null || (after.watermark !== null && after.watermark >= watermark)) return []
  if (isEmptied(fate)) return []
  const written = half.effects.findLast(({ table }) => table === 'sqlite_sequence')
  const at = (rebuild?.removal ?? written)?.place ?? lastMention(fate)
  return [
    {
      kind: 'watermark-lost',
      at,
      table: after.table.name,
      before: Number(watermark),
      after: after.watermark === null ? null : Number(after.watermark),
    },
  ]
}

/** Where all rows are deleted by name, numbers may begin anew on purpose. */
function isEmptied({ half, name, after, rebuild }: Fate): boolean {
  const names = rebuild?.names ?? new Set([name])
  return half.effects.some(
    ({ verb, table, tokens }) =>
      verb === 'delete' && names.has(table) && (after.count === 0 || !tokens.includes('WHERE')),
  )
}
