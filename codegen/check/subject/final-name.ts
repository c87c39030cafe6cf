// Follows the name of a table through the statements of a step.
import type { SchemaAct } from './rule.js'

/** The name that a table has in the end which has this one at act number `at`; in lower case. */
export const finalName = (name: string, at: number, acts: readonly SchemaAct[]): string =>
  acts
    .slice(at + 1)
    .reduce((now, act) => (act.kind === 'rename-table' && act.table === now ? act.to : now), name)
