// Judges columns that have swapped values in some rows: in one of several copies, or where rows can only be matched by the key of the new
// table. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { codeIn } from '../../../../src/plan/scripts.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { exchangesIn } from '../../../sql/exchanged-items.js'
import { conditionsOf, namesOf } from '../seed/comparisons.js'
import { isCode } from '../../sides/is-code.js'
import type { Value } from '../fill/seed-values.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import type { Ending } from './fate.js'
import { isTelling, keyOf, matchRows, textBy, type Matched, type Pair } from './match-rows.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/**
 * For SQL, if part of a copy swaps two columns; for code, if rows show it. Not if both are compared with each other, as then they are put
 * in order.
 */
export function exchangedInPart(
  ending: Ending,
  written: () => readonly Written[],
): ValuesChanged[] {
  const { side, before, after, heir, rebuild } = ending
  if (side.direction === 'down') return []
  if (after) return rebuild ? exchangedBy(side, { before, after, copies: rebuild.copies }) : []
  return heir.fills.flatMap(({ name, effects }) => {
    const other = written().find((one) => foldCase(one.after.table.name) === name)?.after
    return other
      ? exchangedBy(side, { before, after: other, copies: effects.filter(isFilling) })
      : []
  })
}

interface Copied {
  readonly before: TableImage
  readonly after: TableImage
  readonly copies: readonly Effect[]
}

function exchangedBy(side: ObservedSide, copied: Copied): ValuesChanged[] {
  const exchanges = [
    ...exchangesInSql(copied),
    ...(isCode(side) ? exchangesInCode(side, copied) : []),
  ]
  if (exchanges.length === 0) return []
  const { before, after } = copied
  const { pairs, by } = pairsOf(before, after)
  const found = exchanges.flatMap(({ columns, copy, isOfCode }): ValuesChanged[] => {
    const [first, second] = columns.map((name) => valuesOf(pairs, [before, after], name))
    const rows = first!.flatMap((one, at) => (isExchange(one, second![at]!) ? [at] : []))
    const length = (at: number): number => String(first![at]![0]).length
    const isWhole = by !== 'order' && !first!.some((one, at) => isLeft(one, second![at]!))
    if (isOfCode && isWhole) return []
    const row = rows.toSorted((one, other) => length(one) - length(other))[0]
    return row === undefined
      ? []
      : columns.map((column, at) => {
          const where = { at: copy.place, table: before.table.name, column }
          const [was, is] = (at === 0 ? first! : second!)[row]!
          return changeTold({ ...where, from: columns[1 - at] ?? null }, [was, is])
        })
  })
  return [...new Map(found.map((one) => [one.column, one])).values()]
}

/** Whether a row kept what other rows swapped. */
const isLeft = ([was, is]: Change, [other]: Change): boolean =>
  isTelling(was) && sameValue(was, is) && !sameValue(was, other)

type Change = readonly [was: Value, is: Value]

const valuesOf = (
  pairs: readonly Pair[],
  [before, after]: readonly [TableImage, TableImage],
  name: string,
): Change[] =>
  pairs.map(([old, now]) => [old[placeOf(before, name)] ?? null, now[placeOf(after, name)] ?? null])

const isExchange = ([was, is]: Change, [other, now]: Change): boolean =>
  isTelling(was) &&
  isTelling(other) &&
  !sameValue(was, other) &&
  sameValue(was, now) &&
  sameValue(other, is)

/** Rows matched as usual, or by the key of the new table if its columns existed before. */
function pairsOf(before: TableImage, after: TableImage): Matched {
  const matched = matchRows(before, after)
  if (matched.by !== 'order') return matched
  const key = keyOf(after)
  const isKnown = key.length > 0 && key.every((name) => placeOf(before, name) >= 0)
  return { pairs: isKnown ? pairsByKeyOf(key, before, after) : [], by: 'order' }
}

function pairsByKeyOf(key: readonly string[], before: TableImage, after: TableImage): Pair[] {
  const [textWas, textIs] = [textBy(key, before), textBy(key, after)]
  const known = before.rows.map(({ values }) => [textWas(values), values] as const)
  return after.rows.flatMap(({ values }): Pair[] => {
    const [one, more] = known.filter(([text]) => text === textIs(values))
    return one && !more ? [[one[1], values]] : []
  })
}

interface Exchange {
  readonly columns: readonly [string, string]
  readonly copy: Effect
  /** Whether any two columns may be meant; if all rows are swapped, other findings report it. */
  readonly isOfCode?: true
}

/** The result of a single SELECT is judged by its values. */
function exchangesInSql({ after, copies }: Copied): Exchange[] {
  const parts = copies.flatMap((copy) =>
    'selects' in copy.shape ? copy.shape.selects.map((select) => ({ copy, select })) : [],
  )
  if (parts.length < 2) return []
  return parts.flatMap(({ copy, select }) => {
    const conditions = conditionsOf(copy.tokens).map(namesOf)
    return exchangesIn(namesFilled(copy, after), select).flatMap((columns): Exchange[] => {
      const isOrdered = conditions.some((names) =>
        columns.every((name) => names.includes(foldCase(name))),
      )
      return isOrdered ? [] : [{ columns, copy }]
    })
  })
}

const namesFilled = ({ shape }: Effect, { columns }: TableImage): string[] =>
  (shape.kind === 'insert' && shape.columns?.map(({ key }) => plainName(key))) ||
  columns.map(({ name }) => name)

/** Any two columns that code may fill, unless it compares values. */
function exchangesInCode({ entry, direction }: ObservedSide, { before, after, copies }: Copied) {
  const code = codeIn(entry, direction)
  const copy = copies.findLast(({ shape }) => shape.kind === 'insert' && shape.selects.length === 0)
  if (!copy || code === null || ORDERS.test(code)) return []
  const names = before.columns
    .filter(({ name, primaryKey }) => primaryKey === 0 && placeOf(after, name) >= 0)
    .map(({ name }) => name)
  return names.flatMap((first, at) =>
    names
      .slice(at + 1)
      .map((second): Exchange => ({ columns: [first, second], copy, isOfCode: true })),
  )
}

/** Code that puts two values in order. */
const ORDERS = /[^=]>|<|\bsort\b|\b(?:min|max|localeCompare)\(/
