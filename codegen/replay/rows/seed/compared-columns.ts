// Finds columns of two tables that conditions compare with each other, with or without a foreign key.
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { insideOf, openingOf } from '../../../sql/brackets.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { Effect } from '../watch/statement-effect.js'
import { conditionsOf } from './comparisons.js'

/** A column with its table. */
export interface ColumnOf {
  readonly table: CatalogTable
  readonly column: CatalogColumn
}

/** The tables that a statement names. */
export const tablesNamed = (tokens: readonly string[], situation: TableGraph): CatalogTable[] =>
  [...new Set(tokens.flatMap((one) => [...namesIn(one)]))].flatMap(
    (name) => tableNamed(situation, name) ?? [],
  )

/** Reads each `a.x = b.y` and `x IN (SELECT y FROM b`. */
export function comparedColumns(
  { tokens, table: own }: Pick<Effect, 'tokens' | 'table'>,
  tables: readonly CatalogTable[],
): (readonly [ColumnOf, ColumnOf])[] {
  return conditionsOf(tokens).flatMap((part) => {
    const at = part.findIndex((token) => token === '=' || token === 'IN')
    const end = part[at - 1] === 'NOT' ? at - 2 : at - 1
    const isIn = part[at] === 'IN' && part[at + 2] === 'SELECT'
    if (at < 1 || (part[at] === 'IN' && !isIn)) return []
    const from = plainName(part[part.indexOf('FROM', at) + 1] ?? '')
    const start = isIn ? at + 3 : at + 1
    const right = part[start + 1] === '.' ? start + 2 : start
    const among = (names: readonly string[]) =>
      tables.filter(({ name }) => names.includes(foldCase(name)))
    const one =
      columnAt(part, end, tables, tokens) ??
      columnAt(part, end, among([own || firstFrom(tokens)]), tokens)
    const other = columnAt(part, right, isIn ? among([from]) : tables, tokens)
    return one && other && one.table !== other.table ? [[one, other]] : []
  })
}

const firstFrom = (tokens: readonly string[]): string =>
  plainName(tokens[tokens.indexOf('FROM') + 1] ?? '')

/** The column named at this position, of the table that qualifies it, or of the only table that has such a column. */
export function columnAt(
  part: readonly string[],
  place: number,
  tables: readonly CatalogTable[],
  tokens: readonly string[] = part,
): ColumnOf | undefined {
  const named = plainName(part[place] ?? '')
  const owner = part[place - 1] === '.' ? plainName(part[place - 2] ?? '') : null
  const inner = owner === null ? [] : subqueryCalled(tokens, owner)
  const called = inner.findIndex((one, at) => plainName(one) === named && inner[at - 1] === 'AS')
  const name = called < 0 ? named : plainName(inner[called - 2] ?? '')
  const isOf = (table: string): boolean =>
    owner === null ||
    isCalled(tokens, table, owner) ||
    inner.some((one) => plainName(one) === table)
  const found = tables.flatMap((table) => {
    const column = table.columns.find((one) => foldCase(one.name) === name)
    return column && isOf(foldCase(table.name)) ? [{ table, column }] : []
  })
  return found.length === 1 ? found[0] : undefined
}

const isCalled = (tokens: readonly string[], table: string, name: string): boolean =>
  table === name ||
  tokens.some(
    (token, at) =>
      plainName(token) === name &&
      plainName(tokens[tokens[at - 1] === 'AS' ? at - 2 : at - 1] ?? '') === table,
  )

/** Whether the column named at this position is qualified by the alias of a subquery. */
export const isOfSubquery = (tokens: readonly string[], place: number): boolean =>
  tokens[place - 1] === '.' && subqueryCalled(tokens, plainName(tokens[place - 2] ?? '')).length > 0

/** The tokens of the subquery with this alias in FROM or WITH; empty if there is none. */
function subqueryCalled(tokens: readonly string[], name: string): readonly string[] {
  for (const [at, token] of tokens.entries()) {
    if (plainName(token) !== name) continue
    const end = tokens[at - 1] === 'AS' ? at - 2 : at - 1
    const isBefore = tokens[end] === ')'
    const start = isBefore ? openingOf(tokens, end) : at + 2
    if (tokens[start] !== '(' || tokens[start + 1] !== 'SELECT') continue
    if (isBefore || tokens[at + 1] === 'AS') return insideOf(tokens, start)
  }
  return []
}

/** The most values that are read; those that a condition mentions come last. */
const MOST = 30

/** A few values of the columns that a column is compared with. */
export const partnersOf = (
  { all }: Connection,
  situation: TableGraph,
  effect: Effect,
  { table, name }: { readonly table: CatalogTable; readonly name: string },
): RawRow[] =>
  comparedColumns(effect, tablesNamed(effect.tokens, situation)).flatMap((pair) => {
    const own = pair.find(
      (one) => one.table === table && foldCase(one.column.name) === foldCase(name),
    )
    const other = pair.find((one) => one !== own)
    if (!own || !other) return []
    const column = quoteIdentifier(other.column.name)
    return all(
      `SELECT DISTINCT ${column} FROM ${quoteIdentifier(other.table.name)} WHERE ${column} NOT NULL LIMIT ${MOST}`,
    )
  })
