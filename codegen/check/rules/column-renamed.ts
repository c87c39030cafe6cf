// A migration gives a column another name.
import { columnSubject } from '../subject/finding-subject.js'
import { changePlace } from '../subject/place.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import type { ColumnTrace, Finding, ReplayedStep, Rule, TableTrace } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { isSameName } from '../../../src/sql/names.js'
import { columnOf } from '../subject/trace-columns.js'

/** By ALTER TABLE, or by a rebuild that copies its values as they are into a new column. */
export const columnRenamed: Rule = {
  code: 'COLUMN_RENAMED',
  severity: 'warning',
  override: 'adjustable',
  stage: 'replay',
  *check({ replay }) {
    for (const step of replay?.steps ?? []) {
      for (const trace of step.traces) yield* renamings(trace, step)
    }
  },
}

function* renamings(trace: TableTrace, step: ReplayedStep): Generator<Finding> {
  const table = trace.after?.name ?? trace.before.name
  for (const column of trace.columns) {
    const { before, after, statement } = column
    if (!after || !trace.after || isSameName(before.name, after.name)) continue
    // A new column of the old name is there for older code; one that had another name holds something else.
    const heir = columnOf(trace.after, before.name)
    if (heir && !trace.columns.some((one) => one.after === heir)) continue
    const at = changePlace(statement ?? trace.statement, step)
    const [old, now] = [sqlName(before.name), sqlName(after.name)]
    const subject = columnSubject(trace.before.name, before.name)
    const does = heir
      ? `finds in ${before.name} what was in another column`
      : 'fails with "no such column"'
    const remedy = heir
      ? 'Give columns that change places names that none of them had, so that it fails instead of mixing them up'
      : `Add \`ALTER TABLE ${sqlName(table)} ADD COLUMN ${old} AS (${now})\` for code that reads, and drop it in a later release${inDown(table, column, step)}`
    yield {
      at,
      subject,
      message: sentence(
        `${versionName(step, at)} renames the column ${before.name} of ${table} to ${after.name}. Code from before that still runs beside it ${does}.`,
      ),
      fix: `${remedy}; or, if nothing else uses the database meanwhile, say so: ${ignoreComment('COLUMN_RENAMED', step.migration, subject)}.`,
    }
  }
}

/** A column for older code is in the way of a `down` that gives the column its name back, unless it is derived. */
function inDown(
  table: string,
  { before, after }: ColumnTrace,
  { acts, migration }: ReplayedStep,
): string {
  if (migration.down?.kind === 'sql' && migration.down.derived) return ''
  const isBack = acts.down.some(
    (act) =>
      act.kind === 'rename-column' &&
      isSameName(act.column, after?.name ?? '') &&
      isSameName(act.to, before.name),
  )
  const drop = `ALTER TABLE ${sqlName(table)} DROP COLUMN ${sqlName(before.name)}`
  return isBack ? `, and in \`down\` before the column gets its name back, \`${drop}\`` : ''
}
