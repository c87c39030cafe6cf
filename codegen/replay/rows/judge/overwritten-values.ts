// Judges values that code writes for each row, but every time to all rows of the table, so that only the last one stays. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import { placeOf } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import type { Fate } from './fate.js'

/**
 * For an UPDATE that ran once for each of several rows of the table, which were read all at once. Adding to a value, or setting the same
 * one each time, is intended.
 */
export function overwrittenValues({ side, name, before, after, heir }: Fate): ValuesChanged[] {
  if (side.calls.length === 0 || after.count < 2) return []
  return heir.effects.flatMap(({ shape, place, tokens }) => {
    const runs = side.calls.filter(({ text }) => text.trim().startsWith(place.statement ?? text))
    const isWhole = runs.length > 1 && runs.every(({ rows }) => rows === after.count)
    const isRead = side.calls.some(
      ({ text, reads, rows = 0 }) =>
        reads && rows >= runs.length && [...namesIn(text)].includes(name),
    )
    if (shape.kind !== 'update' || !isWhole || !isRead) return []
    return shape.columns.flatMap(({ key }): ValuesChanged[] => {
      const column = plainName(key)
      const target = placeOf(after, column)
      const [first = null, ...others] = after.rows.map(({ values }) => values[target] ?? null)
      const isOne = target >= 0 && others.every((value) => sameValue(value, first))
      const named = tokens.flatMap((token, at) => (plainName(token) === column ? [at] : []))
      const isBound = named.length === 1 && /^=[?:@$]/.test(tokens.slice(named[0]! + 1).join(''))
      if (!isOne || !isBound) return []
      const where = { at: place, table: before.table.name, column, times: runs.length }
      return [changeTold({ ...where, lost: 'shared' }, [null, first])]
    })
  })
}
