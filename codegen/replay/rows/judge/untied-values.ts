// Judges an UPDATE whose subquery is tied to no column of the updated row, so that all rows get the first value it finds. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { untiedFrom, untiedSubquery } from '../../../sql/untied-subquery.js'
import { placeOf } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { isTelling } from './match-rows.js'
import { matchedIn } from './lost-rows.js'
import { sameValue } from './same-value.js'

/**
 * If rows with values of their own have the same value afterwards. Comparing a column with itself is never intended; for conditions between
 * other tables that is only certain for foreign keys, as anything else may be the same for all.
 */
export function untiedValues(fate: Fate): ValuesChanged[] {
  const { side, name, before, after, heir, rebuild } = fate
  if (side.direction === 'down' || rebuild) return []
  return heir.own.flatMap(({ shape, tokens, place }) => {
    if (shape.kind !== 'update') return []
    const columns = new Set(before.columns.map((one) => foldCase(one.name)))
    const source = shape.from
      ? untiedFrom(tokens, { table: name, columns })
      : untiedSubquery(tokens, name)
    if (source === null) return []
    const isRelated = shape.from && tokens.some((token) => isRelative(fate, plainName(token)))
    return shape.columns.flatMap(({ key }): ValuesChanged[] => {
      const column = plainName(key)
      const isWrong = source !== '' || isRelated || pointsElsewhere(fate, column)
      const shown = isWrong ? levelled(fate, column) : undefined
      const where = { at: place, table: after.table.name, column, source }
      return shown && placeOf(before, column) >= 0
        ? [changeTold({ ...where, lost: 'untied' }, shown)]
        : []
    })
  })
}

/** Whether two tables are related by a foreign key, one way or the other. */
const isRelative = ({ side, name, before: { table } }: Fate, other: string): boolean =>
  other !== name &&
  (side.before.children.get(name)?.includes(other) === true ||
    table.foreignKeys.some(({ parent }) => isSameName(parent, other)))

const pointsElsewhere = ({ name, before: { table } }: Fate, column: string): boolean =>
  table.foreignKeys.some(
    ({ columns, parent }) =>
      !isSameName(parent, name) && columns.some((one) => isSameName(one, column)),
  )

/** A row with a changed value, if several have lost their own values to the same one. */
function levelled(fate: Fate, column: string) {
  const [was, is] = [placeOf(fate.before, column), placeOf(fate.after, column)]
  const values = matchedIn(fate).pairs.map(
    ([old, now]) => [old[was] ?? null, now[is] ?? null] as const,
  )
  const changed = values.filter(([old, now]) => isTelling(old) && !sameValue(old, now))
  const isOne = changed.every(([, now]) => now === changed[0]![1] || sameValue(now, changed[0]![1]))
  const isVaried = changed.some(([old]) => !sameValue(old, changed[0]![0]))
  return was >= 0 && is >= 0 && isOne && isVaried ? changed[0] : undefined
}
