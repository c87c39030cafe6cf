// A migration drops a column with all its values.
import { listed } from '../../diagnostics/listed.js'
import {
  describeGone,
  inStatement,
  whatDownBrings,
  ignoreComment,
  sentence,
  versionName,
} from '../wording/describe-step.js'
import { brokenByColumns, droppedColumns, type DroppedColumns } from '../changes/dropped-columns.js'
import { unknownCopies } from '../changes/copies-unknown.js'
import { quotientOf } from '../changes/integer-quotients.js'
import type { PartGone } from '../../model/evidence.js'
import { columnSubject } from '../subject/finding-subject.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { shortSql } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import { isSameName } from '../../../src/sql/names.js'
import { columnIn } from '../../model/in-catalog.js'

/**
 * Only in `up`, by ALTER TABLE or by a rebuild that leaves the column out, or has it computed from others from now on. A renamed
 * column is kept, and so is one whose values are elsewhere after the step, or were copied by an earlier version, each with its
 * row, possibly within a text or a JSON document, or were worked into another column that still distinguishes them, as a trial
 * with similar values shows. Views and triggers that still name the column are reported here, and not again by `OBJECT_BROKEN`,
 * unless this finding is acknowledged. Columns that are computed from others hold nothing to lose.
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
        for (const name of columns) yield judge({ table, name, at }, step, subject)
      }
    }
  },
}

function judge(
  { table, name, at }: Pick<DroppedColumns, 'table' | 'at'> & { readonly name: string },
  step: ReplayedStep,
  around: Subject,
): Finding {
  const part = partOf(table, name, step)
  const quotient = quotientOf(table, name, step)
  const unknown = unknownCopies({ table, column: name }, step, around)
  const which = unknown ? 'its values may be' : whichOf(part, quotient)
  const kept = `SELECT count(*) FROM ${sqlName(table)} WHERE ${lostOf(sqlName(name), part)}`
  const subject = columnSubject(table, name)
  const isComputed = columnIn(step.after, table, name)?.generated != null
  const what = isComputed
    ? `turns the column ${name} of ${table} into a generated one`
    : `drops the column ${name} of ${table}`
  const stop = isComputed ? 'Give the generated column another name, stop' : 'Stop'
  return {
    at,
    subject,
    message: sentence(
      `${versionName(step, at)} ${what}: ${which} gone for good on every installation, and ${whatDownBrings(step, name, 'column')}.${unknown?.why ?? describeGone(table, step, name)}${dependents(brokenByColumns(step, [name]))}`,
    ),
    fix: `${unknown?.fix ?? ''}${quotient ? `Divide it by a REAL number, as in \`${sqlName(name)} / ${quotient.factor}.0\`. Otherwise stop` : stop} using it first, and drop it in a later release; \`${kept}\` counts ${isOfRows(part) ? 'the rows that have one: those left out lose it' : 'what would be lost'}. If it may go, say so in the migration: ${ignoreComment('COLUMN_DROPPED', step.migration, subject)}.`,
  }
}

/** Undefined if all of them are lost. */
const partOf = (table: string, name: string, step: ReplayedStep): PartGone | undefined =>
  factsIn(step, 'values-gone')
    .filter((fact) => isSameName(fact.table, table))
    .flatMap(({ parts }) => parts ?? [])
    .findLast(({ column }) => isSameName(column, name))

function whichOf(
  part: PartGone | undefined,
  quotient: FactOf<'values-changed'> | undefined,
): string {
  if (!part && quotient)
    return `the remainder of its integer division${inStatement(quotient.at)} is`
  if (!part) return 'its values are'
  if (part.those === 'some') return 'some of its values are'
  if (part.those === 'spaces') return 'its values with spaces around them are'
  if (part.those === 'capitals') return 'its values with capital letters are'
  if (part.those === 'signs' || part.those === 'seconds')
    return `the ${part.those} of its values are`
  if (part.those) return `its values in rows without ${listed(part.those)} are`
  const by = part.at?.statement ?? null
  const what = by === null ? 'its copy' : `\`${shortSql(by)}\``
  return `its values in the rows that ${what} leaves out are`
}

/** Whether the values of some rows are lost, but not what these have in common. */
const isOfRows = (part: PartGone | undefined): boolean => part !== undefined && !part.those

/** A condition for the rows whose values are lost, as far as known. */
function lostOf(column: string, part: PartGone | undefined): string {
  if (part?.those === 'spaces' || part?.those === 'capitals')
    return `${column} <> ${part.those === 'spaces' ? 'trim' : 'lower'}(${column})`
  if (part?.those === 'signs') return `${column} < 0`
  const nulls = (Array.isArray(part?.those) ? part.those : []).map(
    (one) => ` AND ${sqlName(one)} IS NULL`,
  )
  return `${column} IS NOT NULL${nulls.join('')}`
}

const dependents = (names: readonly string[]): string =>
  names.length === 0 ? '' : ` Still referring to it: ${listed(names)}.`
