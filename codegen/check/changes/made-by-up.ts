// Tells whether what is superfluous after `down` was made by `up`, or by `down` itself. Pure.
import type { SchemaDetail } from '../../../src/model/verification.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import { schemaWith } from '../../model/schema-with.js'
import type { ReplayedStep } from '../subject/rule.js'

/** Whether an object, or a part of it, exists since `up`. */
export function isMadeByUp(
  { before, after }: Pick<ReplayedStep, 'before' | 'after'>,
  object: string,
  detail?: SchemaDetail,
): boolean {
  if (!detail) return after.has(object)
  const made = diffSchemas(
    schemaWith(object, before.get(object)?.sql),
    schemaWith(object, after.get(object)?.sql),
  )
  return made
    .flatMap(({ details }) => details)
    .some(
      ({ change, what, found }) =>
        change === 'added' && what === detail.what && found === detail.found,
    )
}
