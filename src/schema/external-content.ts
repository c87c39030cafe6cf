// Full-text indexes over the rows of another table or view, which they find by a numeric key. Pure.
import { foldCase, foldUpper, plainName, quoteIdentifier, unquote } from '../sql/names.js'
import { tokensOf } from '../sql/split-statements.js'

/** Where the text of an index is stored. */
export interface ExternalContent {
  readonly module: 'fts4' | 'fts5'
  /** The table or view, as it is spelled. */
  readonly table: string
  /** The column with the number of a row, as it is spelled; `rowid` by default. */
  readonly key: string
}

/** Reads the statement of a virtual table; undefined for all that store their own text, or none. */
export function externalContent(sql: string): ExternalContent | undefined {
  const tokens = Array.from(tokensOf(sql), ({ text }) => text)
  const using = tokens.findIndex((token) => foldUpper(token) === 'USING')
  const module = plainName(tokens[using + 1] ?? '')
  if (foldUpper(tokens[1] ?? '') !== 'VIRTUAL' || (module !== 'fts4' && module !== 'fts5')) return
  let [table, key] = ['', '']
  tokens.forEach((token, at) => {
    const [name = '', sign, value = ''] = tokens.slice(at + 1, at + 4)
    if (!/^[(,]$/.test(token) || sign !== '=' || /^[,)]$/.test(value)) return
    // FTS5 accepts abbreviated option names.
    if ('content'.startsWith(foldCase(name))) table = unquote(value)
    else if ('content_rowid'.startsWith(foldCase(name))) key = unquote(value)
  })
  return table ? { module, table, key: key || 'rowid' } : undefined
}

/**
 * The statement by which an index compares itself with its content: it fails with SQLITE_CORRUPT if they do not match. It changes
 * nothing, but needs a writable connection. FTS5 reads the content only with this rank.
 */
export function selfCheck(index: string, { module }: Pick<ExternalContent, 'module'>): string {
  const name = quoteIdentifier(index)
  const check =
    module === 'fts5'
      ? `(${name}, rank) VALUES ('integrity-check', 1)`
      : `(${name}) VALUES ('integrity-check')`
  return `INSERT INTO main.${name} ${check}`
}

/** The statement that rebuilds an index from its content. */
export const refill = (index: string): string =>
  `INSERT INTO ${quoteIdentifier(index)} (${quoteIdentifier(index)}) VALUES ('rebuild')`

/** The query for one of the rows in an index; it fails if the index was created without storing their sizes. */
export const anyHeld = (index: string): string =>
  `SELECT 1 FROM main.${quoteIdentifier(`${index}_docsize`)} LIMIT 1`
