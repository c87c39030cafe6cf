// Recognises that a half makes a table anew under its old name, and what it copies. Pure.
import type { Effect } from '../watch/statement-effect.js'
import { plainName } from '../../../../src/sql/names.js'
import { isCalculated } from '../../../sql/read-select.js'
import type { Statement } from '../../../sql/statement.js'

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
    ({ shape, table: name }) =>
      names.has(name) &&
      (shape.kind === 'insert' || (shape.kind === 'create-table' && shape.filled)),
  )
  const updates = effects.filter(({ verb, table: name }) => verb === 'update' && names.has(name))
  return {
    names,
    removal,
    copies,
    copy: copies.at(-1) ?? null,
    calculated: (column) =>
      updates.some(({ tokens }) => mentions(tokens, column)) ||
      copies.some(({ shape }) => calculates(shape, column)),
    given: (column) => copies.some(({ shape }) => gives(shape, column)),
  }
}

const mentions = (tokens: readonly string[], column: string): boolean =>
  tokens.some((token) => isName(token, column))

const isName = (token: string, column: string): boolean => plainName(token) === column

/**
 * Whether an item of the list behind SELECT is made of columns, but is more than the column itself: `coalesce(name, '')`,
 * `name + 1`, `lower(other) AS name`, but neither `u.name AS name` nor `0 AS name`.
 */
const calculates = (shape: Statement, column: string): boolean =>
  'selects' in shape &&
  shape.selects.some(({ items }) =>
    items.some((item) => isCalculated(item) && item.some(({ text }) => isName(text, column))),
  )

/** Whether INSERT … VALUES names the column, or names none. */
const gives = (shape: Statement, column: string): boolean =>
  shape.kind === 'insert' &&
  shape.selects.length === 0 &&
  (shape.columns?.some(({ key }) => plainName(key) === column) ?? true)
