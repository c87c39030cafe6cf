// Builds the side derived from `up` for `down: 'auto'`, and for `-- down: auto` in SQL files.
import type { Position } from '../model/diagnostic.js'
import type { Side, SqlSide } from '../model/migration.js'
import { deriveDown } from './derive-down.js'
import { downNotDerived } from './form-problems.js'
import type { Reader } from './reader.js'

/** Whether a `down` is nothing but the word `auto`, which is not SQL. */
export const asksToDerive = (side: Side | null): side is SqlSide =>
  side?.kind === 'sql' && side.pieces.length === 1 && side.pieces[0]?.text === 'auto'

/** One script that undoes `up`; `at` is where it is requested. Null after reporting what cannot be undone. */
export function derivedSide(at: Position, up: Side | null, reader: Reader): SqlSide | null {
  if (up === null) return null
  if (up.kind === 'code')
    return reader.report(downNotDerived(at, '`up` is a function, and only SQL can be read'))
  const { statements, not } = deriveDown(up.pieces)
  for (const { at: place, why } of not) reader.report(downNotDerived(place, why))
  if (not.length > 0) return null
  const text = statements.map((statement) => `${statement};`).join('\n')
  const piece = { text, position: at, verbatim: false }
  return { kind: 'sql', pieces: [piece], position: at, derived: true }
}
