// Finds the columns that `up` drops from remaining tables, each with its statement.
import { columnSubject } from '../subject/finding-subject.js'
import type { CatalogColumn } from '../../model/catalog.js'
import type { Position } from '../../model/diagnostic.js'
import { changePlace } from '../subject/place.js'
import { isFed } from './fed-indexes.js'
import { isTakenOver } from './replaced-columns.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import { isReported } from '../subject/apply-suppressions.js'
import type { ReplayedStep, Subject } from '../subject/rule.js'
import { isSameName, plainName } from '../../../src/sql/names.js'

/** Columns of one table that go with one statement. */
export interface DroppedColumns {
  readonly table: string
  /** As they were written; one or more. */
  readonly columns: readonly string[]
  readonly at: Position
}

/**
 * Columns that are removed, or computed from now on. Those computed before hold nothing that could be lost, and do not count; nor
 * do those whose values the replay found elsewhere afterwards, row by row, or saw replaced, which `VALUES_LOST` reports, nor
 * those of an index filled from a table that has them.
 */
export function droppedColumns(step: ReplayedStep, subject: Subject): DroppedColumns[] {
  const known = [
    ...factsIn(step, 'values-kept'),
    ...factsIn(step, 'values-changed').filter(({ lost }) => lost === 'replaced'),
  ]
  const isKnown = (table: string, column: string): boolean =>
    known.some((one) => isSameName(one.table, table) && isSameName(one.column ?? '', column))
  return step.traces.flatMap((trace) => {
    const { before, columns, statement: rebuilding } = trace
    const lost = columns.filter(
      (one) =>
        isStored(one.before) &&
        !isStored(one.after) &&
        !isKnown(before.name, one.before.name) &&
        !isTakenOver(one, trace, step) &&
        !(before.module !== null && isFed(before, [one.before.name], step, subject)),
    )
    const statements = new Set(lost.map(({ statement }) => statement ?? rebuilding))
    return [...statements].map((statement) => ({
      table: before.name,
      columns: lost
        .filter((one) => (one.statement ?? rebuilding) === statement)
        .map((one) => one.before.name),
      at: changePlace(statement, step),
    }))
  })
}

/** Whether a column exists and stores its own values. */
const isStored = (column: CatalogColumn | null): boolean => column?.generated === null

/** The views and triggers that break without these columns: `view v`. */
export const brokenByColumns = (step: ReplayedStep, columns: readonly string[]): string[] =>
  factsIn(step, 'broken-object')
    .filter((fact) => fact.at.direction === 'up' && missesColumn(fact, columns))
    .map(({ object }) => object)

/** Whether the loss of a column breaks an object, and is reported as such. */
export const isColumnDropHeard = (
  step: ReplayedStep,
  subject: Subject,
  fact: FactOf<'broken-object'>,
): boolean =>
  fact.at.direction === 'up' &&
  droppedColumns(step, subject).some(({ table, columns, at }) =>
    columns.some(
      (name) =>
        missesColumn(fact, [name]) &&
        isReported(subject, { code: 'COLUMN_DROPPED', at, subject: columnSubject(table, name) }),
    ),
  )

function missesColumn({ message }: FactOf<'broken-object'>, columns: readonly string[]): boolean {
  const [, missing = ''] =
    /no such column: (?:[^.\n]+\.)*([^.\n]+)$/m.exec(message) ??
    /has no column named (.+)$/m.exec(message) ??
    []
  return columns.some((name) => isSameName(plainName(missing.trim()), name))
}
