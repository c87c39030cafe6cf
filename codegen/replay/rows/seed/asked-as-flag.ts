// Tells a boolean by what the schema and the statements of a step ask of a column. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Catalog, CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { mayBeFlag, type Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { WorkedColumn } from './worked-columns.js'
import type { Effect } from '../watch/statement-effect.js'
import { comparisonsIn } from './comparisons.js'

/**
 * Whether indexes, views and triggers that name the table compare the column with 1, and with nothing but 0 and 1; or else statements take
 * it for a condition by itself, or say by CASE what it means if it is not 1.
 */
export function isAskedAsFlag(
  catalog: Catalog,
  table: CatalogTable,
  column: CatalogColumn,
  effects: readonly Effect[] = [],
): boolean {
  if (!mayBeFlag(column)) return false
  const [own, name] = [table.name, column.name].map(foldCase) as [string, string]
  const compared = (tokens: readonly string[]): Value[] =>
    comparisonsIn(tokens).flatMap((one) => (one.names.includes(name) ? one.values : []))
  const asked = [...catalog].flatMap(([key, { sql }]) => {
    if (key.startsWith('table ')) return []
    const tokens = [...sqlTokens(sql)]
    const names = new Set(tokens.flatMap((token) => [...namesIn(token)]))
    return names.has(own) && names.has(name) ? compared(tokens) : []
  })
  const all = effects.map(({ tokens }) => tokens)
  const isAsked =
    asked.includes(1) ||
    all.some((tokens) => compared(casesIn(tokens)).includes(1) || isCondition(tokens, name))
  return (
    isAsked && [...asked, ...all.flatMap(compared)].every((value) => value === 0 || value === 1)
  )
}

/** Adds the removed columns that are asked so, with 0 and 1 alone: whether `down` restores these says nothing of other values. */
export function withFlags(
  columns: readonly WorkedColumn[],
  { catalog }: Pick<TableGraph, 'catalog'>,
  effects: readonly Effect[],
): WorkedColumn[] {
  const flags = columns.filter(
    ({ table, column, now }) => now === null && isAskedAsFlag(catalog, table, column, effects),
  )
  return [...columns, ...flags.map((one) => ({ ...one, isFlag: true }))]
}

/** The words of each CASE that has an ELSE. */
const casesIn = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token, at) => {
    const end = token === 'CASE' ? tokens.indexOf('END', at) : -1
    const words = tokens.slice(at, end < 0 ? at : end + 1)
    return words.includes('ELSE') ? words : []
  })

/** Whether a column is a condition by itself: `CASE WHEN a.own THEN`, `NOT own`, `iif(own, 1, 2)`. */
const isCondition = (tokens: readonly string[], name: string): boolean =>
  tokens.some((token, at) => {
    if (plainName(token) !== name || !ENDS.has(tokens[at + 1] ?? ';')) return false
    const start = tokens[at - 1] === '.' ? at - 2 : at
    const [before = '', first = ''] = tokens.slice(Math.max(0, start - 2), start).toReversed()
    return STARTS.has(before) || (before === '(' && first === 'IIF')
  })

const STARTS = new Set(['WHEN', 'WHERE', 'AND', 'OR', 'NOT', 'HAVING'])
const ENDS = new Set([',', ')', ';', 'THEN', 'FROM', 'AS', 'WHERE', 'AND', 'OR', 'END'])
