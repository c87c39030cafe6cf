// Integers that code has read as numbers of JavaScript, which round them beyond 2^53, and written back. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import { isCode } from '../seed/copy-sources.js'
import { shownValue } from '../watch/table-image.js'
import { lastMention } from './causes.js'
import { isInexact, sameValue } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'

/** The columns in which that has happened, whether they are named or not: nobody rounds on purpose. */
export function roundedValues(fate: Fate): ValuesChanged[] {
  const { side, heir, before, after } = fate
  if (!isCode(side)) return []
  const vast = before.columns.flatMap((column, at) =>
    before.rows.some(({ values }) => isInexact(values[at] ?? null)) ? [{ column, at }] : [],
  )
  const pairs = vast.length > 0 ? matchedIn(fate).pairs : []
  return vast.flatMap(({ column, at }): ValuesChanged[] => {
    const now = after.columns.findIndex(({ name }) => foldCase(name) === foldCase(column.name))
    const told = pairs.find(([was, is]) => isRounded(was[at] ?? null, is[now] ?? null))
    if (!told) return []
    const writing = heir.effects.findLast(({ verb }) => verb === 'insert' || verb === 'update')
    const place = writing?.place ?? lastMention(fate)
    const values = {
      before: shownValue(told[0][at] ?? null),
      after: shownValue(told[1][now] ?? null),
    }
    const where = { at: place, table: before.table.name, column: column.name }
    return [{ kind: 'values-changed', ...where, from: null, lost: 'rounded', ...values }]
  })
}

const isRounded = (was: Value, is: Value): boolean =>
  is !== null &&
  !(is instanceof Uint8Array) &&
  isInexact(was) &&
  !sameValue(was, is) &&
  Number(is) === Number(was)
