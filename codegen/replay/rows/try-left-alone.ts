// Tries `down` right after an `up` that sets a column in some rows only: whether `down` also changes rows that had such values before, or
// sets rows to a third value.
import { columnsSet } from './judge/triggered-values.js'
import type { Fact, ValuesChanged } from '../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { assignedTo } from '../../sql/assigned.js'
import type { Value } from './fill/seed-values.js'
import { keyText } from './fill/connection.js'
import { changeTold } from './judge/compare-values.js'
import { imagesOf } from './judge/endings.js'
import { isSamePlace } from './judge/judge-lookup.js'
import { matchByKey } from './judge/match-rows.js'
import { isNear, sameValue } from './judge/same-value.js'
import type { Journey } from './journey.js'
import { hasFailed } from './judge-failure.js'
import { inNewProcess } from '../sides/new-process.js'
import { onCopy } from './on-copy.js'
import { scriptEffects, type ObservedSide, type StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'
import { placeOf, type TableImage } from './watch/table-image.js'
import { imageNow, tablesNow } from './watch/tables-now.js'
import { valuesIn } from './try-way-back.js'

/**
 * Reports columns where `down` changes values that `up` left alone: numbers that both compute, and values that running `up` again would not
 * restore. If `up` does not set the column, only when all rows get one value. One finding per statement, and none for columns in `facts`.
 * Rolls everything back.
 */
export async function tryLeftAlone(
  journey: Journey,
  side: Undoing,
  facts: readonly Fact[],
): Promise<ValuesChanged[]> {
  const { rows } = journey
  const { images, effects: ups } = side.undoes
  const known = scriptEffects(side)
  if (images.size === 0 || (known.length > 0 && settingsIn(known).length === 0)) return []
  const imageBehind = imagesOf(rows.connection, tablesNow(rows.connection, side.undoes))
  // Recorded before `down` runs.
  const behindUp = new Map([...images.keys()].map((name) => [name, imageBehind(name)]))
  const found: ValuesChanged[] = []
  const doubtful: Doubtful[] = []
  rows.tryOut(side, undefined, ({ side: { effects }, imageNow }) => {
    for (const { effect, column } of lastSet(effects)) {
      const { table } = effect
      const [before, behind, after] = [images.get(table), behindUp.get(table), imageNow(table)]
      if (!before || !behind || !after || isTold(facts, after, column)) continue
      const setting = settingsIn(ups).filter((one) => isSame(one, { effect, column }))
      const at = { at: effect.place, table: after.table.name, column }
      const states = [before, behind, after] as const
      const scaled =
        scaledBack({ setting, column }, before, after) ?? noneBack(states, { effect, column })
      const third =
        setting.some(isLiteral) && isLiteral({ effect, column })
          ? thirdValue(states, column)
          : undefined
      if (scaled) found.push(changeTold({ ...at, lost: 'mistaken' }, scaled))
      else if (third) found.push(changeTold({ ...at, lost: 'third' }, third))
      else if (setting.length > 0 || isLevelled(before, after, column))
        doubtful.push(...wiped({ before, behind, after }, at))
    }
    return []
  })
  const all = [...found, ...(await notBroughtBack(doubtful, journey, side))]
  return all.filter(({ at }, index) => all.findIndex((one) => isSamePlace(one.at, at)) === index)
}

const isTold = (facts: readonly Fact[], { table }: TableImage, column: string): boolean =>
  facts.some(
    (fact) =>
      fact.kind === 'values-changed' &&
      isSameName(fact.table, table.name) &&
      isSameName(fact.column, column),
  )

/** A `down` with what was observed of its `up`. */
type Undoing = StepSide & { readonly undoes: ObservedSide }

/** A column that a statement sets in existing rows. */
interface Setting {
  readonly effect: Effect
  readonly column: string
}

const settingsIn = (effects: readonly Effect[]): Setting[] =>
  effects.flatMap((effect) => columnsSet(effect.shape).map((column) => ({ effect, column })))

const isSame = (one: Setting, other: Setting): boolean =>
  one.effect.table === other.effect.table && isSameName(one.column, other.column)

/** Whether it is set to a literal, in some rows. */
function isLiteral({ effect: { tokens, place }, column }: Setting): boolean {
  const [value = '', ...more] = assignedTo(column, tokens).value
  const isSome = place.direction === 'down' || tokens.includes('WHERE')
  return isSome && more.length === 0 && /^['\d]/.test(value)
}

/** A value before and after `up`, and after `down`. */
type Way = readonly [was: Value, made: Value, is: Value]

type Images = readonly [before: TableImage, behind: TableImage, after: TableImage]

function waysOf(images: Images, column: string): Way[] {
  const [before, behind, after] = images.map((image) => valuesIn(image, column))
  return [...before!].map(([row, was]) => [was, behind!.get(row) ?? null, after!.get(row) ?? null])
}

/** A number that `up` left alone and `down` computes anew, if that brings back none of those that `up` changed either. */
function noneBack(
  images: Images,
  { effect: { tokens }, column }: Setting,
): readonly [was: Value, is: Value] | undefined {
  if (!isOfItself(assignedTo(column, tokens).value, column)) return undefined
  const ways = waysOf(images, column).filter(([was]) => isNumber(was) && Number(was) !== 0)
  const isLeft = ([was, made]: Way): boolean => sameValue(was, made)
  const isWrong = ways.every(([was, , is]) => isNumber(is) && !sameValue(was, is))
  const left = isWrong && !ways.every(isLeft) ? ways.find(isLeft) : undefined
  return left && [left[0], left[2]]
}

const isNumber = (value: Value): boolean => typeof value === 'number' || typeof value === 'bigint'

/**
 * The value before `up` and after `down`, if both changed it to something new; not if `up` merged several values into one, which cannot be
 * restored for all.
 */
function thirdValue(images: Images, column: string): readonly [was: Value, is: Value] | undefined {
  const ways = waysOf(images, column)
  const found = ways.find(
    ([was, made, is]) =>
      was !== null &&
      is !== null &&
      new Set([was, made, is]).size === 3 &&
      !ways.some(([other, same]) => same === made && other !== was && other !== made),
  )
  return found && [found[0], found[2]]
}

/** Each column once, with the last statement that sets it. */
function lastSet(effects: readonly Effect[]): Setting[] {
  const all = settingsIn(effects)
  return all.filter((one, at) => !all.slice(at + 1).some((other) => isSame(one, other)))
}

/** Whether all rows end with one value, though they had several. */
const isLevelled = (before: TableImage, after: TableImage, column: string): boolean =>
  distinctIn(before, column) > 1 && distinctIn(after, column) === 1

const distinctIn = (image: TableImage, column: string): number =>
  new Set([...valuesIn(image, column).values()].map((one) => keyText([one]))).size

/** A value that `up` left alone and `down` did not. */
interface Doubtful {
  readonly at: Pick<ValuesChanged, 'at' | 'table' | 'column'>
  readonly row: string
  readonly was: Value
  readonly is: Value
}

function wiped(
  { before, behind, after }: Readonly<Record<'before' | 'behind' | 'after', TableImage>>,
  at: Doubtful['at'],
): Doubtful[] {
  const [left, now] = [valuesIn(behind, at.column), valuesIn(after, at.column)]
  return [...valuesIn(before, at.column)].flatMap(([row, was]): Doubtful[] => {
    const is = now.get(row)
    const isLeft = was !== null && was !== '' && sameValue(was, left.get(row) ?? null)
    return isLeft && is !== undefined && !sameValue(was, is) ? [{ at, row, was, is }] : []
  })
}

/** Values that are not restored: running `up` again yields others. One per column. */
async function notBroughtBack(
  doubtful: readonly Doubtful[],
  journey: Journey,
  side: Undoing,
): Promise<ValuesChanged[]> {
  if (doubtful.length === 0) return []
  const entry = inNewProcess(journey.run, side.undoes.entry, 'up')
  const columns = new Map(doubtful.map(({ at }) => [`${at.table} ${at.column}`, at]))
  const found = await onCopy(journey, journey.rows.memory(), (copy) => {
    if (hasFailed(copy.run(side, 'carry'))) return []
    if (hasFailed(copy.run({ entry, direction: 'up' }, 'carry'))) return []
    return [...columns.values()].flatMap((at) => {
      const image = imageNow(copy, foldCase(at.table))
      if (!image) return []
      const now = valuesIn(image, at.column)
      const told = doubtful.find(
        (one) => one.at === at && !sameValue(one.was, now.get(one.row) ?? null),
      )
      return told ? [changeTold({ ...at, lost: 'mistaken' }, [told.was, told.is])] : []
    })
  })
  return found ?? []
}

/** A number that `up` computes in some rows, and that `down` computes back in a row that `up` left alone. */
function scaledBack(
  { setting, column }: { readonly setting: readonly Setting[]; readonly column: string },
  before: TableImage,
  after: TableImage,
): readonly [was: Value, is: Value] | undefined {
  const by = setting.flatMap(({ effect: { tokens } }) =>
    tokens.includes('WHERE') ? scalesIn(assignedTo(column, tokens).value, column) : [],
  )
  if (by.length === 0) return undefined
  const [was, is] = [placeOf(before, column), placeOf(after, column)]
  return (matchByKey(before, after) ?? [])
    .map(([old, row]) => [old[was] ?? null, row[is] ?? null] as const)
    .find((values) => by.some((number) => isScaled(values, number)))
}

/** The numbers used to compute a column from itself. */
function scalesIn(item: readonly string[], column: string): number[] {
  // The decimal point is a token of its own.
  const words = item.join(' ').replaceAll(' . ', '.').split(' ')
  const isMade = item.some((token) => SIGNS.has(token))
  return isOfItself(item, column) && isMade
    ? words.filter((word) => /^\d/.test(word)).map(Number)
    : []
}

const isOfItself = (item: readonly string[], column: string): boolean =>
  item.some((token) => plainName(token) === column)

const SIGNS: ReadonlySet<string> = new Set(['*', '/', '+', '-'])

/** Whether one value is the other multiplied by the number, or with it added. */
function isScaled([was, is]: readonly [Value, Value], by: number): boolean {
  if (![was, is].every(isNumber)) return false
  const [old, now] = [Number(was), Number(is)]
  if (old === now) return false
  const isFactor =
    by > 1 && old !== 0 && now !== 0 && (isNear(old * by, now) || isNear(now * by, old))
  return isFactor || isNear(Math.abs(old - now), by)
}
