// Detects scalar subqueries with several matches per row, of which SQLite takes an arbitrary one.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { Word } from '../../sql/statement.js'
import { cutWords, keysOf as keysOfWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { comparedBy, isWithin, keysOf, ordinaryTable, type AnyOfSeveral } from './any-of-several.js'
import { columnOf } from '../../model/in-catalog.js'
import { ROWID_NAMES } from '../../sql/rowid-links.js'
import { insideOf } from '../../sql/brackets.js'
import { clauseAround } from '../../sql/clause-around.js'

/**
 * The first one whose value is a column of one existing table, matched by equality with columns that are no key of it, and
 * without an order; null if there is none. A subquery in a condition does not count: it is not written.
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

/** Whether the bracketed expression is set, selected or passed to a function, and is neither a list nor a table. */
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

function anyIn(all: readonly Word[], catalog: Catalog): AnyOfSeveral | null {
  if (all.some(({ key, kind }) => kind === 'word' && OTHERWISE.has(key))) return null
  const reader = new WordReader(all)
  reader.take('select')
  const item = reader.until('from')
  reader.take('from')
  const [name, alias = name, ...more] = reader.until('where').filter(({ key }) => key !== 'as')
  reader.take('where')
  const conditions = cutWords(reader.until('limit'), 'and')
  const table = name && more.length === 0 ? ordinaryTable(catalog, plainName(name.key)) : null
  if (!table || !alias) return null
  // If it has an alias, its own name belongs to an outer table, possibly the updated one.
  const names = new Set([plainName(alias.key)])
  if (all.some((_, at) => isOwnNumber(all, at, { table, names }))) return null
  const { by, settled } = comparedBy(conditions, (side) => ownColumn(side, table, names), table)
  const taken = ownColumn(item, table, names)
  if (!taken || by.length === 0 || by.some((one) => isSameName(one, taken))) return null
  const isOne = keysOf(table, catalog).some((key) => isWithin(key, settled))
  const words = conditions.filter((one) => keysOfWords(one).includes('=')).flat()
  const compared = words.flatMap((_, at) => ownColumn(nameAt(words, at), table, names) ?? [])
  return isOne ? null : { table: table.name, by, taken, compared: [...by, ...compared] }
}

/** The name that begins at a word, with its table; empty within a name. */
const nameAt = (words: readonly Word[], at: number): readonly Word[] =>
  words[at - 1]?.key === '.' ? [] : words.slice(at, words[at + 1]?.key === '.' ? at + 3 : at + 1)

/** Words that reduce several rows to one, select one, or may leave one. */
const OTHERWISE: ReadonlySet<string> = new Set(
  'order group distinct join union except intersect or offset having'.split(' '),
)

/** Whether a word is the number of a row of the table, which tells the row. */
function isOwnNumber(
  words: readonly Word[],
  at: number,
  { table, names }: { readonly table: CatalogTable; readonly names: ReadonlySet<string> },
): boolean {
  const name = plainName(words[at]!.key)
  const of = words[at - 1]?.key === '.' ? plainName(words[at - 2]?.key ?? '') : null
  return ROWID_NAMES.has(name) && !columnOf(table, name) && (of === null || names.has(of))
}

/** A column of the table alone. An unqualified name belongs to the subquery's table if it has such a column. */
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
