// Columns that are mixed up on their way into a table of another name. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import { isFilling } from '../watch/statement-effect.js'
import { changedColumns, changeTold } from './compare-values.js'
import type { Ending } from './fate.js'
import type { Written } from './written.js'

/**
 * Of columns that a table loses. A column may get another name on the way: told is only where columns have exchanged their
 * values, or where the copy matches them by position.
 */
export function mixedElsewhere(
  { before, after, heir }: Ending,
  written: readonly Written[],
): ValuesChanged[] {
  const there = new Set(after?.columns.map(({ name }) => foldCase(name)))
  return heir.fills.flatMap(({ name, effects }): ValuesChanged[] => {
    const one = written.find((table) => foldCase(table.after.table.name) === name)
    const copies = effects.filter(isFilling)
    const copy = copies.at(-1)
    if (!one || !copy || name === heir.name) return []
    const changes = changedColumns(before, one.after).flatMap(({ from, ...change }) =>
      from === null || there.has(foldCase(change.column)) ? [] : [{ ...change, from }],
    )
    const changed = new Set(changes.map(({ column }) => foldCase(column)))
    const isByPosition = copies.some(({ shape }) => shape.kind === 'insert' && !shape.columns)
    const isMixed = isByPosition || changes.every(({ from }) => changed.has(foldCase(from)))
    if (!isMixed || !changes.some(({ taken }) => taken)) return []
    return changes.map(({ column, from, ...values }) =>
      changeTold({ at: copy.place, table: before.table.name, column, from }, [
        values.before,
        values.after,
      ]),
    )
  })
}
