// A migration drops a column with everything in it.
import {
  describeGone,
  whatDownBrings,
  ignoreComment,
  listed,
  sentence,
  versionName,
} from '../wording/describe-step.js'
import { brokenByColumns, droppedColumns, type DroppedColumns } from '../changes/dropped-columns.js'
import { columnSubject } from '../subject/finding-subject.js'
import { factsIn } from '../subject/facts.js'
import type { Finding, ReplayedStep, Rule } from '../subject/rule.js'
import { shortSql } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import { isSameName } from '../../../src/sql/names.js'

/**
 * Only in `up`, by ALTER TABLE or by a rebuild that leaves the column out. A renamed column is kept, and so is one whose
 * values stand elsewhere after the step, each with its row, also within a text or a JSON document, or were worked into another column that still tells them from each
 * other, as a trial with values near each other shows. Views and triggers that still name the column are told here, and not a
 * second time by `OBJECT_BROKEN`, unless this finding is acknowledged. Columns that are computed from others hold nothing to lose.
 */
export const columnDropped: Rule = {
  code: 'COLUMN_DROPPED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  needsRows: true,
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      for (const { table, columns, at } of droppedColumns(step, subject)) {
        for (const name of columns) yield judge({ table, name, at }, step)
      }
    }
  },
}

function judge(
  { table, name, at }: Pick<DroppedColumns, 'table' | 'at'> & { readonly name: string },
  step: ReplayedStep,
): Finding {
  const kept = `SELECT count(*) FROM ${sqlName(table)} WHERE ${sqlName(name)} IS NOT NULL`
  const subject = columnSubject(table, name)
  return {
    at,
    subject,
    message: sentence(
      `${versionName(step, at)} drops the column ${name} of ${table}: ${whichOf(table, name, step)} gone for good on every installation, and ${whatDownBrings(step, name, 'column')}.${describeGone(table, step)}${dependents(brokenByColumns(step, [name]))}`,
    ),
    fix: `Stop using it first, and drop it in a later release; \`${kept}\` tells what there is to lose. If it may go, say so in the migration: ${ignoreComment('COLUMN_DROPPED', step.migration, subject)}.`,
  }
}

/** All values, or those that no copy took. */
function whichOf(table: string, name: string, step: ReplayedStep): string {
  const part = factsIn(step, 'values-gone')
    .filter((fact) => isSameName(fact.table, table))
    .flatMap(({ parts }) => parts ?? [])
    .find(({ column }) => isSameName(column, name))
  if (!part) return 'its values are'
  const by = part.at?.statement ?? null
  const what = by === null ? 'its copy' : `\`${shortSql(by)}\``
  return `its values in the rows that ${what} leaves out are`
}

const dependents = (names: readonly string[]): string =>
  names.length === 0 ? '' : ` Still referring to it: ${listed(names)}.`
