// An object is created or dropped only if it is not there, or there.
import { oneLine } from '../../sql/one-line.js'
import { statementPlace } from '../subject/place.js'
import type { Rule, FoundStatement } from '../subject/rule.js'

/** In `up` only: a `down` may well tidy up what may be missing. Temporary objects are no part of the schema. */
export const ifNotExists: Rule = {
  code: 'IF_NOT_EXISTS',
  severity: 'info',
  override: 'adjustable',
  stage: 'migrations',
  *check({ upSteps }) {
    for (const { statements } of upSteps) {
      for (const statement of statements) {
        const words = guardOf(statement)
        if (!words) continue
        const at = statementPlace(statement)
        yield {
          at,
          message: `${at.file} says ${words}, so a database in which the schema is not as expected passes unnoticed.`,
          fix: `Leave ${words} out${example(statement)}.`,
        }
      }
    }
  },
}

function guardOf({ shape }: FoundStatement): string | null {
  if (shape.kind === 'drop') return shape.guarded ? 'IF EXISTS' : null
  if (!('guarded' in shape) || shape.temporary) return null
  return shape.guarded ? 'IF NOT EXISTS' : null
}

/** A DROP as a whole; of what is created, everything up to the name. */
function example({ shape, text, piece }: FoundStatement): string {
  if (!piece.verbatim || !('name' in shape)) return ''
  const line = oneLine(text)
  const guard = / if (?:not )?exists /i.exec(line)
  const rest = line.slice((guard?.index ?? 0) + (guard?.[0].length ?? 0))
  const named = rest.slice(0, rest.indexOf(shape.name.text) + shape.name.text.length)
  const shown = shape.kind === 'drop' ? rest : `${named} …`
  return `: \`${line.slice(0, guard?.index)} ${shown}\``
}
