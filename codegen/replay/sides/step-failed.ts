// The fact that a half failed. Pure.
import { canonicalName, canonicalTokens } from '../../../src/schema/canonical-tokens.js'
import type { Catalog } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import type { HalfFailure } from './describe-failure.js'

/** Says that a half failed, with the tables that its statement names, as they were in `before`. */
export const stepFailed = (
  { at, cause, message, refusal }: HalfFailure,
  stage: StepFailed['stage'],
  before: Catalog,
): StepFailed => ({
  kind: 'step-failed',
  at,
  stage,
  cause,
  message,
  ...(refusal !== undefined && { refusal }),
  schema: at.statement === null ? [] : tablesNamed(at.statement, before),
  table: null,
  row: null,
})

function tablesNamed(statement: string, catalog: Catalog): string[] {
  const names = new Set(canonicalTokens(statement))
  return [...catalog.values()].flatMap((object) =>
    object.type === 'table' && names.has(canonicalName(object.name)) ? [object.sql] : [],
  )
}
