// Determines by which columns the SELECT that fills a table merges rows. Pure.
import { plainName } from '../../../src/sql/names.js'
import type { Insert, Word } from '../../sql/statement.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'

/**
 * The columns after GROUP BY, or all items of SELECT DISTINCT, by their names in the table; empty if it does not group, or groups
 * by expressions.
 */
export function groupedRows(
  sql: string,
  { columns, selects: [select, ...more] }: Insert,
): string[] {
  if (!select || more.length > 0 || !columns) return []
  const targets = new Map(
    select.items.map((item, at) => [lastOf(item), plainName(columns[at]?.key ?? '')]),
  )
  const by = keysIn([...wordsOf(sql)]) ?? []
  const told = by.map((words) => targets.get(lastOf(words)) ?? '')
  return told.includes('') ? [] : told
}

/** A name, with or without that of its table; '' for anything else. */
const lastOf = (words: readonly Word[]): string => {
  const [first, dot, second, ...more] = words
  if (dot?.key === '.' && second && more.length === 0) return plainName(second.key)
  return first && !dot ? plainName(first.key) : ''
}

function keysIn(words: readonly Word[]): readonly (readonly Word[])[] | null {
  const reader = new WordReader(words)
  reader.until('select')
  reader.take('select')
  if (reader.take('distinct')) return cutWords(reader.until('from'), ',')
  reader.until('group', ';')
  return reader.take('group', 'by')
    ? cutWords(reader.until('having', 'order', 'limit', 'window', ';'), ',')
    : null
}
