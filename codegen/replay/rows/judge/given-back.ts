// Judges columns that `up` removed or overwrote and `down` restores, right after each other. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { isMadeOfNothing } from '../../../sql/read-select.js'
import type { Value } from '../fill/seed-values.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { isTelling, matchRows } from './match-rows.js'
import { isSameTime, sameValue } from './same-value.js'

/** A table before `up` and after `down`. */
export interface GivenBack {
  readonly before: TableImage
  readonly after: TableImage
  /** The columns whose values `up` kept elsewhere, completely. */
  readonly columns: readonly string[]
  /** Those whose values `up` itself copied there. */
  readonly moved: readonly string[]
  /** The statements of `down`. */
  readonly effects: readonly Effect[]
}

/**
 * Reports columns that come back with the values of other columns or rows, with null or one value for all, or split in another place from a
 * text that joined two columns. Other changes may be intended: if `up` normalizes values, the old form is not missed.
 */
export function judgeGivenBack(given: GivenBack): ValuesChanged[] {
  const { pairs, by } = matchRows(given.before, given.after)
  if (by === 'order' || pairs.length < 2) return []
  const returnedAs = (name: string): Returned => {
    const [was, is] = [placeOf(given.before, name), placeOf(given.after, name)]
    return { name, values: pairs.map(([old, now]) => [old[was] ?? null, now[is] ?? null]) }
  }
  const columns = given.columns.map(returnedAs)
  const all = given.before.columns.map(({ name }) => returnedAs(name))
  const swapped = columns.flatMap((one): Told[] => {
    const other = all.find(({ name, values }) => name !== one.name && takes(one.values, values))
    return other && tells(one) ? [{ column: one, from: other.name }] : []
  })
  const found =
    swapped.length > 0
      ? swapped
      : [
          ...cutElsewhere(columns),
          ...empty(given, columns),
          ...mixedUp(columns.filter(({ name }) => given.moved.includes(name))),
        ]
  return found.flatMap(({ column: { name, values }, ...told }) => {
    const place = (writing(given, name) ?? adding(given, name) ?? filling(given))?.place
    const shown = values.find(([was, is]) => isTelling(was) && !sameValue(was, is))
    const where = { table: given.after.table.name, column: name, ...told }
    return place && shown ? [changeTold({ at: place, ...where }, shown)] : []
  })
}

/** A column with its values before and after. */
interface Returned {
  readonly name: string
  readonly values: readonly (readonly [was: Value, is: Value])[]
}

interface Told {
  readonly column: Returned
  readonly from?: string
  readonly lost?: 'unreturned' | 'parted' | 'withheld'
}

/** Whether it has the former values of another column, in all rows. */
export const takes = (one: Returned['values'], other: Returned['values']): boolean =>
  one.every(([, is], at) => {
    const [was] = other[at]!
    return was === null ? !isTelling(is) : sameValue(was, is)
  })

/** Whether several rows show different values. */
const tells = ({ values }: Returned): boolean =>
  values.filter(([was, is]) => isTelling(was) && isTelling(is) && !sameValue(was, is)).length > 1

/** Columns that are null or have one value in all rows: a statement computes it from existing values, or none does. */
function empty(given: GivenBack, columns: readonly Returned[]): Told[] {
  return columns.flatMap((column): Told[] => {
    const { name, values } = column
    const known = new Set(values.flatMap(([was]) => (isTelling(was) ? [String(was)] : [])))
    const isEmpty = values.every(([, is]) => sameValue(is, values[0]![1]) || is === null)
    const effect = writing(given, name)
    const isMade = effect !== undefined && isMadeOfSomething(effect, given.after, name)
    return known.size > 1 && isEmpty ? [{ column, lost: isMade ? 'unreturned' : 'withheld' }] : []
  })
}

const writing = (given: GivenBack, name: string): Effect | undefined =>
  naming(given, name, (effect) => effect.verb === 'update' || isFilling(effect))

