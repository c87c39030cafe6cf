// Finds columns to which `down` gives the names of others: `up` has renamed them, and afterwards the values are swapped.
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { Position } from '../../model/diagnostic.js'
import { sqlName } from '../../sql/sql-name.js'
import { isReported } from '../subject/apply-suppressions.js'
import { changePlace } from '../subject/place.js'
import type { FoundStatement, ReplayedStep, Subject, TableTrace } from '../subject/rule.js'
import { traceTables } from '../subject/trace-tables.js'
import { columnOf } from '../../model/in-catalog.js'

/** The columns of one table that do not return to their places. */
export interface ExchangedColumns {
  readonly table: string
  /** One or more. */
  readonly moves: readonly ExchangedColumn[]
  readonly at: Position
  readonly statement: FoundStatement | null
}

/** One of them: its name before `up`, in between, and after `down`. */
export interface ExchangedColumn {
  readonly before: string
  readonly between: string
  readonly after: string
}

/** As far as names show it: an UPDATE in `down` may put values back in place. */
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

/** Whether `VALUES_SWAPPED` reports that the columns of a table are swapped: a different column order follows from that. */
export const isExchangeHeard = (step: ReplayedStep, subject: Subject, object: string): boolean =>
  exchangedByDown(step).some(
    ({ table, at }) =>
      object === `table ${foldCase(table)}` &&
      isReported(subject, { code: 'VALUES_SWAPPED', at, subject: sqlName(table) }),
  )
