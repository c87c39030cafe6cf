// Finds the tables that `up` drops, and what breaks because of it.
import { sqlName } from '../../sql/sql-name.js'
import type { CatalogTable } from '../../model/catalog.js'
import { columnSubject } from '../subject/finding-subject.js'
import { changePlace, statementAt, stepPosition } from '../subject/place.js'
import { isFed } from './fed-indexes.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import { isReported } from '../subject/apply-suppressions.js'
import type { FoundStatement, ReplayedStep, Subject, TableTrace } from '../subject/rule.js'
import { isSameName } from '../../../src/sql/names.js'

/**
 * Tables that are gone after `up`; without full-text indexes that store no text or are filled from a table that has it, and
 * without those whose rows the replay found in another table afterwards, or did not see copied because the copy fails on them,
 * which is reported.
 */
export const droppedTables = (step: ReplayedStep, subject: Subject): TableTrace[] =>
  step.traces.filter(
    ({ before, after }) =>
      after === null &&
      !isIndexFed(before, step, subject) &&
      !isKept(before, step) &&
      !isCopyHeard(before, step, subject),
  )

const isIndexFed = (table: CatalogTable, step: ReplayedStep, subject: Subject): boolean =>
  table.module !== null &&
  isFed(
    table,
    table.columns.flatMap(({ name, hidden }) => (hidden ? [] : [name])),
    step,
    subject,
  )

const isCopyHeard = (table: CatalogTable, step: ReplayedStep, subject: Subject): boolean =>
  failedCopy(table, step, subject) !== null

/** The statement that copies the rows of a dropped table and fails on them, which is reported; null if there is none. */
export function failedCopy(
  { name }: CatalogTable,
  step: ReplayedStep,
  subject: Subject,
): FoundStatement | null {
  if (factsIn(step, 'values-gone').some(({ table }) => isSameName(table, name))) return null
  const found = factsIn(step, 'step-failed').find((fact) => {
    const { at: place, stage, table, column } = fact
    const isCopy =
      stage === 'rows' &&
      place.direction === 'up' &&
      table !== null &&
      isSameName(table, name) &&
      statementAt(place, step)?.shape.kind === 'insert'
    const at = stepPosition(place, step.migration, subject.settings.root)
    const about = column === undefined ? sqlName(name) : columnSubject(name, column)
    return isCopy && isReported(subject, { code: 'REPLAY_FAILS_ON_ROWS', at, subject: about })
  })
  return found ? (statementAt(found.at, step) ?? null) : null
}

const isKept = ({ name }: CatalogTable, step: ReplayedStep): boolean =>
  factsIn(step, 'values-kept').some(
    ({ table, column }) => column === null && isSameName(table, name),
  )

/** The views, triggers and foreign keys that break without a table: `view v`, `the foreign key of posts`. */
export function dependentsOf(table: string, step: ReplayedStep): string[] {
  const broken = factsIn(step, 'broken-object').filter(
    ({ at, message }) => at.direction === 'up' && missesTable(message, table),
  )
  const keys = factsIn(step, 'foreign-key-broken').filter(
    ({ at, parent }) => at.direction === 'up' && isSameName(parent, table),
  )
  return [
    ...broken.map(({ object }) => object),
    ...keys.map(
      ({ table: child, columns }) => `the foreign key of ${child} (${columns.join(', ')})`,
    ),
  ].filter((text, at, all) => all.indexOf(text) === at)
}

/** Whether the loss of this table is the problem, and is reported as such. */
export function isDropHeard(
  step: ReplayedStep,
  subject: Subject,
  fact: FactOf<'broken-object'> | FactOf<'foreign-key-broken'>,
): boolean {
  if (fact.at.direction !== 'up') return false
  return droppedTables(step, subject).some(({ before, statement }) => {
    const meant =
      fact.kind === 'broken-object'
        ? missesTable(fact.message, before.name)
        : isSameName(fact.parent, before.name)
    return (
      meant &&
      isReported(subject, {
        code: 'TABLE_DROPPED',
        at: changePlace(statement, step),
        subject: sqlName(before.name),
      })
    )
  })
}

/** Whether SQLite says that this table does not exist. */
export function missesTable(message: string, table: string): boolean {
  const [, missing] = /no such table: (?:main\.)?(.+)$/m.exec(message) ?? []
  return missing !== undefined && isSameName(missing.trim(), table)
}
