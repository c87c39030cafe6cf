// Judges values that triggers change because a side inserts rows which existed before: what they count, they count twice. Pure.
import type { StepPlace, ValuesChanged } from '../../../model/evidence.js'
import { foldCase, plainName, unquote } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import type { CreateTrigger, Statement } from '../../../sql/statement.js'
import { keysMayAct, type ObservedSide } from '../watch/observed-run.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { shownValue } from '../watch/table-image.js'
import { isOn, triggersAt, triggersBefore, triggersOn } from './causes.js'
import { changedColumns } from './compare-values.js'
import type { Fate } from './fate.js'
import { heirsAfter, type Heir } from './heirs.js'
import { matchedIn } from './lost-rows.js'
import { rebuildOf } from './rebuild.js'

/** Not for columns that the side itself sets, whose intended values are unknown. Nor if foreign keys act, which `judgeValues` covers. */
export function triggeredValues(fate: Fate): ValuesChanged[] {
  const { side, name, before, after, rebuild } = fate
  if (rebuild ? rebuild.kind === 'older' : keysMayAct(side.entry)) return []
  const acts = actsOf(side).filter(({ trigger }) => setsIn(trigger, name).size > 0)
  if (acts.length === 0) return []
  return changedColumns(before, after, matchedIn(fate)).flatMap((change): ValuesChanged[] => {
    const column = foldCase(change.column)
    const act = acts.find(({ trigger }) => setsIn(trigger, name).has(column))
    if (!act || isSetByName(side, name, column)) return []
    if (rebuild && !(rebuild.taken(column) && !rebuild.calculated(column))) return []
    const { trigger, table, place: at } = act
    const values = { before: shownValue(change.before), after: shownValue(change.after) }
    const by = { from: null, trigger: unquote(trigger.name.text), source: table }
    const where = { at, table: after.table.name, column: change.column }
    return [{ kind: 'values-changed', ...where, ...by, ...values }]
  })
}

/** A trigger on a table into which existing rows are inserted. */
interface Act {
  readonly trigger: CreateTrigger
  readonly table: string
  readonly place: StepPlace
}

/**
 * For a table that is emptied and refilled, or rebuilt with a trigger that does the same as the old one, and for a table that takes over
 * the rows of another with such triggers.
 */
function actsOf(side: ObservedSide): Act[] {
  const heirOf = heirsAfter(side)
  const filling = side.effects.flatMap((effect) => {
    const { table } = effect
    const triggers = isFilling(effect)
      ? triggersAt(side, table, effect).filter(({ event }) => event !== 'update')
      : []
    return triggers.length > 0 ? [{ effect, table, triggers, place: effect.place }] : []
  })
  if (filling.length === 0 && !side.effects.some(({ verb }) => verb === 'delete')) return []
  const rebuilds = [...side.images.keys()].flatMap((name) => {
    const rebuild = rebuildOf(heirOf(name))
    return rebuild ? [{ ...rebuild, name }] : []
  })
  const deleting = side.effects.filter(({ shape }) => shape.kind === 'delete' && !shape.limited)
  const counted = deleting.flatMap((effect): Act[] => {
    const { table, place } = effect
    const triggers = triggersAt(side, table, effect).filter(({ event }) => event === 'delete')
    const isBack = rebuilds.some(({ name, kind }) => name === table && kind === 'new')
    return isBack ? triggers.map((trigger) => ({ trigger, table, place })) : []
  })
  const put = filling.flatMap(({ effect, table, triggers, place }): Act[] => {
    const own = rebuilds.filter(({ copies }) => copies.includes(effect))
    if (own.some(({ kind }) => kind === 'refilled'))
      return triggers.map((trigger) => ({ trigger, table, place }))
    if (side.direction === 'down' && own.length === 0) return []
    const former =
      own.length > 0
        ? own.flatMap(({ name }) => triggersBefore(side, name))
        : goneInto(effect, side, heirOf).flatMap((one) => triggersOn(side, one))
    return triggers
      .filter(
        (one) => isOnInsert(one) && former.some((old) => isOnInsert(old) && setAlike(one, old)),
      )
      .map((trigger) => ({ trigger, table, place }))
  })
  return [...counted, ...put]
}

/** The tables that a statement reads and that are gone afterwards. */
const goneInto = (
  { tokens }: Effect,
  { images }: ObservedSide,
  heirOf: (table: string) => Heir,
): string[] =>
  [...new Set(tokens.flatMap((token) => [...namesIn(token)]))].filter(
    (one) => images.has(one) && heirOf(one).name === null,
  )

const isOnInsert = ({ event }: CreateTrigger): boolean => event === 'insert'

/** Whether two triggers set the same column of a table. */
const setAlike = (one: CreateTrigger, other: CreateTrigger): boolean =>
  one.body.some(
    (statement) =>
      (statement.kind === 'update' || statement.kind === 'insert') &&
      [...setsIn(one, plainName(statement.table.key))].some((column) =>
        setsIn(other, plainName(statement.table.key)).has(column),
      ),
  )

/** The columns of a table, in lower case, that triggers on any table set. */
export const setByTriggers = (side: ObservedSide, table: string): Set<string> =>
  new Set(
    [...side.before.attached.triggers.keys()].flatMap((name) =>
      triggersOn(side, name).flatMap((trigger) => [...setsIn(trigger, table)]),
    ),
  )

/** Whether triggers on any table insert rows into a table or delete some. */
export const movedByTriggers = (side: ObservedSide, table: string): boolean =>
  [...side.before.attached.triggers.keys()].some((name) =>
    triggersOn(side, name).some(({ body }) =>
      body.some((one) => (one.kind === 'insert' || one.kind === 'delete') && isOn(one, table)),
    ),
  )

/** The columns of a table that a trigger sets, in lower case. */
export const setsIn = ({ body }: CreateTrigger, table: string): Set<string> =>
  new Set(body.flatMap((one) => (isOn(one, table) ? columnsSet(one) : [])))

/** The columns that a statement sets in existing rows, in lower case. */
export function columnsSet(shape: Statement): string[] {
  const names =
    shape.kind === 'update' ? shape.columns : shape.kind === 'insert' ? shape.updates : []
  return names.map(({ key }) => plainName(key))
}

/** Whether a statement of the side itself sets it. */
export const isSetByName = ({ effects }: ObservedSide, name: string, column: string): boolean =>
  effects.some(({ table, shape }) => table === name && columnsSet(shape).includes(column))
