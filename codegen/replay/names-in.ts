// The tables and views that SQL names. Pure.
import { inSmallLetters } from '../../src/schema/canonical-tokens.js'
import type { Catalog } from '../evidence.js'

/** A name that stands in SQL as one word, with quotes or without. */
const WORD = /^[\w$\x80-\uffff]+$/
const WORDS = /[\w$\x80-\uffff]+/g

/**
 * The names in small letters, in the order of the text; rather too many than too few: words of comments and texts count as
 * well. Asks the catalog for each word, and walks through it only for names that must be quoted.
 */
export function namesIn(catalog: Catalog, sql: string): Set<string> {
  const text = inSmallLetters(sql)
  const names = new Set<string>()
  for (const word of new Set(text.match(WORDS)))
    if (catalog.has(`table ${word}`) || catalog.has(`view ${word}`)) names.add(word)
  if (QUOTES.test(text)) for (const name of oddNames(catalog)) if (has(text, name)) names.add(name)
  return names
}

const QUOTES = /["'`[]/

function* oddNames(catalog: Catalog): Generator<string> {
  for (const { type, name } of catalog.values())
    if ((type === 'table' || type === 'view') && !WORD.test(name)) yield inSmallLetters(name)
}

/** A name is written as it is, or with one of its quotes doubled. */
const has = (text: string, name: string): boolean =>
  text.includes(name) ||
  ['"', '`', "'"].some((quote) => text.includes(name.replaceAll(quote, quote + quote)))
