// Finds nullable columns that become the rowid, for which SQLite assigns numbers where they are NULL.
import { isMadeNumber } from '../../model/rowid-column.js'
import type { ColumnTrace, ReplayedStep, TableTrace } from '../subject/rule.js'
import { isCopiedAsIs } from './completed-columns.js'

/** Those that a copy passes on unchanged. */
export const numberedColumns = (trace: TableTrace, step: ReplayedStep): ColumnTrace[] =>
  trace.columns.filter(
    ({ before, after }) =>
      after !== null &&
      trace.after !== null &&
      isMadeNumber([before, trace.before], [after, trace.after]) &&
      isCopiedAsIs(trace, { before, after }, step),
  )
