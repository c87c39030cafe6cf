// Full-text indexes over the rows of another table or view, which they find by a number of each row. Pure.
import { foldCase, quoteIdentifier, unquote } from '../sql/names.js'

/** What an index says of where its text is. */
export interface ExternalContent {
  readonly module: 'fts4' | 'fts5'
  /** The table or view, as it is written. */
  readonly table: string
  /** The column with the number of a row, as it is written; `rowid` where nothing else is said. */
  readonly key: string
}

const VALUE =
  /\s*=\s*("[^"]*(?:""[^"]*)*"|'[^']*(?:''[^']*)*'|`[^`]*(?:``[^`]*)*`|\[[^\]]*\]|[^\s,()]+)/.source
const MODULE = /^CREATE\s+VIRTUAL\s+TABLE\b[^(]*\bUSING\s+(fts[45])\b/i
const CONTENT = RegExp(`[(,]\\s*content${VALUE}`, 'i')
const KEY = RegExp(`[(,]\\s*content_rowid${VALUE}`, 'i')

/** Reads the statement of a virtual table; undefined for all that keep their own text, or none. */
export function externalContent(sql: string): ExternalContent | undefined {
  const module = MODULE.exec(sql)?.[1]
  const table = valueOf(CONTENT, sql)
  if (!module || !table) return undefined
  return {
    module: foldCase(module) as ExternalContent['module'],
    table,
    key: valueOf(KEY, sql) || 'rowid',
  }
}

/** The value of an option, without its quotes. */
const valueOf = (option: RegExp, sql: string): string => unquote(option.exec(sql)?.[1] ?? '')

/**
 * The statement by which an index compares itself with its content: it fails with SQLITE_CORRUPT where it does not fit.
 * It changes nothing, but runs only where it could. FTS5 looks at the content only when it is told so, by this rank.
 */
export function selfCheck(index: string, { module }: Pick<ExternalContent, 'module'>): string {
  const name = quoteIdentifier(index)
  const check =
    module === 'fts5'
      ? `(${name}, rank) VALUES ('integrity-check', 1)`
      : `(${name}) VALUES ('integrity-check')`
  return `INSERT INTO main.${name} ${check}`
}

/** The statement that makes an index anew from its content. */
export const refill = (index: string): string =>
  `INSERT INTO ${quoteIdentifier(index)} (${quoteIdentifier(index)}) VALUES ('rebuild')`

/** The query for one of the rows that an index has; it fails where the index was told not to keep their sizes. */
export const anyHeld = (index: string): string =>
  `SELECT 1 FROM main.${quoteIdentifier(`${index}_docsize`)} LIMIT 1`
