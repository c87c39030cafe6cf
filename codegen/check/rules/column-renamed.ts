// A migration renames a column.
import { columnSubject } from '../subject/finding-subject.js'
import { isCalculated, renamedAlong, type Renamed } from '../changes/renamed-columns.js'
import { changePlace } from '../subject/place.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import type { ColumnTrace, Finding, ReplayedStep, Rule, TableTrace } from '../subject/rule.js'
import { isBefore } from '../../alter/table-plan.js'
import { isDerived } from '../../alter/expanded.js'
import { sqlName } from '../../sql/sql-name.js'
import { isSameName } from '../../../src/sql/names.js'
import { columnIn, columnOf } from '../../model/in-catalog.js'

/**
 * By ALTER TABLE, or by a rebuild that copies its values as they are into a new column. Silent where `TABLE_RENAMED` names it with its
 * table.
 */
export const columnRenamed: Rule = {
  code: 'COLUMN_RENAMED',
  severity: 'warning',
  stage: 'replay',
  *check({ replay, settings }) {
    const canCompute = !isBefore(settings.minimumSqlite, '3.31')
    for (const [place, step] of (replay?.steps ?? []).entries()) {
      const next = step.migration.alter && replay?.steps[place + 1]
      for (const trace of step.traces) yield* renamings(trace, step, { next, canCompute })
    }
  },
}

function* renamings(
  trace: TableTrace,
  step: ReplayedStep,
  { next, canCompute }: { readonly next: ReplayedStep | undefined; readonly canCompute: boolean },
): Generator<Finding> {
  const table = trace.after?.name ?? trace.before.name
  const along = renamedAlong(trace, step)
  for (const column of trace.columns.filter((one) => !along.includes(one))) {
    const { before, after, statement } = column
    if (!after || !trace.after || isSameName(before.name, after.name)) continue
    // A new column of the old name is for older code; a renamed one holds something else.
    const heir = columnOf(trace.after, before.name)
    if (heir && !trace.columns.some((one) => one.after === heir)) continue
    if (next && isComputedIn(next, table, column)) continue
    const at = changePlace(statement ?? trace.statement, step)
    const subject = columnSubject(trace.before.name, before.name)
    const does = heir
      ? `finds in ${before.name} what was in another column`
      : 'fails with "no such column"'
    const remedy = heir
      ? 'Give columns that swap places names that none of them had, so that older code fails instead of mixing them up'
      : canCompute
        ? `Add ${addedColumn(trace, { before, after }, step)} for older code that reads it, and drop it in a later release${inDown(table, column, step)}`
        : `Add ${sqlName(after.name)} as a new column instead, filled from ${sqlName(before.name)}, let code write both, and drop ${sqlName(before.name)} in a later release: a computed column with the old name requires SQLite 3.31, and \`minimumSqlite\` in the configuration is older`
    yield {
      at,
      subject,
      message: sentence(
        `${versionName(step, at)} renames the column ${before.name} of ${table} to ${after.name}. Older code that is still running ${does}.`,
      ),
      fix: `${remedy}; or, if nothing else uses the database meanwhile, say so: ${ignoreComment('COLUMN_RENAMED', step.migration, subject)}.`,
    }
  }
}

/** The statement for older code; a declared change has no place for it. */
function addedColumn(trace: TableTrace, column: Renamed, step: ReplayedStep): string {
  const { before, after } = column
  const { name, strict } = trace.after ?? trace.before
  const type = strict ? ` ${before.type}` : ''
  const own = sqlName(after?.name ?? '')
  const isOther = isCalculated(trace, column, step)
  const added = `${sqlName(before.name)}${type} AS (${isOther ? '…' : own})`
  const when = step.migration.alter ? 'in the next migration ' : ''
  const how = isOther ? `, with what restores the old values of ${own},` : ''
  return `${when}\`ALTER TABLE ${sqlName(name)} ADD COLUMN ${added}\`${how}`
}

/** Whether a step can leave a column for older code: no declared change can add it together with the rename. */
const isComputedIn = ({ after }: ReplayedStep, table: string, { before }: ColumnTrace): boolean =>
  columnIn(after, table, before.name)?.generated != null

/** A column for older code blocks a `down` that renames the column back, unless it is derived. */
function inDown(
  table: string,
  { before, after }: ColumnTrace,
  { acts, migration }: ReplayedStep,
): string {
  if (isDerived(migration) || migration.alter) return ''
  const isBack = acts.down.some(
    (act) =>
      act.kind === 'rename-column' &&
      isSameName(act.column, after?.name ?? '') &&
      isSameName(act.to, before.name),
  )
  const drop = `ALTER TABLE ${sqlName(table)} DROP COLUMN ${sqlName(before.name)}`
  return isBack ? `, and in \`down\` run \`${drop}\` before the column gets its name back` : ''
}
