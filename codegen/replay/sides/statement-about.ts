// Finds the statement of a side that a later finding is most likely about. Pure.
import type { StepSide } from './step-side.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { wordsIn } from '../../sql/names-in.js'
import { readStatement } from '../../sql/read-statement.js'
import type { Statement } from '../../sql/statement.js'
import type { ForeignKeyBroken, StepPlace } from '../../model/evidence.js'
import { statementPlaces } from './cut-off.js'
import { wholeSide } from './whole-side.js'
import { frameAmong } from './frame-of.js'
import type { HandedStatements } from './handed-statements.js'

/** The last side that ran on a pass. */
export interface RanSide extends StepSide {
  readonly pass: { readonly handed: HandedStatements }
}

/** The statement that makes an object of the first name; otherwise as `placeAbout`. */
export function placeOfMaking(side: RanSide, names: readonly string[]): StepPlace {
  const made = statementsOf(side).findLast(
    ({ shape }) => 'temporary' in shape && isSameName(plainName(shape.name.key), names[0] ?? ''),
  )
  return made?.place() ?? placeAbout(side, names)
}

/** The last statement that contains the first of these names that any statement contains, SELECT left out; otherwise the whole side. */
export function placeAbout(side: RanSide, names: readonly string[]): StepPlace {
  const statements = statementsOf(side).filter(({ shape }) => !isSelect(shape))
  for (const name of names.map(foldCase)) {
    const about = statements.findLast((statement) => statement.names.has(name))
    if (about) return about.place()
  }
  return wholeSide(side.entry.version, side.direction)
}

/**
 * The last statement that declares the foreign key; else the last that names both tables; else as `placeOfMaking`. CREATE INDEX is left
 * out, since it neither makes nor breaks a foreign key.
 */
export function placeOfKey(
  side: RanSide,
  { table, columns, parent }: Pick<ForeignKeyBroken, 'table' | 'columns' | 'parent'>,
): StepPlace {
  const statements = statementsOf(side).filter(({ shape }) => shape.kind !== 'create-index')
  const lastWith = (...all: readonly string[]) =>
    statements.findLast(({ names }) => all.every((name) => names.has(foldCase(name))))
  const found = lastWith(table, parent, ...columns, 'references') ?? lastWith(table, parent)
  return found?.place() ?? placeOfMaking(side, [table, parent])
}

const isSelect = (shape: Statement): boolean =>
  shape.kind === 'other' && shape.words[0] === 'select'

interface ReadStatement {
  readonly shape: Statement
  readonly names: ReadonlySet<string>
  place(): StepPlace
}

/** The statements of SQL, in order; for code, those that it ran. */
function statementsOf({ entry, direction, pass }: RanSide): ReadStatement[] {
  const side = sideOf(entry, direction)
  if (!side) return []
  const whole = wholeSide(entry.version, direction)
  if ('scripts' in side)
    return statementPlaces(side.scripts).map(({ script, offset, statement }) => ({
      shape: readStatement(statement),
      names: wordsIn(statement),
      place: () => ({ ...whole, script, offset, statement }),
    }))
  return pass.handed.all.map(({ text, places, toolkit }) => {
    const statement = text.slice(0, 2000)
    // Statements that `ctx` generates do not appear in the migration.
    const shown = toolkit ? null : statement
    return {
      shape: readStatement(statement),
      names: wordsIn(statement),
      place: () => ({ ...whole, statement: shown, frame: frameAmong(places(), entry, direction) }),
    }
  })
}
