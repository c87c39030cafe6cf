// Finds out whether a history depends on the order of the columns of a table.
import { mentions } from '../../sql/names-in.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'

/** Whether a statement of these steps writes rows of a table without naming columns, or copies or shows `*` of it. */
export const readsByPlace = (steps: readonly ReplayedStep[], table: string): boolean =>
  steps.some(
    ({ statements, after }) =>
      statements.some((statement) => isByPlace(statement, table)) ||
      [...after.values()].some(({ type, sql }) => type !== 'table' && readsAll(sql, table)),
  )

/** Code reads rows by the names of their columns. */
function isByPlace({ shape, text }: FoundStatement, table: string): boolean {
  if (shape.kind !== 'insert') return shape.kind !== 'other' && readsAll(text, table)
  const isInto = shape.columns === null && isSameName(plainName(shape.table.key), table)
  return isInto || readsAll(text, table)
}

const readsAll = (sql: string, table: string): boolean => STAR.test(sql) && mentions(sql, table)

/** Not `count(*)` or `a * b`. */
const STAR = /\bselect\s+(?:distinct\s+|all\s+)?\*|[,.]\s*\*/i
