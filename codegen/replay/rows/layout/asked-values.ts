// Reads which values the conditions of views and triggers compare columns with. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import { jsonColumns } from '../fill/knowledge.js'
import type { Value } from '../fill/seed-values.js'
import { comparisonsIn, namesCompared, namesOf } from '../seed/comparisons.js'
import type { KeptReader } from './kept-readers.js'

/** What views and triggers compare, by column name in lower case. */
export interface Asked {
  readonly values: ReadonlyMap<string, readonly Value[]>
  /** The same for each reader on its own. */
  readonly each: readonly ReadonlyMap<string, readonly Value[]>[]
  /** Columns that are compared with anything. */
  readonly compared: ReadonlySet<string>
  /** Columns that are read as JSON. */
  readonly json: ReadonlyMap<string, string>
}

/** Reads all their conditions, before and after the side. */
export function askedBy(kept: readonly KeptReader[]): Asked {
  const texts = kept.map(({ was, now }) => [...new Set([was.sql, now.sql])])
  const read = texts.map((own) => askedIn(own.map((sql) => [...sqlTokens(sql)])))
  const values = new Map<string, readonly Value[]>()
  for (const [name, list] of read.flatMap((one) => [...one.values]))
    values.set(name, [...new Set([...(values.get(name) ?? []), ...list])])
  return {
    values,
    each: read.map((one) => one.values),
    compared: new Set(read.flatMap((one) => one.compared)),
    json: jsonColumns([...new Set(texts.flat())]),
  }
}

function askedIn(texts: readonly (readonly string[])[]): {
  readonly values: ReadonlyMap<string, readonly Value[]>
  readonly compared: readonly string[]
} {
  const values = new Map<string, readonly Value[]>()
  const compared: string[] = []
  for (const tokens of texts) {
    const named = namedItems(tokens)
    const meantBy = (name: string): string[] => [name, ...(named.get(name) ?? [])]
    compared.push(...[...namesCompared(tokens), ...namesJoined(tokens)].flatMap(meantBy))
    for (const one of comparisonsIn(tokens))
      for (const name of one.names.flatMap(meantBy))
        values.set(name, [
          ...new Set([...(values.get(name) ?? []), ...one.values.flatMap(withOthers)]),
        ])
  }
  return { values, compared }
}

/** For `lower(a) AS name`, with or without AS, the names in the expression: a condition on `name` concerns these. */
function namedItems(tokens: readonly string[]): Map<string, string[]> {
  const items = tokens.flatMap((token, at): [string, string[]][] => {
    const [before = '', behind = ''] = [tokens[at - 1], tokens[at + 1]]
    const isNamed = before === 'AS' && behind !== '('
    const isBare = ENDS_ITEM.test(behind) && (before === ')' || namesOf([before]).length > 0)
    if (namesOf([token]).length === 0 || !(isNamed || isBare)) return []
    const end = isNamed ? at - 1 : at
    return [[plainName(token), namesOf(tokens.slice(itemBefore(tokens, end), end))]]
  })
  return new Map(items)
}

const ENDS_ITEM = /^(?:,|FROM)$/

/** Where the item that ends there begins. */
function itemBefore(tokens: readonly string[], end: number): number {
  let depth = 0
  for (let at = end - 1; at >= 0; at--) {
    const token = tokens[at]!
    if (token === ')') depth++
    if (token === '(') depth--
    if (depth < 0 || (depth === 0 && (token === ',' || token === 'SELECT'))) return at + 1
  }
  return 0
}

/** Adds a time on that day, which lies between it and the next; and for a separator, a text that contains it. */
function withOthers(value: Value): Value[] {
  if (typeof value !== 'string') return [value]
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return [value, `${value} 12:00:00`]
  return /^[^\w\s]{1,3}$/.test(value) ? [value, `a${value}a`] : [value]
}

/** `USING (a, b)`. */
const namesJoined = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token, at) =>
    token === 'USING' ? namesOf(tokens.slice(at + 2, tokens.indexOf(')', at))) : [],
  )
