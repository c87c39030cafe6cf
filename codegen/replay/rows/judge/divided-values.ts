// Numbers that `up` has multiplied or divided exactly, and `down` does not lead back to: it divides integers, or cuts fractions. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { lastMention } from './causes.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchByKey } from './match-rows.js'

/** Of rows that have stood in the table all the time, told by their keys. */
export function dividedValues(fate: Fate): ValuesChanged[] {
  const { side, before: between, after, heir } = fate
  const before = side.undoes?.images.get(foldCase(after.table.name))
  if (!before) return []
  const stations = new Map(matchByKey(between, after)?.map(([own, now]) => [now, own]))
  const pairs = matchByKey(before, after) ?? []
  const writing = heir.effects.findLast(({ verb }) => verb === 'insert' || verb === 'update')
  if (writing && !mayDivide(writing)) return []
  const keys = new Set(before.table.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  return before.columns.flatMap(({ name }, at): ValuesChanged[] => {
    // What points at another row is counted by nobody.
    if (keys.has(foldCase(name))) return []
    const place = placeOf(after, name)
    const told = pairs.flatMap(([old, now]) => {
      const [was = null, is = null] = [old[at], now[place]]
      const factor = isCut(was, is) ? factorIn(was, stations.get(now) ?? []) : undefined
      return factor === undefined ? [] : [{ was, is, factor }]
    })[0]
    if (!told) return []
    const where = { at: writing?.place ?? lastMention(fate), table: after.table.name, column: name }
    return [changeTold({ ...where, lost: 'divided', factor: told.factor }, [told.was, told.is])]
  })
}

/** Code may, by what it hands over; of SQL, what names a sign or a function that does. What was taken off or added by mistake is another thing. */
const mayDivide = ({ place, tokens }: Effect): boolean =>
  (place.script === null && (!tokens.includes('SELECT') || tokens.includes('?'))) ||
  tokens.some((token) => DIVIDING.has(token))

const DIVIDING: ReadonlySet<string> = new Set([
  '/',
  '%',
  '>',
  'CAST',
  'ROUND',
  'FLOOR',
  'CEIL',
  'CEILING',
  'TRUNC',
  'MOD',
])

/** Whether a number has lost less than 1. */
const isCut = (was: Value, is: Value): boolean =>
  isNumber(was) &&
  isNumber(is) &&
  Math.abs(Number(was)) > 1 &&
  Math.abs(Number(was)) < LARGEST &&
  Number(was) !== Number(is) &&
  Math.abs(Number(was) - Number(is)) <= 1

const isNumber = (value: Value): boolean => typeof value === 'number' || typeof value === 'bigint'

/** Products of larger numbers may be inexact. */
const LARGEST = 1e9

/** What another number of the row is a multiple of this one by. */
const factorIn = (number: Value, row: RawRow): number | undefined =>
  row
    .filter(isNumber)
    .flatMap((one) => [Number(one) / Number(number), Number(number) / Number(one)])
    .find((factor) => Math.round(factor) > 1 && Math.abs(factor - Math.round(factor)) < 1e-9)
