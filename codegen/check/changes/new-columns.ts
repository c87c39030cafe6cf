// Columns that a step gives to a table, and what they are in the rows that were there.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { readStatement } from '../../sql/read-statement.js'
import { isWhole } from './partial-index.js'
import type { CatalogColumn, CatalogIndex } from '../../model/catalog.js'
import type { TableTrace } from '../subject/rule.js'

type Columns = Pick<TableTrace, 'after' | 'columns'>

/**
 * Whether what is unique now keeps rows of before apart by no more than `columns`, given by their present names. A new column
 * may be in it as well, as for a tenant; one that may be NULL would let any two rows be.
 */
export const keepsApart = (
  key: readonly (string | null)[],
  columns: readonly (string | null)[],
  trace: Columns,
): boolean => {
  const isOld = (name: string): boolean =>
    columns.some((one) => one !== null && isSameName(one, name))
  return (
    key.every((name) => name !== null && (isOld(name) || newColumn(name, trace)?.notNull)) &&
    key.some((name) => name !== null && isOld(name))
  )
}

/** Whether a unique index is about all rows of before: over all rows, or over those in which a new column is what it is in them. */
export function hasRowsOfBefore(index: CatalogIndex, trace: Columns): boolean {
  if (isWhole(index)) return true
  const shape = readStatement(index.sql)
  return shape.kind === 'create-index' && holdsForRowsOfBefore(shape.where, trace)
}

/** A column that the table did not have, by its name. */
const newColumn = (name: string, { after, columns }: Columns): CatalogColumn | undefined =>
  after?.columns.find(
    (one) => isSameName(one.name, name) && !columns.some((traced) => traced.after === one),
  )

/** `deleted_at IS NULL`, `deleted = 0`, `NOT deleted`. */
function holdsForRowsOfBefore(where: readonly string[], trace: Columns): boolean {
  const isNegated = where[0] === 'not'
  const [name = '', operator = '', ...other] = isNegated ? where.slice(1) : where
  const column = newColumn(plainName(name), trace)
  if (!column) return false
  const value = plainValue(column.default ?? 'null')
  if (isNegated) return operator === '' && value === '0'
  if (operator === 'isnull') return value === 'null'
  const isEqual = operator === 'is' || (value !== 'null' && /^==?$/.test(operator))
  return isEqual && plainValue(other.join(' ')) === value
}

/** A literal as it is compared: parentheses left out, words in lower case, FALSE as 0. */
function plainValue(text: string): string {
  const bare = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim()
  if (bare.startsWith("'")) return bare
  const small = foldCase(bare)
  return small === 'false' ? '0' : small === 'true' ? '1' : small
}
