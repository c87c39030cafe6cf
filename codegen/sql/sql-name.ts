// How a name is written in SQL: bare where nothing can mistake it for something else, in double quotes elsewhere.
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'
import { foldUpper, quoteIdentifier, unquote } from '../../src/sql/names.js'

/** A name as one writes it in SQL: in double quotes only where it needs them. */
export const sqlName = (name: string): string => (needsQuotes(name) ? quoteIdentifier(name) : name)

/** Several names, with commas. */
export const sqlNames = (names: readonly string[]): string => names.map(sqlName).join(', ')

/**
 * A token that is a name for sure, as SQL. A bare word that could be a value elsewhere stays bare: whoever compares texts
 * without knowing its place must see the same as before.
 */
export const sureNameText = (text: string): string =>
  isValueWord(text) ? text : sqlName(unquote(text))

/** Whether a bare word is a value where it stands alone. */
export const isValueWord = (text: string): boolean =>
  /^(?:true|false|null|current_(?:date|time|timestamp))$/i.test(text)

const SIMPLE = /^[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*$/

/**
 * Words that SQLite takes for names only where the grammar has no use for them, and has a use for within expressions and
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
