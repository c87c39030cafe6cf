// What replay saw gone with a table, or with columns of it.
import { isSameName } from '../../../src/sql/names.js'
import { factsIn } from '../subject/facts.js'
import type { ReplayedStep } from '../subject/rule.js'
import { describeRow } from './describe-step.js'

/** A sentence with a space before it; empty where no row was seen to go. */
export function describeGone(table: string, step: ReplayedStep): string {
  const found = factsIn(step, 'values-gone').find((fact) => isSameName(fact.table, table))
  return found ? ` Of one generated row this would be gone: ${describeRow(found.row)}.` : ''
}
