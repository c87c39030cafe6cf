// An UPDATE or DELETE affects every row of a table.
import { outerColumn, takenFromOutside } from '../source/outer-column.js'
import { placeIn, statementPlace } from '../subject/place.js'
import { isLevelling } from '../changes/levelled-columns.js'
import { isOwn } from '../subject/up-steps.js'
import { ignoreComment } from '../wording/describe-step.js'
import { sqlName } from '../../sql/sql-name.js'
import { unquote } from '../../../src/sql/names.js'
import { shortSql } from '../../sql/one-line.js'
import type { Finding, ReplayedStep, Rule, UpStep } from '../subject/rule.js'
import type { Delete, Statement, Update } from '../../sql/statement.js'

/**
 * A warning about a condition that compares each row with itself, as the subquery reads a column of the row. Silent if all rows
 * are usually intended: an UPDATE that fills columns added by the migration, tables that it creates, rebuilds or drops, and
 * SQLite's own tables. For a rebuilt table, what happens before its copy is reported. Silent for a statement that
 * was prepared and never ran, and if `VALUES_LOST` reports that the rows had other values.
 */
export const writeWithoutWhere: Rule = {
  code: 'WRITE_WITHOUT_WHERE',
  severity: 'info',
  *check(subject) {
    for (const step of subject.upSteps) {
      for (const [index, statement] of step.statements.entries()) {
        const { shape } = statement
        if (!isWrite(shape) || shape.limited || statement.prepared) continue
        const isCopied = index < copyOf(shape.table.key, step)
        if (isCopied ? fillsOnly(shape, step) : isOrdinary(shape, step)) continue
        const at = statementPlace(statement)
        if (isLevelling(at, subject)) continue
        const verb = shape.kind === 'update' ? 'updates' : 'deletes'
        const table = sqlName(unquote(shape.table.text))
        yield {
          at,
          subject: table,
          message: `${at.file} ${verb} every row of ${shape.table.text}: the statement has no WHERE.`,
          fix: `Add the condition (\`${example(shape)}\`), or say why all rows are meant: ${ignoreComment('WRITE_WITHOUT_WHERE', statement.migration, table)}.`,
        }
      }
    }
    for (const step of subject.replay?.steps ?? []) yield* withoutMeaning(step)
  },
}

/** Conditions that compare each row with itself. */
function* withoutMeaning(step: ReplayedStep): Generator<Finding> {
  for (const statement of step.statements) {
    const { shape, text, migration } = statement
    const found = isWrite(shape) ? outerColumn(statement, step) : null
    if (!isWrite(shape) || found?.use !== 'in') continue
    const at = placeIn(statement, found.start)
    const table = sqlName(unquote(shape.table.text))
    const { why, instead } = takenFromOutside(found)
    yield {
      at,
      subject: table,
      severity: 'warning',
      message: `${at.file} has a condition in \`${shortSql(text)}\` that compares each row with itself: ${why}.`,
      fix: `${instead}. If this is intended, say why: ${ignoreComment('WRITE_WITHOUT_WHERE', migration, table)}.`,
    }
  }
}

type Write = Update | Delete

const isWrite = (shape: Statement): shape is Write =>
  shape.kind === 'update' || shape.kind === 'delete'

function isOrdinary(shape: Write, step: UpStep): boolean {
  const { key } = shape.table
  if (isOwn(step, key) || key.startsWith('sqlite_') || isDropped(key, step)) return true
  return fillsOnly(shape, step)
}

const fillsOnly = (shape: Write, step: UpStep): boolean =>
  shape.kind === 'update' && fillsAdded(shape, step)

/** Where a rebuild of the table begins to copy its rows; undefined without one. */
function copyOf(key: string, { statements, made, rebuilt }: UpStep): number {
  const isAside = ({ shape }: UpStep['statements'][number]): boolean =>
    shape.kind === 'rename-table' && shape.table.key === key
  if (!rebuilt.has(key) && !(made.has(key) && statements.some(isAside))) return NONE
  return statements.findIndex(
    (one) => isAside(one) || (one.shape.kind === 'insert' && made.has(one.shape.table.key)),
  )
}

const NONE = -1

const isDropped = (key: string, { statements }: UpStep): boolean =>
  statements.some(({ shape }) => shape.kind === 'drop' && shape.name.key === key)

const fillsAdded = ({ table, columns }: Update, { added }: UpStep): boolean =>
  columns.every(({ key }) => added.get(table.key)?.has(key))

const example = ({ kind, table }: Write): string =>
  kind === 'update' ? `UPDATE ${table.text} SET … WHERE …` : `DELETE FROM ${table.text} WHERE …`
