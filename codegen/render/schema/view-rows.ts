// Derives from the text of a view whether its rows may contain NULLs. In doubt they may.
import type { CatalogView } from '../../model/catalog.js'
import { expressionType, type ValueType } from './expression-type.js'
import { hasAlias, selectItems } from './select-items.js'
import { isKeyword, isMark } from './sql-layout.js'
import { sqlWords, type SqlWord } from './sql-words.js'
import { canonicalTokens, insideOf } from '../../../src/sql/canonical-tokens.js'
import { plainName } from '../../../src/sql/names.js'
import { depthsIn } from '../../sql/brackets.js'

/** A view and the views that it reads, directly or through others, as tokens. */
export function readViews(
  view: CatalogView,
  all: ReadonlyMap<string, CatalogView>,
): readonly (readonly string[])[] {
  const seen = new Map<CatalogView, readonly string[]>()
  const visit = (one: CatalogView): void => {
    if (seen.has(one)) return
    const tokens = canonicalTokens(one.sql)
    seen.set(one, tokens)
    for (const token of tokens) {
      const read = token.startsWith("'") ? undefined : all.get(plainName(token))
      if (read) visit(read)
    }
  }
  visit(view)
  return [...seen.values()]
}

/**
 * Whether columns that are never NULL in their tables may be NULL in the view: by an outer join, as the result of a scalar
 * subquery, which may have no row, or beside an aggregate over no rows.
 */
export function hasDoubtfulRows(tokens: readonly string[]): boolean {
  return hasOuterJoin(tokens) || hasScalarQuery(tokens) || hasLoneAggregate(tokens)
}

const hasOuterJoin = (tokens: readonly string[]): boolean =>
  tokens.some(
    (token, at) =>
      ['left', 'right', 'full'].includes(token) && /^(?:join|outer)$/.test(tokens[at + 1] ?? ''),
  )

/** The words after which a query in parentheses returns rows, not a single value. */
const ROWS = new Set(['in', 'exists', 'as', 'from', 'join', 'materialized'])

const hasScalarQuery = (tokens: readonly string[]): boolean =>
  tokens.some(
    (token, at) => token === 'select' && tokens[at - 1] === '(' && !ROWS.has(tokens[at - 2] ?? ''),
  )

const AGGREGATES = /^(?:avg|count|max|min|sum|total|group_concat|string_agg|jsonb?_group_\w+)$/

/**
 * Without GROUP BY, an aggregate over no rows still returns one; with OVER it is not an aggregate. With several queries, this
 * does not distinguish which one has it.
 */
function hasLoneAggregate(tokens: readonly string[]): boolean {
  const isAggregate = tokens.some(
    (token, at) =>
      AGGREGATES.test(token) &&
      tokens[at + 1] === '(' &&
      insideOf(tokens, at + 1).after[0] !== 'over',
  )
  const queries = tokens.filter((token) => token === 'select').length
  return isAggregate && (queries > 1 || !tokens.includes('group'))
}

/** Whether the rows come from several queries; SQLite reports the origins of columns for only one of them. */
export const mixesQueries = (tokens: readonly string[]): boolean =>
  ['union', 'except', 'intersect'].some((word) => tokens.includes(word))

/**
 * The types of the expressions that the view lists, in order; null if the list cannot be matched with the view's columns: with
 * `*`, or if several queries make the rows.
 */
export function listedTypes({ sql }: CatalogView, columns: number): readonly ValueType[] | null {
  const words = sqlWords(sql)
  const selects = outerSelects(words)
  if (selects.length !== 1) return null
  const items = selectItems(words, selects[0]!).map(({ from, to }) => words.slice(from, to))
  const isComplete = items.length === columns && !items.some((item) => isMark(item.at(-1), '*'))
  return isComplete ? items.map((item) => expressionType(withoutAlias(item))) : null
}

/** The places of SELECT outside of all parentheses. */
function outerSelects(words: readonly SqlWord[]): number[] {
  const depths = depthsIn(words)
  return words.flatMap((word, at) =>
    depths[at] === 0 && isKeyword(word, 'SELECT', 'VALUES') ? [at] : [],
  )
}

function withoutAlias(item: readonly SqlWord[]): readonly SqlWord[] {
  if (!hasAlias(item)) return item
  return item.slice(0, isKeyword(item.at(-2), 'AS') ? -2 : -1)
}
