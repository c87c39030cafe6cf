// Finds constraints that a table had before a step and that nothing replaces afterwards.
import type { CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { factsIn } from '../subject/facts.js'
import { lostCollations } from './lost-collations.js'
import { lostChecks } from './narrowed-checks.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { asideOf } from '../subject/set-aside.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { isSameName } from '../../../src/sql/names.js'
import { hasRowsOfBefore, keepsApart } from './new-columns.js'
import { numbersOf } from '../../model/rowid-column.js'
import { namesNow, setKey, traceKeys, uniqueIn } from './traced-keys.js'
import { tableIn, primaryKeyOf, indexesOf } from '../../model/in-catalog.js'

/** A constraint as SQL; with `column`, the collation of this column by which it was unique. */
export interface LostConstraint {
  readonly sql: string
  readonly column?: string
}

/**
 * The primary key, uniqueness, checks and foreign keys that a table has lost, as SQL, a collation by which it was unique, and
 * STRICT. What single columns and keys lose is handled separately (`lostClauses`). Nothing counts that concerned removed columns
 * or parents, or that has another form now: a unique index, a check over the same columns, a key to another parent; nor
 * uniqueness that a foreign key misses, or a key that never worked.
 */
export function lostConstraints(trace: TableTrace, step: ReplayedStep): LostConstraint[] {
  const { before, after } = trace
  if (!after) return []
  const unique = isMissedByKey(after, step)
    ? []
    : [...lostPrimaryKey(trace, after, step), ...lostUniques(trace, after, step)]
  const own = [
    ...unique,
    ...lostForeignKeys(trace, step),
    ...lostChecks(trace).map((check) => `CHECK (${check})`),
  ]
  return [
    ...own.map((sql) => ({ sql })),
    ...lostCollations(trace, step).flatMap(({ column, collation, unique: stays }) =>
      stays ? [{ sql: `COLLATE ${collation}`, column }] : [],
    ),
    ...(before.strict && !after.strict && after.module === null ? [{ sql: 'STRICT' }] : []),
  ]
}

/** Whether a foreign key no longer has anything unique to refer to in the table: that is reported as a broken key. */
export const isMissedByKey = ({ name }: CatalogTable, step: ReplayedStep): boolean =>
  factsIn(step, 'foreign-key-broken').some(
    ({ at, parent, rows }) => at.direction === 'up' && rows === 0 && isSameName(parent, name),
  )

/**
 * A key replaced by a number or another key counts if nothing keeps its columns unique, and so does one with additional existing
 * columns. Numbers assigned by SQLite need no key.
 */
function lostPrimaryKey(trace: TableTrace, after: CatalogTable, step: ReplayedStep): string[] {
  const { before } = trace
  const [was, is] = [primaryKeyOf(before), primaryKeyOf(after)]
  const now = was.length === 0 ? null : namesNow(was, trace)
  if (!now) return []
  const lost = [`PRIMARY KEY (${sqlNames(now)})`]
  if (is.length === 0) return lost
  if (numbersOf(before).length > 0 || isOtherTable(now, is, trace, step)) return []
  const isKept = uniqueNow(trace, after, step).some((one) => keepsApart(one, now, trace))
  return isKept ? [] : lost
}

/** Whether a table beside the old one, which stays with its key, has another key over some of the columns: it is to hold fewer rows. */
const isOtherTable = (
  was: readonly string[],
  is: readonly string[],
  { before }: TableTrace,
  step: ReplayedStep,
): boolean => {
  const kept = was.filter((name) => is.some((one) => isSameName(one, name)))
  return kept.length > 0 && kept.length < was.length && asideOf(before.name, step) !== null
}

function lostUniques(trace: TableTrace, after: CatalogTable, step: ReplayedStep): string[] {
  const kept = uniqueNow(trace, after, step)
  const own = setKey(primaryKeyOf(trace.before))
  return trace.before.uniques.flatMap((unique) => {
    const now = namesNow(unique, trace)
    if (!now || setKey(unique) === own) return []
    return kept.some((one) => keepsApart(one, now, trace)) ? [] : [`UNIQUE (${sqlNames(now)})`]
  })
}

/** The columns of all that is unique in the new table. */
function uniqueNow(trace: TableTrace, after: CatalogTable, step: ReplayedStep) {
  const indexes = indexesOf(after.name, step.after).filter(
    (index) => index.unique && hasRowsOfBefore(index, trace),
  )
  return [...indexes.map(({ columns }) => columns), ...after.uniques, primaryKeyOf(after)]
}

/**
 * If the same columns now refer to another parent, the key was changed rather than forgotten. A key that referred to nothing
 * unique has kept no row out: no write could succeed with it.
 */
const lostForeignKeys = (trace: TableTrace, step: ReplayedStep): string[] =>
  traceKeys(trace, step).flatMap(({ before, columns, parent, after }) =>
    after || !isSound(before, step)
      ? []
      : [`FOREIGN KEY (${sqlNames(columns)}) REFERENCES ${sqlName(parent)}`],
  )

function isSound({ parent, parentColumns }: CatalogForeignKey, { before }: ReplayedStep): boolean {
  const table = tableIn(before, parent)
  return (
    table !== undefined &&
    uniqueIn(table, before).some((one) => setKey(one) === setKey(parentColumns))
  )
}
