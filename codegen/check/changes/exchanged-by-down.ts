// Columns that `down` gives the names of others: `up` has renamed them, and what was in one stands in another afterwards.
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { Position } from '../../model/diagnostic.js'
import { sqlName } from '../../sql/sql-name.js'
import { isReported } from '../subject/apply-suppressions.js'
import { changePlace } from '../subject/place.js'
import type { FoundStatement, ReplayedStep, Subject, TableTrace } from '../subject/rule.js'
import { traceTables } from '../subject/trace-tables.js'
import { columnOf } from '../../model/in-catalog.js'

/** The columns of one table that do not come back to their places. */
export interface ExchangedColumns {
  readonly table: string
  /** One or more. */
  readonly moves: readonly ExchangedColumn[]
  readonly at: Position
  readonly statement: FoundStatement | null
}

/** One of them: what it was before `up`, is in between, and is called after `down`. */
export interface ExchangedColumn {
  readonly before: string
  readonly between: string
  readonly after: string
}

/** As far as the names say it: an UPDATE in `down` may put values back into place. */
export function exchangedByDown(step: ReplayedStep): ExchangedColumns[] {
  const { acts, statements, traces } = step
  const updates = statements.some(
    ({ direction, shape }) => direction === 'down' && shape.kind === 'update',
  )
  if (updates || !acts.down.some(({ kind }) => kind === 'rename-column' || kind === 'copy'))
    return []
  const kept = traces.flatMap(({ after }) => (after ? [`table ${foldCase(after.name)}`] : []))
  const back = { before: step.after, after: step.before, changed: kept }
  const undone = traceTables({ ...back, acts: { up: acts.down, down: [] }, facts: [] })
  return traces.flatMap((trace) => exchangedIn(trace, undone, step))
}

function exchangedIn(
  { before, after, columns }: TableTrace,
  undone: readonly TableTrace[],
  step: ReplayedStep,
): ExchangedColumns[] {
  const back = undone.find((one) => after && isSameName(one.before.name, after.name))
  if (!back?.after || !isSameName(back.after.name, before.name)) return []
  let statement = back.statement
  const moves = columns.flatMap((column): ExchangedColumn[] => {
    const between = column.after?.name ?? ''
    const found = back.columns.find((one) => isSameName(one.before.name, between))
    const target = found?.after && columnOf(before, found.after.name)
    if (!target || target === column.before) return []
    statement = found.statement ?? statement
    return [{ before: column.before.name, between, after: target.name }]
  })
  const at = changePlace(statement, step)
  return moves.length > 0 ? [{ table: before.name, moves, at, statement }] : []
}

/** Whether `VALUES_SWAPPED` tells of a table that its columns are exchanged: that they stand in another order follows from it. */
export const isExchangeHeard = (step: ReplayedStep, subject: Subject, object: string): boolean =>
  exchangedByDown(step).some(
    ({ table, at }) =>
      object === `table ${foldCase(table)}` &&
      isReported(subject, { code: 'VALUES_SWAPPED', at, subject: sqlName(table) }),
  )
