// Writes a name in SQL: bare if it cannot be mistaken for anything else, otherwise in double quotes.
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'
import { foldUpper, quoteIdentifier, unquote } from '../../src/sql/names.js'

/** A name for SQL text: in double quotes only if necessary. */
export const sqlName = (name: string): string => (needsQuotes(name) ? quoteIdentifier(name) : name)

/** Several names, with commas. */
export const sqlNames = (names: readonly string[]): string => names.map(sqlName).join(', ')

/**
 * A token that is certainly a name, as SQL. A bare word that could be a value elsewhere stays bare: whoever compares texts
 * without knowing its context must see the same as before.
 */
export const sureNameText = (text: string): string =>
  isValueWord(text) ? text : sqlName(unquote(text))

/** Whether a bare word on its own is a value. */
export const isValueWord = (text: string): boolean =>
  /^(?:true|false|null|current_(?:date|time|timestamp))$/i.test(text)

const SIMPLE = /^[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*$/

/**
 * Words that SQLite accepts as names only where the grammar has no other use for them, and that have a use within expressions and
 * lists. (`key`, `action`, `plan` and the like have none there.)
 */
const TOUCHY = new Set(
  (
    'ALWAYS ASC BEGIN BY CAST CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DESC DO END EXCLUDE FALSE ' +
    'FILTER FIRST FOLLOWING FOR FULL GENERATED GLOB GROUPS IF IGNORE INDEXED INNER LAST LEFT LIKE MATCH MATERIALIZED ' +
    'NATURAL NULLS OF OFFSET OTHERS OUTER OVER PARTITION PRECEDING RAISE RANGE RECURSIVE REGEXP REPLACE RIGHT ROLLBACK ' +
    'ROW ROWS TIES TRUE UNBOUNDED WINDOW WITH WITHIN WITHOUT'
  ).split(' '),
)

function needsQuotes(name: string): boolean {
  const word = foldUpper(name)
  return !SIMPLE.test(name) || RESERVED_KEYWORDS.has(word) || TOUCHY.has(word)
}
