// Drafts rows with the values that a step compares columns with.
import { hasParent } from '../fill/seed-table.js'
import type { Connection } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { TableLiterals } from './compared-literals.js'
import { isOfKind } from './kinds.js'
import { BYTES, MALFORMED } from './comparisons.js'
import { foldCase } from '../../../../src/sql/names.js'

/** The most rows per table and step. */
export const MOST = 4

/** The same where a copy replaces the table, since a filter may combine columns. */
export const MOST_REPLACED = 12

/** Enough rows for each value to appear in one. */
export const literalExamples = (
  plan: TablePlan,
  looked: TableLiterals,
  connection: Connection,
): Example[] => examplesFrom(listsFor(plan, looked, connection), looked.replaced)

/** The same rows with null in columns that no condition mentions; they pass the filter all the same. */
export function withoutOpen(
  { columns }: TablePlan,
  { isOpen }: TableLiterals,
  examples: readonly Example[],
): Example[] {
  const names = columns.flatMap(({ name, notNull, primaryKey }) =>
    !notNull && primaryKey === 0 && isOpen(foldCase(name)) ? [name] : [],
  )
  const nothing = Object.fromEntries(names.map((name) => [name, null]))
  return names.length > 0 ? examples.slice(0, MOST).map((one) => ({ ...one, ...nothing })) : []
}

/** The values of a column. */
interface ValueList {
  readonly name: string
  readonly values: readonly Value[]
  /** How many of the values the step mentions; those come first. */
  readonly told: number
}

const listsFor = (
  { columns, units, unique, rowid, closed }: TablePlan,
  looked: TableLiterals,
  connection: Connection,
): ValueList[] =>
  units.flatMap(({ key, at: [index = 0] }) => {
    const column = columns[index]
    if (!column || (unique.has(index) && !looked.replaced)) return []
    const found = looked.columns.get(foldCase(column.name)) ?? []
    // Of the values that a constraint allows, those that the step does not mention reveal most.
    const others = found.length > 0 ? (closed.get(index) ?? []) : []
    const isFit = (value: Value): boolean => {
      // One row exists that is null in all nullable columns.
      if (value === null) return looked.replaced && column.primaryKey === 0 && !column.notNull
      if (key) return hasParent(connection, key, value)
      if ((value === MALFORMED || value === BYTES) && !looked.replaced) return false
      return index === rowid
        ? isRowid(value, looked.paged.has(foldCase(column.name)))
        : isOfKind(column, value)
    }
    const values = [...new Set([...found, ...others])].filter(isFit)
    const told = looked.replaced ? values.length : found.filter(isFit).length
    return values.length > 0 ? [{ name: column.name, values, told: told || values.length }] : []
  })

/** SQLite numbers rows from 1 but accepts any number; code that reads pages from 0 means the first row. */
const isRowid = (value: Value, isPaged: boolean): boolean =>
  (typeof value === 'bigint' || Number.isInteger(value)) && (!isPaged || Number(value) > 0)

/**
 * As many rows as the longest list has literals; shorter lists repeat, so that one row meets several conditions. Other allowed values get
 * rows of their own. If a copy replaces the table, there are also rows with a single literal, as another literal may satisfy the filter.
 */
function examplesFrom(lists: readonly ValueList[], replaced: boolean): Example[] {
  // If only one column is compared, and only with NULL, the existing null row suffices.
  if (lists.length === 1 && lists[0]?.values.every((value) => value === null)) return []
  const most = replaced ? MOST_REPLACED : MOST
  const count = Math.max(0, ...lists.map(({ told }) => told))
  const together = Array.from({ length: Math.min(MOST, count) }, (_, row) =>
    Object.fromEntries(lists.map(({ name, values, told }) => [name, values[row % told] ?? null])),
  )
  if (!replaced) {
    const others = lists.flatMap(({ name, values, told }) =>
      values.slice(told).map((value) => ({ ...together[0], [name]: value })),
    )
    return [...together, ...others].slice(0, MOST)
  }
  const longest = Array.from({ length: count }, (_, row) => row)
  const alone = longest.flatMap((row) =>
    lists.flatMap(({ name, values }) =>
      row < values.length && (lists.length > 1 || row >= MOST)
        ? [{ [name]: values[row] ?? null }]
        : [],
    ),
  )
  return [...together, ...alone, ...almostEmpty(lists)].slice(0, most)
}

/** With three or more nullable columns, rows in which just one is not null; with two, the rows with a single literal do that. */
function almostEmpty(lists: readonly ValueList[]): Example[] {
  const nulls = lists.filter(({ values }) => values.includes(null))
  if (nulls.length < 3) return []
  return nulls.map((one) =>
    Object.fromEntries(nulls.flatMap((other) => (other === one ? [] : [[other.name, null]]))),
  )
}
