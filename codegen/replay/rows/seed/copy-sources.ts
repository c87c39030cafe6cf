// Which tables a side fills from which others. Pure.
import { sideOf } from '../../../../src/plan/scripts.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import { nameBehind, takesRows, type Effect } from '../watch/statement-effect.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'

/** A table and one that a side filled it from, in lower case. */
export type CopyPair = readonly [table: string, from: string]

/** Two tables, by their names in lower case. */
export const pairKey = ([table, from]: CopyPair): string => `${table}\n${from}`

/**
 * The pairs that there are behind the side, under the names that they have then. Of INSERT … SELECT, what it reads; code that
 * inserts row by row may have read whatever it names.
 */
export function copyPairs(side: ObservedSide, now: TableGraph): CopyPair[] {
  const inCode = isCode(side)
  const filling = side.effects.flatMap((effect, index) =>
    (FILLING.has(effect.verb) && readsRows(effect)) || (inCode && effect.verb === 'insert')
      ? [{ effect, index }]
      : [],
  )
  if (filling.length === 0) return []
  const pairs = new Map<string, CopyPair>()
  const named = [...side.named].filter((name) => tableNamed(now, name))
  for (const { effect, index } of filling) {
    const later = side.effects.slice(index + 1)
    const table = nameBehind(later, effect.table)
    if (!tableNamed(now, table)) continue
    // What code hands over it may have read before.
    const isWhole = readsRows(effect) && !(inCode && effect.tokens.includes('?'))
    for (const source of isWhole ? sourcesOf(effect) : named) {
      const from = nameBehind(later, source)
      if (from !== table && tableNamed(now, from)) pairs.set(`${table}\n${from}`, [table, from])
    }
  }
  return [...pairs.values()]
}

/**
 * The pairs in which a side takes only some rows of the one for the other, as `pairKey` writes the names that they have behind it:
 * with the column that has a value in all of these, or null where it is by another condition, which later rows may not meet.
 */
export function filledInPart(side: ObservedSide): Map<string, string | null> {
  const filled = new Map<string, string | null>()
  for (const [index, effect] of side.effects.entries()) {
    if (!FILLING.has(effect.verb) || !readsRows(effect)) continue
    const taken = takesRows(effect)
    if (taken === 'all') continue
    const later = side.effects.slice(index + 1)
    const column = taken === 'some' ? null : plainName(taken.unless)
    for (const source of sourcesOf(effect)) {
      const pair = pairKey([nameBehind(later, effect.table), nameBehind(later, source)])
      const known = filled.get(pair)
      filled.set(pair, known === undefined || known === column ? column : null)
    }
  }
  return filled
}

/** The columns that a side sets in rows that are there, by the name that their table has behind it. */
export function updatedColumns(side: ObservedSide, now: TableGraph): Map<string, string[]> {
  const updated = new Map<string, string[]>()
  for (const [index, effect] of side.effects.entries()) {
    const { shape, table } = effect
    if (shape.kind !== 'update' || !takesAllOf(effect)) continue
    const name = nameBehind(side.effects.slice(index + 1), table)
    const columns = shape.columns.map(({ key }) => plainName(key))
    if (tableNamed(now, name)) updated.set(name, [...(updated.get(name) ?? []), ...columns])
  }
  return updated
}

/** Whether it leaves out no rows but those that have no value in a column that it names besides; or is one of many, by code. */
function takesAllOf(effect: Effect): boolean {
  if (effect.place.script === null && effect.tokens.includes('?')) return true
  const taken = takesRows(effect)
  if (typeof taken === 'string') return taken === 'all'
  return effect.tokens.indexOf(taken.unless) < effect.tokens.lastIndexOf(taken.unless)
}

const readsRows = ({ tokens }: Effect): boolean => tokens.includes('SELECT')

const sourcesOf = ({ tokens }: Effect): Set<string> =>
  new Set(tokens.flatMap((token) => [...namesIn(token)]))

const FILLING: ReadonlySet<Effect['verb']> = new Set(['insert', 'create'])

/** Whether a side is code. */
export function isCode({ entry, direction }: ObservedSide): boolean {
  const side = sideOf(entry, direction)
  return side !== undefined && !('scripts' in side)
}
