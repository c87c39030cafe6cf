// Finds the tables and views that SQL names. Pure.
import type { CatalogLook } from './read-catalog.js'
import { foldCase } from '../../../src/sql/names.js'

const WORDS = /[\w$\x80-\uffff]+/g

/**
 * Their keys, such as `table users`, in the order of the text; rather too many than too few, as words in comments and strings count as
 * well. A one-word name appears as a word, quoted or not; only other names are searched for.
 */
export function namedIn({ catalog, quoted }: CatalogLook, sql: string): Set<string> {
  const text = foldCase(sql)
  const keys = new Set<string>()
  for (const word of new Set(text.match(WORDS)))
    for (const key of [`table ${word}`, `view ${word}`]) if (catalog.has(key)) keys.add(key)
  for (const key of quoted) if (has(text, key.slice(key.indexOf(' ') + 1))) keys.add(key)
  return keys
}

/** A name appears as it is, or with one kind of quote doubled. */
const has = (text: string, name: string): boolean =>
  text.includes(name) ||
  ['"', '`', "'"].some((quote) => text.includes(name.replaceAll(quote, quote + quote)))
