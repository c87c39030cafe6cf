// Judges columns that are swapped when rows are copied to another table that has them too. Pure.
import { takes } from './given-back.js'
import type { Fact, ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { isFilling, isQuery } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isSame, keyPlaces } from './beside-key.js'
import { changeTold } from './compare-values.js'
import type { Ending } from './fate.js'
import { isTelling } from './match-rows.js'
import { calculates } from './rebuild.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/**
 * Reports the other table, whose rows each have the key of one row. If the first table keeps its columns, the ends of a route may be
 * swapped for the return. Leaves out columns already reported for the table itself.
 */
export function exchangedAside(
  { side, before, after, heir }: Ending,
  written: () => readonly Written[],
  known: readonly Fact[],
): ValuesChanged[] {
  const copies = side.effects.filter((one) => isFilling(one) || one.verb === 'update')
  const isCopying = copies.some(
    ({ table, tokens, place }) =>
      table !== foldCase(before.table.name) &&
      (tokens.includes('SELECT') || tokens.includes('FROM') || place.script === null),
  )
  const isRead = side.effects.some((one) => isQuery(one)) || isCopying
  if (side.direction === 'down' || !isRead || before.columns.length < 3) return []
  return written().flatMap((other): ValuesChanged[] => {
    const name = foldCase(other.after.table.name)
    const copy = copies.findLast(({ table }) => table === name)
    if (!copy || isSame(other.after, before) || name === heir.name) return []
    const { columns, there, pairs } = exchangeIn(before, other) ?? NOTHING
    if (pairs.length === 0 || copies.some(({ shape }) => calculates(shape, columns.map(foldCase))))
      return []
    if (columns.some((column) => isTold(known, before, column))) return []
    const isLeft = columns.every((column) => after && placeOf(after, column) >= 0)
    if (isLeft && columns.some((column) => ENDS_OF_WAYS.test(column))) return []
    return columns.flatMap((column, at): ValuesChanged[] => {
      const [from, name] = [columns[1 - at]!, there[at]!]
      const [was, is] = [placeOf(before, column), placeOf(other.after, name)]
      const shown = pairs.find(([old]) => isTelling(old[was] ?? null))
      const where = { at: copy.place, table: other.after.table.name, column: name, from }
      return shown ? [changeTold(where, [shown[0][was] ?? null, shown[1][is] ?? null])] : []
    })
  })
}

const isTold = (known: readonly Fact[], { table }: TableImage, name: string): boolean =>
  known.some(
    (fact) =>
      fact.kind === 'values-changed' &&
      fact.from !== null &&
      isSameName(fact.table, table.name) &&
      isSameName(fact.column, name),
  )

/** Names of one end of something with two ends: swapped, it is the way back. */
const ENDS_OF_WAYS =
  /(?:^|_)(?:from|to|source|target|src|dst|dest|destination|origin|start|end|sender|receiver|recipient|debit|credit|home|away|parent|child|left|right|buyer|seller|old|new|follower|followee|a|b)(?:_|$)|(?:^|[a-z])(?:From|To|Source|Target)/

type Pairs = readonly (readonly [old: RawRow, now: RawRow])[]

interface Exchange {
  readonly columns: readonly string[]
  /** Their names in the other table. */
  readonly there: readonly string[]
  readonly pairs: Pairs
}

const NOTHING: Exchange = { columns: [], there: [], pairs: [] }

/** Two columns of both tables, each of which has the other's former values in all rows, and the rows. */
function exchangeIn(before: TableImage, { after, fresh }: Written): Exchange | null {
  const pairs = pairsOf(before, after, fresh)
  if (!pairs) return null
  const key = new Set(keyPlaces(before))
  const common = before.columns.flatMap(({ name }, at) => {
    const there = key.has(at) ? undefined : namedIn(after, before, name)
    return there === undefined ? [] : [[name, there] as const]
  })
  const valuesOf = ([name, there]: readonly [string, string]): (readonly [Value, Value])[] =>
    pairs.map(([old, now]) => [
      old[placeOf(before, name)] ?? null,
      now[placeOf(after, there)] ?? null,
    ])
  for (const [at, first] of common.entries())
    for (const second of common.slice(at + 1))
      if (areExchanged(valuesOf(first), valuesOf(second)))
        return { columns: [first[0], second[0]], there: [first[1], second[1]], pairs }
  return null
}

/** The column of that name, or else the only one whose longer name contains it: `first_name`. */
function namedIn(after: TableImage, before: TableImage, column: string): string | undefined {
  const own = after.columns.find(({ name }) => isSameName(name, column))
  if (own) return own.name
  const [longer, ...more] = after.columns.filter(
    ({ name }) => wordsIn(name).includes(foldCase(column)) && placeOf(before, name) < 0,
  )
  return more.length === 0 ? longer?.name : undefined
}

const wordsIn = (name: string): string[] =>
  name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .split('_')
    .map(foldCase)

/** Pairs rows by a column of the other table that holds the key of each of its rows; null if there is none, or a key repeats. */
function pairsOf(before: TableImage, after: TableImage, fresh: Written['fresh']): Pairs | null {
  const [key, more] = keyPlaces(before)
  if (key === undefined || more !== undefined || fresh.length < 2) return null
  const known = new Map(before.rows.map(({ values }) => [textOf(values[key] ?? null), values]))
  for (const [place, { name, primaryKey }] of after.columns.entries()) {
    const isKey = primaryKey > 0 || pointsAt(after, name, before)
    const keys = fresh.map(({ values }) => textOf(values[place] ?? null))
    if (!isKey || new Set(keys).size < keys.length || !keys.every((one) => known.has(one))) continue
    return fresh.map(({ values }, at) => [known.get(keys[at]!)!, values] as const)
  }
  return null
}

const pointsAt = ({ table }: TableImage, column: string, parent: TableImage): boolean =>
  table.foreignKeys.some(
    (one) =>
      isSameName(one.parent, parent.table.name) &&
      one.columns.some((name) => isSameName(name, column)),
  )

const textOf = (value: Value): string => `${typeof value === 'string' ? 's' : 'n'}${String(value)}`

type Values = readonly (readonly [was: Value, is: Value])[]

/** A missing value may be filled in. Several rows are needed to rule out chance. */
function areExchanged(first: Values, second: Values): boolean {
  const telling = first.filter(
    ([was], at) => isTelling(was) && isTelling(second[at]![0]) && !sameValue(was, second[at]![0]),
  )
  return telling.length > 1 && takes(first, second) && takes(second, first)
}
