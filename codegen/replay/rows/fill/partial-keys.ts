// Reads the partial UNIQUE indexes of a table. Pure.
import type { CatalogIndex } from '../../../model/catalog.js'
import { foldCase } from '../../../../src/sql/names.js'
import { tokenize } from '../../../../src/sql/tokenize.js'
import { mentionedBy, type Check } from './checks-of.js'

/** A partial UNIQUE index over columns that get values. */
export interface PartialKey {
  /** The columns that its terms name, in lower case. */
  readonly columns: readonly string[]
  /** Its condition, in SQL. */
  readonly condition: string
  /** What the condition mentions. */
  readonly asks: Check
}

/** The partial UNIQUE indexes among these; `names` are the columns that get values, in lower case. */
export const partialKeys = (
  indexes: readonly CatalogIndex[],
  names: readonly string[],
): PartialKey[] =>
  indexes.flatMap(({ unique, partial, sql }) => {
    if (!unique || !partial) return []
    const tokens = tokenize(sql)
    const start = tokens.find(({ text }) => text === '(')?.start ?? 0
    const where = tokens.findLast(
      ({ kind, text }) => kind === 'word' && foldCase(text) === 'where',
    )?.start
    if (where === undefined) return []
    const condition = sql.slice(where + 'where'.length)
    const { words } = mentionedBy(sql.slice(start, where))
    const columns = names.filter((name) => words.has(name))
    return columns.length > 0 ? [{ columns, condition, asks: mentionedBy(condition) }] : []
  })
