// Finds statements that delete conflicting rows, skip rows because of them, or fail on them. Pure.
import type { Insert, Word } from '../../../sql/statement.js'
import { plainName } from '../../../../src/sql/names.js'
import { columnOf } from '../../../sql/read-select.js'
import { isStar } from '../../../sql/read-write.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { Effect } from '../watch/statement-effect.js'
import { namesOf, type Comparison } from './comparisons.js'

/**
 * A statement that deletes or skips conflicting rows by itself, may do so by its table's conflict clause, or looks for them; or the terms
 * of a UNIQUE index that fails on them.
 */
export interface Eviction {
  readonly tokens: readonly string[]
  readonly by: 'statement' | 'table' | 'question' | 'index'
  /** The condition of a partial index, as tokens; otherwise empty. */
  readonly condition: readonly string[]
  /** The tables, in lower case, that it takes keys from; absent if from any that the statement names. */
  readonly of?: readonly string[]
  /** The copy that replaces rows by rows of another table. */
  readonly copy?: Copy
}

/** Rows of one table that are copied to another. Names are in lower case. */
export interface Copy {
  readonly from: string
  readonly into: string
  /** Source columns by target column, where copied unchanged; null for `*`, which may match by name. */
  readonly columns: ReadonlyMap<string, string> | null
}

/** The eviction by a statement with OR REPLACE or OR IGNORE, or one that may fail on conflicts. */
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
  if (shape.conflict !== null) return null
  return shape.kind === 'update' ? { ...whole, by: 'table' } : makingIn(shape)
}

/** A copy from one table: what it computes, without columns that it takes as they are. */
function makingIn({ selects: [select, other] }: Insert): Eviction | null {
  if (!select?.from || other) return null
  const tokens = select.items.flatMap((item) =>
    columnOf(item) || isStar(item) ? [] : [...sqlTokens(item.map(({ text }) => text).join(' '))],
  )
  const of = [plainName(select.from.key)]
  return namesOf(tokens).length > 0 ? { tokens, condition: [], by: 'table', of } : null
}

/** Whether GROUP BY merges rows of a single table: in a join, the other rows decide which are left out. */
export function groupsOneTable({ tokens }: Pick<Effect, 'tokens'>): boolean {
  const [from, end] = [tokens.indexOf('FROM'), tokens.lastIndexOf('GROUP')]
  return end > from && !tokens.slice(from, end).some((token) => token === 'JOIN' || token === ',')
}

/** `INSERT INTO a … FROM b WHERE NOT EXISTS (SELECT 1 FROM a …)`: existing rows stay as they are. */
const asksForOthers = ({ shape, table, tokens }: Effect): boolean =>
  shape.kind === 'insert' &&
  tokens.some(
    (token, at) =>
      token === 'NOT' &&
      /^(?:EXISTS|IN)$/.test(tokens[at + 1] ?? '') &&
      tokens.slice(at).some((one) => plainName(one) === table),
  )

/** A DELETE may keep one row per group: the terms of GROUP BY act like those of a unique index. */
function groupEviction(tokens: readonly string[]): Eviction | null {
  const start = tokens.indexOf('GROUP')
  const rest = tokens.slice(start + 2)
  const end = rest.findIndex((token, at) => closes(rest, at) || /^(?:HAVING|ORDER)$/.test(token))
  const terms = rest.slice(0, end < 0 ? undefined : end)
  return start < 0 ? null : indexEviction(['(', ...terms])
}

/** Whether this parenthesis closes one that was opened before the tokens. */
const closes = (tokens: readonly string[], at: number): boolean =>
  tokens[at] === ')' &&
  tokens.slice(0, at + 1).reduce((sum, one) => sum + (one === '(' ? 1 : one === ')' ? -1 : 0), 0) <
    0

/** Null for plain columns over all rows, as the twin covers those. */
function indexEviction(index: readonly string[]): Eviction | null {
  const tokens = termsOf(index)
  const condition = index.includes('WHERE') ? index.slice(index.indexOf('WHERE')) : []
  const isPlain = !tokens.some((token) => token === '(' || token === 'COLLATE')
  return isPlain && condition.length === 0 ? null : { tokens, by: 'index', condition }
}

/** Only for `*` or an explicit column list. */
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

/** The table of a UNIQUE index; null for any other statement. */
export const indexedBy = ({ shape }: Effect): string | null =>
  shape.kind === 'create-index' && shape.unique ? plainName(shape.table.key) : null

/** Without the condition of a partial index, which filters no rows. */
export function termsOf(tokens: readonly string[]): readonly string[] {
  const end = tokens.indexOf('WHERE')
  return tokens.slice(tokens.indexOf('(') + 1, end < 0 ? undefined : end)
}

/** Texts for a copy into a NOCASE column of a new table: two that are equal there. */
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

/** A mixed-case text for columns that are copied in lower or upper case to a list of other rows, where it changes. */
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
