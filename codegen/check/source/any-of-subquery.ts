// Scalar subqueries that find several rows for one, of which SQLite takes any.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { Word } from '../../sql/statement.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { comparedBy, isWithin, keysOf, ordinaryTable, type AnyOfSeveral } from './any-of-several.js'
import { columnOf } from '../../model/in-catalog.js'
import { insideOf } from '../../sql/brackets.js'
import { clauseAround } from '../../sql/clause-around.js'

/**
 * The first whose value is a column of one table that there was before, found by equality with columns that are no key of it, and in
 * no order; null where there is none. What stands in a condition is none: it is not written.
 */
export function anyOfSubquery(sql: string, catalog: Catalog): AnyOfSeveral | null {
  if (!/\(\s*select\b/i.test(sql)) return null
  const words = [...wordsOf(sql)]
  for (const [at, { key }] of words.entries()) {
    if (key !== 'select' || words[at - 1]?.key !== '(' || !isValue(words, at - 1)) continue
    const found = anyIn(insideOf(words, at - 1), catalog)
    if (found) return found
  }
  return null
}

/** Whether what the bracket holds is set, selected or given to a function, and is no list, nor a table. */
function isValue(words: readonly Word[], at: number): boolean {
  const clause = clauseAround(words, at, CLAUSES) ?? ''
  return WRITES.has(clause) && !LISTED.has(words[at - 1]?.key ?? '')
}

const WRITES: ReadonlySet<string> = new Set(['set', 'select', 'values'])
const CLAUSES: ReadonlySet<string> = new Set([
  ...WRITES,
  ...'from where on having group order limit join with as when'.split(' '),
])
const LISTED: ReadonlySet<string> = new Set(['in', 'exists'])

function anyIn(words: readonly Word[], catalog: Catalog): AnyOfSeveral | null {
  if (words.some(({ key, kind }) => kind === 'word' && OTHERWISE.has(key))) return null
  const reader = new WordReader(words)
  reader.take('select')
  const item = reader.until('from')
  reader.take('from')
  const [name, alias = name, ...more] = reader.until('where').filter(({ key }) => key !== 'as')
  reader.take('where')
  const conditions = cutWords(reader.until('limit'), 'and')
  const table = name && more.length === 0 ? ordinaryTable(catalog, plainName(name.key)) : null
  if (!table || !alias) return null
  // Under another name, its own is that of a table outside: the one that is updated, perhaps.
  const names = new Set([plainName(alias.key)])
  const { by, settled } = comparedBy(conditions, (side) => ownColumn(side, table, names), table)
  const taken = ownColumn(item, table, names)
  if (!taken || by.length === 0 || by.some((one) => isSameName(one, taken))) return null
  const isOne = keysOf(table, catalog).some((key) => isWithin(key, settled))
  return isOne ? null : { table: table.name, by, taken }
}

/** What makes one row of several, says which is meant, or may leave one. */
const OTHERWISE: ReadonlySet<string> = new Set(
  'order group distinct join union except intersect or offset having rowid'.split(' '),
)

/** A column of the table alone. A name without its table is one of the table that the subquery reads, where that has it. */
function ownColumn(
  [first, dot, second, ...more]: readonly Word[],
  table: CatalogTable,
  names: ReadonlySet<string>,
): string | null {
  if (!first || more.length > 0) return null
  if (dot?.key === '.' && second)
    return names.has(plainName(first.key)) ? plainName(second.key) : null
  const name = plainName(first.key)
  return !dot && columnOf(table, name) ? name : null
}
