// Which tables a side fills from which others. Pure.
import { isDeepStrictEqual } from 'node:util'
import { sideOf } from '../../../../src/plan/scripts.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { checksOf, literalOf, type Check } from '../fill/checks-of.js'
import { namesIn } from '../../../sql/names-in.js'
import {
  conditionsMet,
  isQuery,
  nameBehind,
  takesRows,
  type Effect,
} from '../watch/statement-effect.js'
import type { PartTaken } from './copies.js'
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
 * The pairs in which a side takes only some rows of the one for the other, as `pairKey` writes the names that they have behind it,
 * and which: later rows may not meet its conditions. Of code, as far as its queries ask for values alone.
 */
export function filledInPart(side: ObservedSide): Map<string, PartTaken> {
  const filled = new Map<string, PartTaken>()
  for (const [index, effect] of side.effects.entries()) {
    if (!FILLING.has(effect.verb)) continue
    const later = side.effects.slice(index + 1)
    const table = nameBehind(later, effect.table)
    const isWhole = readsRows(effect)
    for (const source of isWhole ? sourcesOf(effect) : isCode(side) ? side.named : []) {
      const from = tableNamed(side.before, source)
      const part = isWhole ? partOf(effect, from) : partRead(side.effects, source, from)
      const pair = pairKey([table, nameBehind(later, source)])
      const known = filled.get(pair)
      if (part) filled.set(pair, !known || isDeepStrictEqual(known, part) ? part : UNKNOWN_PART)
    }
  }
  return filled
}

const UNKNOWN_PART: PartTaken = { unless: [], asked: [] }

/** Null where it takes all. */
function partOf(effect: Effect, from: CatalogTable | undefined): PartTaken | null {
  const taken = takesRows(effect, (column, compared) => isUnlikeDefault(from, column, compared))
  if (taken === 'all') return null
  const unless = taken === 'some' ? [] : taken.unless.map(plainName)
  return { unless, asked: conditionsMet(effect).map((words) => words.map(plainName)) }
}

/** Whether a comparison is true of anything but what a row has in a column that it was given nothing for. */
function isUnlikeDefault(
  from: CatalogTable | undefined,
  column: string,
  compared: string,
): boolean {
  const own = from?.columns.find(({ name }) => isSameName(name, column))
  const initial = own?.default ? literalOf(own.default) : null
  const [sign, value = '', ...more] = compared.split(' ')
  const other = literalOf(value)
  if (!from || !own?.notNull || initial === null || other === null || more.length > 0) return false
  if (sign === '<>') return other === initial
  return (
    sign === '=' && checksOf(from.sql).some((check) => isEither(check, column, [initial, other]))
  )
}

/** Whether a CHECK says that a column is one of two values, and nothing else. */
const isEither = (
  { words, literals }: Check,
  column: string,
  values: readonly (string | number)[],
): boolean =>
  words.size === 2 &&
  words.has(column) &&
  words.has('in') &&
  literals.length === new Set(values).size &&
  values.every((one) => literals.includes(one))

/** What queries leave of a table, where each of them asks it for values in columns and nothing else; null where they may read all. */
function partRead(
  effects: readonly Effect[],
  source: string,
  from: CatalogTable | undefined,
): PartTaken | null {
  const queries = effects.filter((one) => isQuery(one) && sourcesOf(one).has(source))
  const parts = queries.map((one) => partOf(one, from))
  const unless = parts.flatMap((part) => part?.unless ?? [])
  if (parts.length === 0 || parts.some((part) => !part || part.unless.length === 0)) return null
  return { unless, asked: [unless] }
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
  return taken.unless.every((name) => effect.tokens.indexOf(name) < effect.tokens.lastIndexOf(name))
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
