// An object is created or dropped only if it is not there, or there.
import { oneLine } from '../../sql/one-line.js'
import { statementPlace } from '../subject/place.js'
import type { FoundStatement, ReplayedStep, Rule, SchemaAct } from '../subject/rule.js'
import { foldCase, plainName } from '../../../src/sql/names.js'

/** In `up` only: a `down` may well tidy up what may be missing. Temporary objects are no part of the schema. */
export const ifNotExists: Rule = {
  code: 'IF_NOT_EXISTS',
  severity: 'info',
  override: 'adjustable',
  stage: 'migrations',
  *check({ upSteps, replay }) {
    for (const { statements, migration } of upSteps) {
      const step = replay?.steps.find((one) => one.migration === migration)
      for (const statement of statements) {
        const words = guardOf(statement)
        if (!words) continue
        const at = statementPlace(statement)
        yield {
          at,
          message: `${at.file} says ${words}, so a database in which the schema is not as expected passes unnoticed.`,
          fix:
            step && isForNothing(statement, step)
              ? 'Leave the statement out: replaying the history shows that there is nothing of that name for it to drop.'
              : `Leave ${words} out${example(statement)}.`,
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

/** Whether what it drops is not there: it was not before the step, nor made in it, or has gone, as with its table. */
function isForNothing({ shape, piece, start }: FoundStatement, step: ReplayedStep): boolean {
  if (shape.kind !== 'drop' || shape.name.schema === 'temp') return false
  const name = plainName(shape.name.key)
  const key = `${shape.object} ${name}`
  const known = step.before.get(key)
  const table = known && 'table' in known ? foldCase(known.table) : name
  const place = step.acts.up.findIndex(
    ({ statement }) => statement.piece === piece && statement.start === start,
  )
  const acts = step.acts.up.slice(0, Math.max(place, 0))
  const isOther = acts.some(
    (act) =>
      isOf(act, 'create', [key]) ||
      (act.kind === 'rename-table' && (act.to === name || (known && act.table === table))),
  )
  if (place < 0 || isOther) return false
  return !known || acts.some((act) => isOf(act, 'drop', [key, `table ${table}`]))
}

const isOf = (act: SchemaAct, kind: SchemaAct['kind'], keys: readonly string[]): boolean =>
  act.kind === kind && 'type' in act && keys.includes(`${act.type} ${act.name}`)

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
