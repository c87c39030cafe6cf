// Finds who inserts rows without a column that has lost its default: later migrations, and triggers.
import type { CatalogTable } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import type { Statement } from '../../sql/statement.js'
import { versionId } from '../../../src/model/version.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { ReplayedStep } from '../subject/rule.js'
import { columnIn } from '../../model/in-catalog.js'

/** Who inserts rows into a table as a step leaves it and names all columns but this one, as half a sentence; null if nobody does. */
export function reliedOn(
  column: string,
  { name }: CatalogTable,
  step: ReplayedStep,
  steps: readonly ReplayedStep[],
): string | null {
  const omits = (shape: Statement): boolean =>
    shape.kind === 'insert' &&
    isSameName(plainName(shape.table.key), name) &&
    shape.columns?.every(({ key }) => !isSameName(plainName(key), column)) === true
  const trigger = [...step.after.values()].find((one) => {
    const shape = one.type === 'trigger' ? readStatement(one.sql) : null
    return shape?.kind === 'create-trigger' && shape.body.some(omits)
  })
  if (trigger) return `the trigger ${trigger.name} inserts such rows`
  const later = steps.find(
    (one) =>
      one.version > step.version &&
      hasNone(column, name, one) &&
      one.statements.some(({ direction, shape }) => direction === 'up' && omits(shape)),
  )
  return later ? `version ${versionId(later.version)} inserts such rows` : null
}

/** Whether the column has no default when the step begins, nor when it ends: a table without the column may have taken the name. */
const hasNone = (column: string, table: string, { before, after }: ReplayedStep): boolean =>
  [before, after].every((catalog) => columnIn(catalog, table, column)?.default === null)