const adding = (given: GivenBack, name: string): Effect | undefined =>
  naming(given, name, ({ shape }) => shape.kind === 'add-column')

const filling = (given: GivenBack): Effect | undefined =>
  naming(given, null, isFilling) ?? given.effects.at(-1)

/** The last such statement about the table that names a column, if one is given, whatever the table was called then. */
function naming(
  { after, effects }: GivenBack,
  name: string | null,
  isSought: (effect: Effect) => boolean,
): Effect | undefined {
  let called = foldCase(after.table.name)
  return effects.findLast((effect) => {
    if (effect.verb === 'rename' && effect.to === called) called = effect.table
    return (
      isSought(effect) &&
      effect.table === called &&
      (name === null || effect.tokens.some((token) => isSameName(plainName(token), name)))
    )
  })
}

/** Whether a statement sets a column to something that it computes or reads, or that code binds. */
function isMadeOfSomething(
  { shape, tokens }: Effect,
  { columns }: TableImage,
  name: string,
): boolean {
  if (shape.kind === 'insert' && shape.selects.length > 0) {
    const names = shape.columns?.map(({ key }) => plainName(key)) ?? columns.map((one) => one.name)
    const at = names.findIndex((one) => isSameName(one, name))
    return shape.selects.some(({ items }) => !isMadeOfNothing(items[at] ?? []))
  }
  const at = tokens.findIndex(
    (one, place) => isSameName(plainName(one), name) && tokens[place + 1] === '=',
  )
  const [first = '', next = ';'] = tokens.slice(at + 2)
  return at < 0 || /^[?:@$]/.test(first) || !(isConstant(first) && ENDS.has(next))
}

const isConstant = (token: string): boolean => /^(?:['\d+-]|NULL$|TRUE$|FALSE$)/.test(token)

const ENDS: ReadonlySet<string> = new Set([',', 'WHERE', ';'])

/**
 * Columns in which rows have the former values of other rows, or all have something unrelated to their own. A different spelling, added
 * text, or another form of a time counts as the same value.
 */
function mixedUp(columns: readonly Returned[]): Told[] {
  return columns.flatMap((column): Told[] => {
    const rows = column.values.filter((values) => values.some(isTelling))
    const others = rows.filter(
      ([was, is]) => isOther(textOf(was), textOf(is)) && !isSameTime(was, is),
    )
    const known = new Set(rows.map(([was]) => textOf(was)))
    const gone = others.filter(([was]) => isTelling(was))
    const isOfOthers = others.some(([, is]) => isTelling(is) && known.has(textOf(is)))
    const strange = gone.filter((values) => values.every((one) => typeof one === 'string' && one))
    const isStrange =
      strange.length > 1 && strange.length === rows.filter(([was]) => isTelling(was)).length
    const isOne = new Set(column.values.map(([, is]) => textOf(is))).size < 2
    const isTold = isStrange || (isOfOthers && gone.length > 0)
    return isTold && !isOne ? [{ column, lost: 'unreturned' }] : []
  })
}

const textOf = (value: Value): string => foldCase(String(value ?? '')).trim()

const isOther = (one: string, other: string): boolean =>
  one === '' || other === '' ? one !== other : !one.includes(other) && !other.includes(one)

/**
 * Two columns whose texts, joined by a space, are the same as before but split at another space: the joined text does not say in which
 * column the space was.
 */
function cutElsewhere(columns: readonly Returned[]): Told[] {
  return columns.flatMap((one): Told[] =>
    columns.some((two) => two !== one && isCutElsewhere(one, two))
      ? [{ column: one, lost: 'parted' }]
      : [],
  )
}

function isCutElsewhere(one: Returned, other: Returned): boolean {
  const rows = one.values.map((value, at) => [value, other.values[at]!] as const)
  const known = rows.filter((row) => row.flat().every((value) => typeof value === 'string'))
  return (
    known.every(([[was, is], [more, rest]]) => `${was} ${more}` === `${is} ${rest}`) &&
    known.some(([[was, is]]) => was !== is)
  )
}
