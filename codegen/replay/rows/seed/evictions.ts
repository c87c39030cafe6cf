// Statements that drop rows which are in the way of others, leave others out for them, or fail on them. Pure.
import type { Word } from '../../../sql/statement.js'
import { plainName } from '../../../../src/sql/names.js'
import { columnOf } from '../../../sql/read-select.js'
import type { Effect } from '../watch/statement-effect.js'
import type { Comparison } from './comparisons.js'

/** A statement that drops rows, or does so where the table says it, or asks for them, or the terms of a UNIQUE index that fails on them. */
export interface Eviction {
  readonly tokens: readonly string[]
  readonly by: 'statement' | 'table' | 'question' | 'index'
  /** The condition of a partial index, as tokens; empty for anything else. */
  readonly condition: readonly string[]
  /** What it replaces rows by rows of another table with. */
  readonly copy?: Copy
}

/** Rows of one table that are put into another one. Names are in lower case. */
export interface Copy {
  readonly from: string
  readonly into: string
  /** By the column that is filled, the one that it is filled with as it is; null of `*`, which may be those of the same names. */
  readonly columns: ReadonlyMap<string, string> | null
}

/** Whether a statement drops rows, or leaves them as they are, for those in their way: OR REPLACE, OR IGNORE; or may fail for them. */
export function evictionIn(effect: Effect): Eviction | null {
  const { shape, tokens, evicts } = effect
  if (indexedBy(effect) !== null) return indexEviction(tokens)
  if (shape.kind === 'delete') return groupEviction(tokens)
  const whole = { tokens, condition: [] }
  if (evicts) return { ...whole, by: 'statement', ...copyIn(effect) }
  if (shape.kind !== 'insert' && shape.kind !== 'update') return null
  if (shape.conflict === 'ignore' || (shape.kind === 'insert' && groupsOneTable(effect)))
    return { ...whole, by: 'statement' }
  if (asksForOthers(effect)) return { ...whole, by: 'question', ...copyIn(effect) }
  return shape.kind === 'update' && shape.conflict === null ? { ...whole, by: 'table' } : null
}

/** Whether rows of one table alone are made one: of those that stand beside others it is these that decide which are left out. */
export function groupsOneTable({ tokens }: Pick<Effect, 'tokens'>): boolean {
  const [from, end] = [tokens.indexOf('FROM'), tokens.lastIndexOf('GROUP')]
  return end > from && !tokens.slice(from, end).some((token) => token === 'JOIN' || token === ',')
}

/** `INSERT INTO a … FROM b WHERE NOT EXISTS (SELECT 1 FROM a …)`: rows that are there already stay as they are. */
const asksForOthers = ({ shape, table, tokens }: Effect): boolean =>
  shape.kind === 'insert' &&
  tokens.some(
    (token, at) =>
      token === 'NOT' &&
      /^(?:EXISTS|IN)$/.test(tokens[at + 1] ?? '') &&
      tokens.slice(at).some((one) => plainName(one) === table),
  )

/** Of rows that come to the same by functions, a DELETE may keep one: what these would be unique by. */
function groupEviction(tokens: readonly string[]): Eviction | null {
  const start = tokens.indexOf('GROUP')
  const rest = tokens.slice(start + 2)
  const end = rest.findIndex((token, at) => closes(rest, at) || /^(?:HAVING|ORDER)$/.test(token))
  const terms = rest.slice(0, end < 0 ? undefined : end)
  return start < 0 ? null : indexEviction(['(', ...terms])
}

/** Whether a bracket closes there that was open before. */
const closes = (tokens: readonly string[], at: number): boolean =>
  tokens[at] === ')' &&
  tokens.slice(0, at + 1).reduce((sum, one) => sum + (one === '(' ? 1 : one === ')' ? -1 : 0), 0) <
    0

/** Null for columns as they are, over all rows: a twin tells of these. */
function indexEviction(index: readonly string[]): Eviction | null {
  const tokens = termsOf(index)
  const condition = index.includes('WHERE') ? index.slice(index.indexOf('WHERE')) : []
  const isPlain = !tokens.some((token) => token === '(' || token === 'COLLATE')
  return isPlain && condition.length === 0 ? null : { tokens, by: 'index', condition }
}

/** Of a statement that names the columns which it fills: it leaves others out. */
function copyIn({ shape, table }: Effect): Pick<Eviction, 'copy'> {
  const [select, other] = shape.kind === 'insert' ? shape.selects : []
  if (shape.kind !== 'insert' || !select?.from || other) return {}
  const ends = { from: plainName(select.from.key), into: table }
  if (select.items.some((item) => item.at(-1)?.key === '*'))
    return { copy: { ...ends, columns: null } }
  if (!shape.columns) return {}
  const columns = shape.columns.flatMap(({ key }, at) => {
    const source = columnOf(select.items[at] ?? [])?.column
    return source ? [[plainName(key), plainName(source.key)] as const] : []
  })
  return { copy: { ...ends, columns: new Map(columns) } }
}

/** The table that a UNIQUE index is made over; null for anything else. */
export const indexedBy = ({ shape }: Effect): string | null =>
  shape.kind === 'create-index' && shape.unique ? plainName(shape.table.key) : null

/** Of a partial index, the condition is left out: it is no filter. */
export function termsOf(tokens: readonly string[]): readonly string[] {
  const end = tokens.indexOf('WHERE')
  return tokens.slice(tokens.indexOf('(') + 1, end < 0 ? undefined : end)
}

/** Texts that a copy puts into a column of a new table which does not tell letters by their case: two that are the same there. */
export function foldedIn(effect: Effect, effects: readonly Effect[]): Comparison[] {
  const { shape, table } = effect
  const made = effects.find(({ verb, table: name }) => verb === 'create' && name === table)?.shape
  const [select, other] = shape.kind === 'insert' ? shape.selects : []
  if (shape.kind !== 'insert' || made?.kind !== 'create-table' || !select || other) return []
  const own = (made.columns ?? []).map(({ name, clauses }) => ({
    name: plainName(name.key),
    isFolded: clauses.flat().includes('nocase'),
  }))
  const filled = shape.columns?.map(({ key }) => plainName(key)) ?? own.map(({ name }) => name)
  return filled.flatMap((column, at) => {
    const source = columnOf(select.items[at] ?? [])?.column
    const isFolded = own.some(({ name, isFolded: is }) => is && name === column)
    return source && isFolded ? [{ names: [plainName(source.key)], values: ['Aa', 'AA'] }] : []
  })
}

/** Texts that a list of other rows gets in small letters, or in capital ones: one that is another text then. */
export function mixedIn(effect: Effect, effects: readonly Effect[]): Comparison[] {
  const { shape, table } = effect
  const isHeir = effects.some(({ verb, table: name }) => verb === 'rename' && name === table)
  if (shape.kind !== 'insert' || isHeir) return []
  const names = shape.selects.flatMap(({ items }) => items.flatMap(foldedColumn))
  return names.length > 0 ? [{ names, values: ['Aa'] }] : []
}

function foldedColumn(item: readonly Word[]): string[] {
  const at = item.findIndex(({ key }) => key === 'lower' || key === 'upper')
  const inside =
    at < 0
      ? []
      : item.slice(
          at + 2,
          item.findIndex(({ key }, end) => end > at && key === ')'),
        )
  const column = columnOf(inside)?.column
  return column ? [plainName(column.key)] : []
}
