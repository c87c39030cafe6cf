// Whether a finding may only be there because an earlier version could not be run to its end beside an empty database.
import { foldCase } from '../../../src/sql/names.js'
import type { Fact } from '../../model/evidence.js'
import { missedNames } from '../../wall/missing.js'
import type { SchemaPass } from './schema-pass.js'

/** What rows are missing is not known, what objects are only by the names that they may have. */
export function mayFollow({ isWhole, run }: SchemaPass, fact: Fact): boolean {
  if (isWhole || !run.wall) return false
  const { trial } = run.wall
  switch (fact.kind) {
    case 'step-failed':
      if (fact.cause === 'code') return fact.refusal === undefined
      return /constraint failed|mismatch/i.test(fact.message) || trial.mayLack(missedNames(fact))
    case 'broken-object':
      return trial.mayLack(missedNames(fact))
    case 'foreign-key-broken':
      return fact.rows > 0 || trial.mayLack([fact.table, fact.parent].map(foldCase))
    default:
      return false
  }
}
