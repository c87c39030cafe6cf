// Judges numbers that `up` multiplied or divided exactly and `down` does not restore, because it divides integers or truncates. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import { integerQuotients } from '../../../sql/integer-quotients.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { lastMention } from './causes.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchByKey } from './match-rows.js'

/** For rows that existed all along, identified by their keys. */
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
    // Foreign keys are not numbers to compute with.
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

/** Integers that `up` divided as such, dropping the remainder, and `down` multiplies: a multiple of the divisor comes back. */
export function cutMultiples(fate: Fate): ValuesChanged[] {
  const { side, before: between, after, heir } = fate
  const before = side.undoes?.images.get(foldCase(after.table.name))
  const writing = heir.effects.findLast(({ verb }) => verb === 'insert' || verb === 'update')
  if (!before || !writing?.tokens.includes('*')) return []
  const quotients = side.undoes?.effects.flatMap((one) => integerQuotients(one.shape, one.tokens))
  const stations = new Map(matchByKey(between, after)?.map(([own, now]) => [now, own]))
  const pairs = matchByKey(before, after) ?? []
  return (quotients ?? []).flatMap(({ column, divisor }): ValuesChanged[] => {
    const [place, now] = [placeOf(before, column), placeOf(after, column)]
    const told = pairs.flatMap(([old, row]) => {
      const [was = null, is = null] = [old[place], row[now]]
      if (typeof was !== 'bigint' || typeof is !== 'bigint') return []
      const quotient = was / BigInt(divisor)
      const isCutOff = was !== is && is !== 0n && is === quotient * BigInt(divisor)
      return isCutOff && stations.get(row)?.includes(quotient) ? [{ was, is, quotient }] : []
    })[0]
    if (!told) return []
    const where = {
      at: writing.place,
      table: after.table.name,
      column: before.columns[place]!.name,
    }
    const source = String(told.quotient)
    return [changeTold({ ...where, lost: 'reworded', source }, [told.was, told.is])]
  })
}

/**
 * Code may divide values that it binds; SQL must use an operator or function that does. A wrong addition or subtraction is another matter.
 */
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

/** Whether a number has lost at most 1. */
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

/** The factor between this number and another number of the row. */
const factorIn = (number: Value, row: RawRow): number | undefined =>
  row
    .filter(isNumber)
    .flatMap((one) => [Number(one) / Number(number), Number(number) / Number(one)])
    .find((factor) => Math.round(factor) > 1 && Math.abs(factor - Math.round(factor)) < 1e-9)
