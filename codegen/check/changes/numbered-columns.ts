// Columns that may be NULL and become the number of their row, which SQLite makes up where they are.
import { isMadeNumber } from '../../model/rowid-column.js'
import type { ColumnTrace, ReplayedStep, TableTrace } from '../subject/rule.js'
import { isCopiedAsIs } from './completed-columns.js'

/** Those that a copy hands over as they are. */
export const numberedColumns = (trace: TableTrace, step: ReplayedStep): ColumnTrace[] =>
  trace.columns.filter(
    ({ before, after }) =>
      after !== null &&
      trace.after !== null &&
      isMadeNumber([before, trace.before], [after, trace.after]) &&
      isCopiedAsIs(trace, { before, after }, step),
  )
