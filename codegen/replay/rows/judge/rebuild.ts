// Recognises that a side makes a table anew under its old name, or empties it and fills it again, and what it copies. Pure.
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { plainName } from '../../../../src/sql/names.js'
import { columnOf, isCalculated } from '../../../sql/read-select.js'
import type { Statement } from '../../../sql/statement.js'
import type { Heir } from './heirs.js'

/** A table that is made anew. */
export interface Rebuild {
  /** `refilled`: the table stays, all of its rows are deleted, and rows come back. */
  readonly kind: 'new' | 'older' | 'refilled'
  /** The statement that takes the old table or its rows away, or moves it aside. */
  readonly removal: Effect
  /** What fills the new table, and the last of it. */
  readonly copies: readonly Effect[]
  readonly copy: Effect | null
  /** Whether all rows come out of one SELECT. */
  readonly isOneCopy: boolean
  /** Whether the new value of a column is calculated from it, or set by name. */
  calculated(column: string): boolean
  /** Whether an UPDATE names the column. */
  updated(column: string): boolean
  /** Whether one value is calculated from both columns, as in `coalesce(nick, name)`, or what the first is made of is said by name. */
  blends(column: string, other: string): boolean
  /** Whether it takes a column of that name, of whichever table, as it is. */
  taken(column: string): boolean
  /** Whether an INSERT that gives values row by row may give the column one: what they are made of, only code knows. */
  given(column: string): boolean
}

/** How the statements make a table anew; null when they do not. */
export function rebuildOf(heir: Heir): Rebuild | null {
  const removal =
    heir.is === 'same'
      ? heir.own.findLast(({ shape }) => shape.kind === 'delete' && !shape.limited)
      : heir.own.find(({ verb }) => verb === 'drop' || verb === 'rename')
  if (!removal || heir.name === null) return null
  // Code prepares statements in whichever order.
  const refills =
    removal.place.script === null ? heir.own : heir.own.slice(heir.own.indexOf(removal) + 1)
  const copies = heir.is === 'same' ? refills.filter(bringsBack) : heir.heirs.filter(isFilling)
  if (heir.is === 'same' && (copies.length === 0 || !heir.isFed)) return null
  const hops = heir.hops.filter(isFilling)
  const updates = [...heir.effects, ...heir.hops].filter(({ verb }) => verb === 'update')
  const isUpdated = (column: string): boolean =>
    updates.some(({ tokens }) => tokens.some((token) => isName(token, column)))
  return {
    kind: heir.is === 'same' ? 'refilled' : heir.is,
    removal,
    copies,
    copy: copies.at(-1) ?? null,
    isOneCopy: copies.length === 1 && selectsOf(copies[0]!).length === 1,
    calculated: (column) =>
      isUpdated(column) || [...copies, ...hops].some(({ shape }) => calculates(shape, [column])),
    updated: isUpdated,
    blends: (...columns) =>
      isUpdated(columns[0]) ||
      copies.some(({ table, shape }) => BY_NAME.test(table) || calculates(shape, columns)),
    taken: (column) => copies.some(({ shape }) => takes(shape, column)),
    given: (column) => copies.some(({ shape }) => gives(shape, column)),
  }
}

/** What `ctx.rebuild` fills: each expression is given for its column. */
const BY_NAME = /^lockstep_new_/

const selectsOf = ({ shape }: Effect) => ('selects' in shape ? shape.selects : [])

/** Rows that SQL spells out are others than those that were deleted. */
const bringsBack = (effect: Effect): boolean =>
  effect.verb === 'insert' && (selectsOf(effect).length > 0 || effect.place.script === null)

const isName = (token: string, column: string): boolean => plainName(token) === column

/**
 * Whether an item of the list behind SELECT is made of these columns, but is more than the column itself: `coalesce(name, '')`,
 * `name + 1`, `lower(other) AS name`, but neither `u.name AS name` nor `0 AS name`.
 */
export const calculates = (shape: Statement, columns: readonly string[]): boolean =>
  'selects' in shape &&
  shape.selects.some(({ items }) =>
    items.some(
      (item) =>
        isCalculated(item) &&
        columns.every((column) => item.some(({ text }) => isName(text, column))),
    ),
  )

const takes = (shape: Statement, column: string): boolean =>
  'selects' in shape &&
  shape.selects.some(({ items }) =>
    items.some((item) => isName(columnOf(item)?.column.text ?? '', column)),
  )

/** Whether INSERT … VALUES names the column, or names none. */
const gives = (shape: Statement, column: string): boolean =>
  shape.kind === 'insert' &&
  shape.selects.length === 0 &&
  (shape.columns?.some(({ key }) => plainName(key) === column) ?? true)
