// What tables and columns were called before a step, by what they are called behind it.
import { isSameName } from '../../../src/sql/names.js'
import type { ReplayedStep } from './rule.js'

/** Names from before; of what is new, its own. */
export interface FormerNames {
  table(name: string): string
  column(table: string, name: string): string
}

/** Where nothing is called otherwise. */
export const SAME_NAMES: FormerNames = { table: (name) => name, column: (_, name) => name }

/** For what is to be done before the step. */
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
