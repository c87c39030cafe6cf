// Which tables a side fills from which others. Pure.
import { sideOf } from '../../../../src/plan/scripts.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import { nameBehind, type Effect } from '../watch/statement-effect.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'

/** A table and one that a side filled it from, in lower case. */
export type CopyPair = readonly [table: string, from: string]

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
    for (const source of readsRows(effect) ? sourcesOf(effect) : named) {
      const from = nameBehind(later, source)
      if (from !== table && tableNamed(now, from)) pairs.set(`${table}\n${from}`, [table, from])
    }
  }
  return [...pairs.values()]
}

/** The columns that a side sets in rows that are there, by the name that their table has behind it. */
export function updatedColumns(side: ObservedSide, now: TableGraph): Map<string, string[]> {
  const updated = new Map<string, string[]>()
  for (const [index, { shape, table }] of side.effects.entries()) {
    if (shape.kind !== 'update') continue
    const name = nameBehind(side.effects.slice(index + 1), table)
    const columns = shape.columns.map(({ key }) => plainName(key))
    if (tableNamed(now, name)) updated.set(name, [...(updated.get(name) ?? []), ...columns])
  }
  return updated
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
