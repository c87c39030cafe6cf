// Finds what in a side may have changed the rows of a table without naming it.
import type { StepPlace } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { conflictsReplace } from '../../../sql/conflicts-replace.js'
import { readStatement } from '../../../sql/read-statement.js'
import type { CreateTrigger, Statement } from '../../../sql/statement.js'
import { wholeSide } from '../../sides/whole-side.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'

/** The statements that delete conflicting rows of the table; empty if it is rebuilt. */
export const evictionsIn = ({ heir, before, rebuild }: Fate): Effect[] =>
  rebuild ? [] : heir.own.filter((effect) => effect.evicts || evictsBySchema(effect, before))

/** If the statement has no conflict clause, a constraint of the table may say REPLACE. */
const evictsBySchema = ({ shape }: Effect, { table: { sql } }: TableImage): boolean =>
  (shape.kind === 'insert' || shape.kind === 'update') &&
  shape.conflict === null &&
  conflictsReplace(sql)

/** The triggers of a table: existing ones, and those that the side creates. */
export const triggersOn = (side: ObservedSide, table: string): CreateTrigger[] => [
  ...triggersBefore(side, table),
  ...side.effects.flatMap(({ shape }) => triggerOn(shape, table)),
]

/** The existing triggers. */
export const triggersBefore = ({ before }: ObservedSide, table: string): CreateTrigger[] =>
  (before.attached.triggers.get(table) ?? []).flatMap(({ sql }) =>
    triggerOn(readStatement(sql), table),
  )

/** The triggers that exist when a statement runs; for code, which prepares statements in any order, all of them. */
export function triggersAt(side: ObservedSide, table: string, effect: Effect): CreateTrigger[] {
  if (effect.place.script === null) return triggersOn(side, table)
  let there = triggersBefore(side, table)
  for (const one of side.effects.slice(0, side.effects.indexOf(effect))) {
    const { shape, verb } = one
    if ((verb === 'drop' || verb === 'rename') && one.table === table) there = []
    if (verb === 'rename' && one.to === table) there = triggersAt(side, one.table, one)
    if (shape.kind === 'drop' && shape.object === 'trigger')
      there = there.filter(({ name }) => plainName(name.key) !== plainName(shape.name.key))
    there.push(...triggerOn(shape, table))
  }
  return there
}

const triggerOn = (shape: Statement, table: string): CreateTrigger[] =>
  shape.kind === 'create-trigger' && isOn(shape, table) ? [shape] : []

/** Whether a statement is about the table of that name, in lower case. */
export const isOn = (shape: Statement, name: string): boolean =>
  'table' in shape && shape.table !== null && plainName(shape.table.key) === name

/** Whether rows of the table reference that ancestor, directly or through other tables. */
export function descends(
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

/** The last statement about the table, else about a table that triggers or cascades to it. */
export function lastMention({ side, name, before, heir }: Fate): StepPlace {
  const { effects, entry, direction } = side
  const found =
    heir.effects.findLast(({ verb }) => verb !== 'create') ??
    effects.findLast(({ table }) => setsOff(side, table, name)) ??
    effects.findLast(({ table }) => descends(side, before, table))
  return found?.place ?? wholeSide(entry.version, direction)
}

const setsOff = (side: ObservedSide, table: string, name: string): boolean =>
  triggersOn(side, table).some(({ body }) => body.some((one) => isOn(one, name)))
