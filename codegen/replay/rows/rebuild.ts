// Recognises that a half makes a table anew under its old name, and what it copies. Pure.
import type { Effect } from './statement-effect.js'
import { foldCase } from '../../../src/sql/names.js'

/** A table that is made anew. */
export interface Rebuild {
  /** The names, in lower case, that the new table has on its way to the old name, that one included. */
  readonly names: ReadonlySet<string>
  /** The statement that takes the old table away, or moves it aside. */
  readonly removal: Effect
  /** What fills the new table, and the last of it. */
  readonly copies: readonly Effect[]
  readonly copy: Effect | null
  /** Whether the new value of a column is calculated from it, or set by name. */
  calculated(column: string): boolean
  /** Whether an INSERT that gives values row by row may give the column one: what they are made of, only code knows. */
  given(column: string): boolean
}

/** How the statements make a table anew; null when they do not. */
export function rebuildOf(table: string, effects: readonly Effect[]): Rebuild | null {
  const removal = effects.findLast(
    (effect) => effect.table === table && (effect.verb === 'drop' || effect.verb === 'rename'),
  )
  if (!removal) return null
  const names = new Set([table])
  for (const { verb, to, table: from } of effects.toReversed())
    if (verb === 'rename' && names.has(to) && from !== table) names.add(from)
  const made = effects.some(({ verb, table: name }) => verb === 'create' && names.has(name))
  if (!made) return null
  const copies = effects.filter(
    ({ verb, table: name, tokens }) =>
      names.has(name) && (verb === 'insert' || (verb === 'create' && tokens.includes('SELECT'))),
  )
  const updates = effects.filter(({ verb, table: name }) => verb === 'update' && names.has(name))
  return {
    names,
    removal,
    copies,
    copy: copies.at(-1) ?? null,
    calculated: (column) =>
      updates.some(({ tokens }) => mentions(tokens, column)) ||
      copies.some(({ tokens }) => calculates(tokens, column)),
    given: (column) => copies.some(({ tokens }) => gives(tokens, column)),
  }
}

const mentions = (tokens: readonly string[], column: string): boolean =>
  tokens.some((token) => isName(token, column))

const isName = (token: string, column: string): boolean =>
  foldCase(token) === column || foldCase(token.slice(1, -1)) === column

/**
 * Whether an item of the list behind SELECT is more than the column itself: `coalesce(name, '')`, but neither `name` nor
 * `u.name AS name`.
 */
const calculates = (tokens: readonly string[], column: string): boolean =>
  selectedItems(tokens).some((item) => mentions(item, column) && withoutAlias(item).length > 3)

/** Whether INSERT … VALUES names the column, or names none. */
function gives(tokens: readonly string[], column: string): boolean {
  if (selectedItems(tokens).length > 0) return false
  return tokens[tokens.indexOf('VALUES') - 1] !== ')' || mentions(tokens, column)
}

/** Of `a.b AS c`, `a . b`; of `lower(a)`, everything. */
function withoutAlias(item: readonly string[]): readonly string[] {
  const as = item.lastIndexOf('AS')
  return as > 0 && as === item.length - 2 ? item.slice(0, as) : item
}

/** The items of all lists behind a SELECT at the outermost level. */
function selectedItems(tokens: readonly string[]): string[][] {
  const items: string[][] = []
  let depth = 0
  let listing = false
  for (const token of tokens) {
    if (token === '(') depth++
    else if (token === ')') depth--
    if (depth === 0 && token === 'SELECT') {
      listing = true
      items.push([])
    } else if (depth === 0 && token === 'FROM') listing = false
    else if (listing && depth === 0 && token === ',') items.push([])
    else if (listing) items.at(-1)?.push(token)
  }
  return items
}
