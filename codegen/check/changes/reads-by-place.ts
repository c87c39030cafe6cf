// Finds out whether a history depends on the order of the columns of a table.
import { mentions } from '../../sql/names-in.js'
import { foldCase, plainName } from '../../../src/sql/names.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'

/** Whether a statement of these steps writes rows of a table without naming columns, or anything reads `*` of it. */
export const readsByPlace = (steps: readonly ReplayedStep[], table: string): boolean =>
  steps.some(
    ({ statements, after }) =>
      statements.some((statement) => isByPlace(statement, table)) ||
      [...after.values()].some(({ type, sql }) => type !== 'table' && readsAll(sql, table)),
  )

function isByPlace({ shape, text }: FoundStatement, table: string): boolean {
  if (shape.kind !== 'insert') return readsAll(text, table)
  const isInto = shape.columns === null && foldCase(plainName(shape.table.key)) === foldCase(table)
  return isInto || readsAll(text, table)
}

const readsAll = (sql: string, table: string): boolean =>
  /\bselect\b[^;]*\*/i.test(sql) && mentions(sql, table)
