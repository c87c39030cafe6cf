// Names of a schema, as SQL and as texts to compare.
import { RESERVED_KEYWORDS } from '../../src/schema/keywords.js'
import { foldUpper, quoteIdentifier } from '../../src/sql/names.js'

const SIMPLE = /^[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*$/

/** A name as one writes it in SQL: in double quotes only where it needs them. */
export const sqlName = (name: string): string =>
  SIMPLE.test(name) && !RESERVED_KEYWORDS.has(foldUpper(name)) ? name : quoteIdentifier(name)

/** Several names, with commas. */
export const sqlNames = (names: readonly string[]): string => names.map(sqlName).join(', ')
