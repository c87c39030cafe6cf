// Builds the finding that a side failed. Pure.
import { foldCase } from '../../../src/sql/names.js'
import { wordsIn } from '../../sql/names-in.js'
import type { Catalog } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import type { SideFailure } from './describe-failure.js'

/** The finding, with the tables that the failed statement names, as they were in `before`. */
export const stepFailed = (
  { at, cause, message, refusal, code, expression }: SideFailure,
  stage: StepFailed['stage'],
  before: Catalog,
): StepFailed => ({
  kind: 'step-failed',
  at,
  stage,
  cause,
  message,
  ...(refusal !== undefined && { refusal }),
  ...(code !== undefined && { code }),
  ...(expression && { expression }),
  schema: at.statement === null ? [] : tablesNamed(at.statement, before),
  table: null,
  row: null,
})

function tablesNamed(statement: string, catalog: Catalog): string[] {
  const names = wordsIn(statement)
  return [...catalog.values()].flatMap((object) =>
    object.type === 'table' && names.has(foldCase(object.name)) ? [object.sql] : [],
  )
}
