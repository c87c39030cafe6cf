// Describes a step that failed.
import type { StepFailed } from '../../model/evidence.js'
import { describeRow, inStatement, saidText } from './describe-step.js'
import { uniqueIndexOf } from '../changes/unique-index.js'
import { columnSubject, objectSubject } from '../subject/finding-subject.js'
import { readStatement } from '../../sql/read-statement.js'
import { sqlName } from '../../sql/sql-name.js'
import { shortSql } from '../../sql/one-line.js'
import { plainName } from '../../../src/sql/names.js'

/** `` SQLite says "no such table: users" in `INSERT …` ``, or what code has thrown. */
export function describeFailure({ cause, message, refusal, at }: StepFailed): string {
  const said = `"${saidText(message)}"`
  if (refusal !== undefined) return `Lockstep refuses it with ${said}`
  return cause === 'sqlite' ? `SQLite says ${said}${inStatement(at)}` : `its code throws ${said}`
}

/**
 * The tables that the statement names, as a sentence preceded by a space; empty if there are none, and if the runtime refused it,
 * which already says what it is about.
 */
export const schemaSentence = ({ schema, refusal }: StepFailed): string =>
  schema.length === 0 || refusal !== undefined
    ? ''
    : ` The schema before the step: ${schema.map((sql) => `\`${shortSql(sql)}\``).join('; ')}.`

/** The row that the failure is about, as ` with the row a = 1 of t`; empty if unknown. */
export function rowPhrase({ row, table }: StepFailed): string {
  if (!row) return ''
  return `, with the row ${describeRow(row)}${table === null ? '' : ` of ${table}`}`
}

/**
 * The column or table that the failure is about, as the subject of a comment; for what an index computes from a column, the
 * index: that the values differ says nothing about the column.
 */
export function failureSubject({ at, message, table, column }: StepFailed): string | undefined {
  if (table === null) return undefined
  const shape = message.startsWith('UNIQUE') ? readStatement(at.statement ?? '') : null
  if (shape?.kind === 'create-index' && !uniqueIndexOf(shape, []).isPlain)
    return objectSubject(`index ${plainName(shape.name.key)}`)
  return column === undefined ? sqlName(table) : columnSubject(table, column)
}
