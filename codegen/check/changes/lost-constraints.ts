// Constraints that a table had before a step and that nothing stands in the place of afterwards.
import type { CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { factsIn } from '../subject/facts.js'
import { lostCollations } from './lost-collations.js'
import { lostChecks } from './narrowed-checks.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { isSameName } from '../../../src/sql/names.js'
import { hasRowsOfBefore, keepsApart } from './new-columns.js'
import { numbersOf } from '../../model/rowid-column.js'
import { namesNow, setKey, traceKeys, uniqueIn } from './traced-keys.js'
import { tableIn, primaryKeyOf, indexesOf } from '../../model/in-catalog.js'

/** A constraint as SQL; with `column` one that this column had, under what it is unique by. */
export interface LostConstraint {
  readonly sql: string
  readonly column?: string
}

/**
 * The primary key, uniqueness, checks and foreign keys that a table had and has no more, as SQL, a collation by which it was
 * unique, and STRICT. What single columns and keys lose is another matter (`lostClauses`). Nothing counts that was about columns
 * or parents that are gone, or what has another form now: a unique index, a check over the same columns, a key to another
 * parent; nor uniqueness that a foreign key misses, or a key that never worked.
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

/** Whether a foreign key has nothing unique to point at in the table any more: that is reported as a broken key. */
export const isMissedByKey = ({ name }: CatalogTable, step: ReplayedStep): boolean =>
  factsIn(step, 'foreign-key-broken').some(
    ({ at, parent, rows }) => at.direction === 'up' && rows === 0 && isSameName(parent, name),
  )

/**
 * One that a number takes the place of, or another key, counts where nothing keeps its columns unique, and so does one with more
 * columns, but for new ones. Numbers that SQLite gives need none.
 */
function lostPrimaryKey(trace: TableTrace, after: CatalogTable, step: ReplayedStep): string[] {
  const { before } = trace
  const [was, is] = [primaryKeyOf(before), primaryKeyOf(after)]
  const now = was.length === 0 ? null : namesNow(was, trace)
  if (!now) return []
  const lost = [`PRIMARY KEY (${sqlNames(now)})`]
  if (is.length === 0) return lost
  if (numbersOf(before).length > 0) return []
  const isKept = uniqueNow(trace, after, step).some((one) => keepsApart(one, now, trace))
  return isKept ? [] : lost
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
 * Where the same columns point at another parent now, the key was changed rather than forgotten. One that pointed at nothing unique
 * has kept no row out: with it, no write went through.
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
