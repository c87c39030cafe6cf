// An UPDATE or a DELETE that means every row of a table.
import { statementPlace } from '../subject/place.js'
import { isLevelling } from '../changes/levelled-columns.js'
import { isOwn } from '../subject/up-steps.js'
import type { Rule, UpStep } from '../subject/rule.js'
import type { Delete, Statement, Update } from '../../sql/statement.js'

/**
 * Silent where all rows are usually intended: an UPDATE that fills columns which the migration adds, tables that it
 * creates, rebuilds or drops, and SQLite's own tables. Silent about one that was prepared and never ran, and where `VALUES_LOST`
 * tells that the rows had other values.
 */
export const writeWithoutWhere: Rule = {
  code: 'WRITE_WITHOUT_WHERE',
  severity: 'info',
  override: 'adjustable',
  stage: 'migrations',
  *check(subject) {
    for (const step of subject.upSteps) {
      for (const statement of step.statements) {
        const { shape } = statement
        if (!isWrite(shape) || shape.limited || statement.prepared) continue
        if (isOrdinary(shape, step)) continue
        const at = statementPlace(statement)
        if (isLevelling(at, subject)) continue
        const verb = shape.kind === 'update' ? 'updates' : 'deletes'
        yield {
          at,
          message: `${at.file} ${verb} every row of ${shape.table.text}: the statement has no WHERE.`,
          fix: `Add the condition (\`${example(shape)}\`), or write \`lockstep-ignore WRITE_WITHOUT_WHERE: …\` into a comment above it, with the reason why all rows are meant.`,
        }
      }
    }
  },
}

type Write = Update | Delete

const isWrite = (shape: Statement): shape is Write =>
  shape.kind === 'update' || shape.kind === 'delete'

function isOrdinary(shape: Write, step: UpStep): boolean {
  const { key } = shape.table
  if (isOwn(step, key) || key.startsWith('sqlite_') || isDropped(key, step)) return true
  return shape.kind === 'update' && fillsAdded(shape, step)
}

const isDropped = (key: string, { statements }: UpStep): boolean =>
  statements.some(({ shape }) => shape.kind === 'drop' && shape.name.key === key)

const fillsAdded = ({ table, columns }: Update, { added }: UpStep): boolean =>
  columns.every(({ key }) => added.get(table.key)?.has(key))

const example = ({ kind, table }: Write): string =>
  kind === 'update' ? `UPDATE ${table.text} SET … WHERE …` : `DELETE FROM ${table.text} WHERE …`
