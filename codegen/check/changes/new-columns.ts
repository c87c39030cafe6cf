// Columns that a step adds to a table, and their value in existing rows.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { readStatement } from '../../sql/read-statement.js'
import { isWhole } from './partial-index.js'
import type { CatalogColumn, CatalogIndex } from '../../model/catalog.js'
import type { TableTrace } from '../subject/rule.js'

type Columns = Pick<TableTrace, 'after' | 'columns'>

/**
 * Whether a unique key distinguishes earlier rows by no more than `columns`, given by their current names. It may include a new
 * column, as for a tenant; one that may be NULL would allow any two rows.
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

/** Whether a unique index covers all earlier rows: it covers all rows, or those with the value that a new column has in them. */
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

/** A literal for comparison: without parentheses, words in lower case, FALSE as 0. */
function plainValue(text: string): string {
  const bare = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim()
  if (bare.startsWith("'")) return bare
  const small = foldCase(bare)
  return small === 'false' ? '0' : small === 'true' ? '1' : small
}
