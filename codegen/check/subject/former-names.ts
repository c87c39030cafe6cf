// Maps the names of tables and columns after a step to those before it.
import { isSameName } from '../../../src/sql/names.js'
import type { ReplayedStep } from './rule.js'

/** Former names; new objects keep their own. */
export interface FormerNames {
  table(name: string): string
  column(table: string, name: string): string
}

/** Used if nothing was renamed. */
export const SAME_NAMES: FormerNames = { table: (name) => name, column: (_, name) => name }

/** For statements that have to run before the step. */
export function formerNames({ traces }: Pick<ReplayedStep, 'traces'>): FormerNames {
  const traceOf = (table: string) =>
    traces.find(({ after }) => isSameName(after?.name ?? '', table))
  return {
    table: (name) => traceOf(name)?.before.name ?? name,
    column: (table, name) =>
      traceOf(table)?.columns.find(({ after }) => isSameName(after?.name ?? '', name))?.before
        .name ?? name,
  }
}
