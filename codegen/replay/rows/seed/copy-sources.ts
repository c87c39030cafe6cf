// Finds which tables a side fills from which others. Pure.
import { isCode } from '../../sides/is-code.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { namesIn } from '../../../sql/names-in.js'
import { nameBehind, type Effect } from '../watch/statement-effect.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'

/** A table, and one that a side filled it from, in lower case; `made` if CREATE TABLE … AS SELECT made it. */
export type CopyPair = readonly [table: string, from: string, made?: 'made']

/**
 * The pairs that exist after the side, by their final names. INSERT … SELECT counts for the tables it reads; code that inserts row by row
 * may have read any table that it names.
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
    // Values that code binds may have been read before.
    const isWhole = readsRows(effect) && !(inCode && effect.tokens.includes('?'))
    for (const source of isWhole ? sourcesOf(effect) : named) {
      const from = nameBehind(later, source)
      if (from === table || !tableNamed(now, from)) continue
      const pair: CopyPair = effect.verb === 'create' ? [table, from, 'made'] : [table, from]
      pairs.set(`${table}\n${from}`, pair)
    }
  }
  return [...pairs.values()]
}

const readsRows = ({ tokens }: Effect): boolean => tokens.includes('SELECT')

const sourcesOf = ({ tokens }: Effect): Set<string> =>
  new Set(tokens.flatMap((token) => [...namesIn(token)]))

const FILLING: ReadonlySet<Effect['verb']> = new Set(['insert', 'create'])
