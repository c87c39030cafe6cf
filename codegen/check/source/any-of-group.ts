// Detects columns beside GROUP BY that may differ within a group, of which SQLite takes those of an arbitrary row.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import { columnOf } from '../../model/in-catalog.js'
import { depthsIn } from '../../sql/brackets.js'
import { clauseAround } from '../../sql/clause-around.js'
import { isAll, passedColumn, valueOf } from '../../sql/read-select.js'
import { ROWID_NAMES } from '../../sql/rowid-links.js'
import type { Word } from '../../sql/statement.js'
import { cutWords, keysOf as keysOfWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { comparedBy, isWithin, keysOf, ordinaryTable, type AnyOfSeveral } from './any-of-several.js'

/**
 * The first column that a SELECT takes as it is from an existing table of which neither the terms nor conditions of equality contain
 * a key; null if there is none. With a single min() or max(), SQLite takes the row that has it. EXISTS takes no value, nor does
 * a subquery in FROM whose column the statement does not use.
 */
export function anyOfGroup(sql: string, catalog: Catalog): AnyOfSeveral | null {
  if (!/\bgroup\b/i.test(sql)) return null
  const words = [...wordsOf(sql)]
  for (const [at, { key, kind }] of words.entries()) {
    const isRead = key === 'select' && kind === 'word' && words[at - 2]?.key !== 'exists'
    const query = isRead ? queryIn(words.slice(at), catalog) : null
    const found = query && takenIn(query, catalog)
    if (!found || !isUsed(words, at, { query, item: found.item })) continue
    const [first, last] = [query.terms.flat()[0], query.terms.flat().at(-1)]
    const grouped = sql.slice(first?.start, last && last.start + last.text.length)
    return { table: found.table, by: [], grouped, taken: found.taken }
  }
  return null
}

interface Query {
  readonly words: ReadonlySet<Word>
  readonly items: readonly (readonly Word[])[]
  readonly sources: readonly Source[]
  /** The conditions of ON and WHERE, split at AND. */
  readonly conditions: readonly (readonly Word[])[]
  /** What it groups by. */
  readonly terms: readonly (readonly Word[])[]
}

/** A table, and its folded name in the query. */
interface Source {
  readonly alias: string
  readonly table: CatalogTable
}

/**
 * Null without GROUP BY over existing tables alone, if one row of each group is meant, and if names or terms are not clear: with
 * USING, or `a || b`.
 */
function queryIn(from: readonly Word[], catalog: Catalog): Query | null {
  const end = depthsIn(from).indexOf(-1)
  const all = end < 0 ? from : from.slice(0, end)
  const reader = new WordReader(all)
  if (reader.take('select')) reader.take('distinct')
  const items = cutWords(reader.until('from'))
  reader.take('from')
  const joined = cutWords(reader.until('where', ...ENDS)).flatMap((one) => cutWords(one, 'join'))
  const where = reader.take('where') ? reader.until('on', ...ENDS) : []
  const terms = reader.take('group', 'by') ? cutWords(reader.until('having', 'on', ...ENDS)) : []
  const sources = joined.flatMap((words) => sourceOf(words, catalog) ?? [])
  const isClear = terms.length > 0 && sources.length === joined.length && !isSingled(all, terms)
  const on = joined.map((words) => words.slice(keysOfWords(words).indexOf('on') + 1))
  const conditions = [where, ...on].flatMap((one) => cutWords(one, 'and'))
  return isClear ? { words: new Set(all), items, sources, conditions, terms } : null
}

const ENDS = 'group order limit window union except intersect returning ;'.split(' ')

function sourceOf(words: readonly Word[], catalog: Catalog): Source | null {
  const [name, alias = name, ...more] = new WordReader(words)
    .until('on', 'left', 'right', 'full', 'inner', 'outer', 'cross')
    .filter(({ key }) => key !== 'as')
  const table = name && more.length === 0 ? ordinaryTable(catalog, plainName(name.key)) : null
  return table && alias ? { table, alias: plainName(alias.key) } : null
}

/** Whether it says which row is meant, or keeps groups of one row. */
function isSingled(words: readonly Word[], terms: Query['terms']): boolean {
  const text = keysOfWords(words).join(' ')
  const ends = text.match(/\b(?:min|max) \( (?:[^ ,()]+ )+\)/g) ?? []
  return ends.length === 1 || SINGLED.test(text) || keysOfWords(terms.flat()).includes('||')
}

const SINGLED = /\bover [("]|\bhaving count \( [^ ]+ \) (?:==?|<=?) [12]\b/

interface Taken {
  readonly item: readonly Word[]
  readonly table: string
  readonly taken: string
}

function takenIn({ items, sources, conditions, terms }: Query, catalog: Catalog): Taken | null {
  const by = terms.map((term) => meantBy(term, items))
  const told = new Set(by.map(textOf))
  const rest = items.filter((item) => !told.has(textOf(valueOf(item))))
  for (const source of sources) {
    const { table } = source
    const isOnly = (name: string): boolean =>
      sources.every(({ table: one }) => one === table || !columnOf(one, name))
    const ownColumn = (words: readonly Word[]): string | null => {
      const { column, table: of } = passedColumn(words) ?? {}
      if (!column) return null
      const name = plainName(column.key)
      const isOwn = of ? plainName(of.key) === source.alias : isOnly(name)
      return isOwn && (columnOf(table, name) || ROWID_NAMES.has(name)) ? name : null
    }
    const compared = comparedBy(conditions, ownColumn, table)
    const same = [...by.flatMap((term) => ownColumn(term) ?? []), ...compared.settled]
    const isRow = [...keysOf(table, catalog), ...ROWID_KEYS].some((key) => isWithin(key, same))
    const isFree = (name: string): boolean =>
      ![...same, ...compared.by].some((one) => isSameName(one, name))
    const columns = table.columns.map(({ name }) => name)
    for (const item of isRow ? [] : rest) {
      const isStar = item.length === 1 || plainName(item[0]?.key ?? '') === source.alias
      const taken = isAll(item) ? isStar && columns.find(isFree) : ownColumn(item)
      if (taken && isFree(taken)) return { item, table: table.name, taken }
    }
  }
  return null
}

const textOf = (words: readonly Word[]): string => keysOfWords(words).join(' ')

/** What a term stands for if it is the number or the alias of an item. */
const meantBy = (term: readonly Word[], items: Query['items']): readonly Word[] => {
  const [word] = term
  const item =
    term.length === 1 && word
      ? (items[Number(word.key) - 1] ??
        items.find((one) => one.at(-2)?.key === 'as' && one.at(-1)?.key === word.key))
      : null
  return item ? valueOf(item) : term
}

const ROWID_KEYS = [...ROWID_NAMES].map((name) => [name])

/** Whether the statement reads an item of a subquery in FROM, or of one that WITH names; that of any other is read. */
function isUsed(
  words: readonly Word[],
  at: number,
  { query, item }: { readonly query: Query; readonly item: readonly Word[] },
): boolean {
  const clause = words[at - 1]?.key === '(' ? clauseAround(words, at - 1, CLAUSES) : 'select'
  const isTable = words[at - 2]?.key !== 'in' && TABLES.has(clause ?? '')
  const name = plainName(item.at(-1)?.key ?? '')
  const outside = words.filter((word) => !query.words.has(word))
  return !isTable || (!isAll(item) && outside.some(({ key }) => plainName(key) === name))
}

const TABLES: ReadonlySet<string> = new Set(['from', 'join', 'with'])
const CLAUSES: ReadonlySet<string> = new Set([
  ...TABLES,
  ...'select where on having group order limit set values when'.split(' '),
])
