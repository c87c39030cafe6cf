// Recognizes that a side rebuilds a table under its old name, or empties and refills it, and what it copies. Pure.
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { plainName } from '../../../../src/sql/names.js'
import { columnOf, isCalculated } from '../../../sql/read-select.js'
import type { Statement } from '../../../sql/statement.js'
import type { Heir } from './heirs.js'

/** A table that is rebuilt. */
export interface Rebuild {
  /** `refilled`: the table stays, all of its rows are deleted, and rows come back. */
  readonly kind: 'new' | 'older' | 'refilled'
  /** The statement that removes the old table or its rows, or renames it out of the way. */
  readonly removal: Effect
  /** The statements that fill the new table, and the last of them that names the old one, if any does. */
  readonly copies: readonly Effect[]
  readonly copy: Effect | null
  /** Whether all rows come from one SELECT. */
  readonly isOneCopy: boolean
  /** Whether the new value of a column is computed from it, or set by an UPDATE. */
  calculated(column: string): boolean
  /** Whether an UPDATE names the column. */
  updated(column: string): boolean
  /**
   * Whether a value is computed from both columns, as in `coalesce(nick, name)`, or the expression for the first one is given explicitly.
   */
  blends(column: string, other: string): boolean
  /** Whether it copies a column of that name, of any table, unchanged. */
  taken(column: string): boolean
  /** Whether an INSERT of values may set the column: where the values come from, only code knows. */
  given(column: string): boolean
}

/** How the statements rebuild a table; null if they do not. */
export function rebuildOf(heir: Heir): Rebuild | null {
  const removal =
    heir.is === 'same'
      ? heir.own.findLast(({ shape }) => shape.kind === 'delete' && !shape.limited)
      : heir.own.find(({ verb }) => verb === 'drop' || verb === 'rename')
  if (!removal || heir.name === null) return null
  // Code prepares statements in any order.
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
    copy: copies.findLast(isOf(heir)) ?? copies.at(-1) ?? null,
    isOneCopy:
      copies.length === 1 &&
      selectsOf(copies[0]!).length === 1 &&
      heir.own.every((one) => !isFilling(one) || copies.includes(one)),
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

/** Whether a statement names the table; the new table may have rows of others as well. */
export function isOf({ own }: Heir): (effect: Effect) => boolean {
  const names = new Set(own.flatMap(({ table, to }) => [table, to]))
  // So that no empty text counts.
  names.delete('')
  return ({ tokens }) => tokens.some((token) => names.has(plainName(token)))
}

/** The table that `ctx.rebuild` fills, where each expression is given for its column. */
const BY_NAME = /^lockstep_new_/

const selectsOf = ({ shape }: Effect) => ('selects' in shape ? shape.selects : [])

/** Rows spelled out in SQL are not the ones that were deleted. */
const bringsBack = (effect: Effect): boolean =>
  effect.verb === 'insert' && (selectsOf(effect).length > 0 || effect.place.script === null)

const isName = (token: string, column: string): boolean => plainName(token) === column

/**
 * Whether an item of the SELECT list is computed from these columns, and more than the column itself: `coalesce(name, '')`, `name + 1`,
 * `lower(other) AS name`, but neither `u.name AS name` nor `0 AS name`.
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

/** Whether INSERT … VALUES names the column, or no columns at all. */
const gives = (shape: Statement, column: string): boolean =>
  shape.kind === 'insert' &&
  shape.selects.length === 0 &&
  (shape.columns?.some(({ key }) => plainName(key) === column) ?? true)
