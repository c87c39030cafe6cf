// Judges texts that a side changes in place, and whether they are still changed after `down`. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import { placeOf } from '../watch/table-image.js'
import { isFunction, triedPairs, type Worked } from './judge-worked.js'

/** A former text, and what has become of it. */
export type Reworded = ReadonlyMap<string, string>

/**
 * The texts that have changed, depending only on themselves; if several became the same text, only those. Empty if one has become no text
 * or is a JSON document, and without texts that are only normalized in case or spaces.
 */
export function rewordedTexts(worked: Worked, name: string): Reworded {
  const { before, after, column, values } = worked
  const [place, now] = [placeOf(before, column), placeOf(after, name)]
  const pairs = triedPairs(before, after, { place, values })
  const texts = pairs.map(([old, row]) => [old[place] ?? null, row[now] ?? null] as const)
  if (!texts.every(isWording) || !isFunction(pairs, [place], (row) => row[now] ?? null))
    return new Map()
  const changed = new Map(texts.filter(isWording).filter((pair) => !isPutInOrder(pair)))
  const shared = [...changed].filter(([, text]) => isShared(text, changed))
  return shared.length > 0 ? new Map(shared) : changed
}

const isShared = (text: string, reworded: Reworded): boolean =>
  [...reworded.values()].filter((one) => one === text).length > 1

const isWording = (pair: readonly [Value, Value]): pair is readonly [string, string] =>
  pair.every((value) => typeof value === 'string' && !/^[[{]/.test(value))

/** Whether two texts differ in spaces or capitals alone. */
export function isPutInOrder([was, is]: readonly [string, string]): boolean {
  const [old, now] = [was, is].map((text) => text.replaceAll(/\s+/g, ' ').trim())
  return old === now || foldCase(old ?? '') === now
}

/**
 * A text that is still what `up` made of it; of several merged into one, which nobody wants split again, one that has become another of
 * them.
 */
export function leftReworded(
  { before, after, column }: Omit<Worked, 'values'>,
  reworded: Reworded,
): readonly [was: string, is: string] | undefined {
  const [place, now] = [placeOf(before, column), placeOf(after, column)]
  const pairs = triedPairs(before, after, { place, values: [...reworded.keys()] })
  const left = pairs.map(([old, row]) => [old[place] ?? null, row[now] ?? null] as const)
  return left.filter(isWording).find(([was, is]) => {
    const made = reworded.get(was) ?? ''
    return isShared(made, reworded) ? was !== is && reworded.get(is) === made : made === is
  })
}
