// Whether a value stands within another one: in a text that was put together from several, or in a JSON document. Pure.
import type { Value } from '../fill/seed-values.js'
import { isInexact, sameValue } from './same-value.js'

/**
 * Whether a text has the value as a part of its own, which no letter nor digit goes on, or a JSON document has it anywhere. A
 * number counts however it is written; a text of no more than spaces holds nothing.
 */
export function isWithin(whole: Value, part: Value): boolean {
  if (typeof whole !== 'string' || part === null || part instanceof Uint8Array) return false
  const text = String(part).trim()
  return (
    text === '' ||
    isPartOf(whole, text) ||
    (typeof part !== 'string' && numbersIn(whole).some((one) => isNumber(one, part))) ||
    leavesOf(whole).some((leaf) => sameValue(leaf, part) || leaf === text)
  )
}

function isPartOf(whole: string, text: string): boolean {
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + 1)) {
    const end = at + text.length
    const isBegun = WORD.test(whole.charAt(at - 1)) && WORD.test(text.charAt(0))
    if (!isBegun && !(WORD.test(whole.charAt(end)) && WORD.test(text.charAt(text.length - 1))))
      return true
  }
  return false
}

const WORD = /[\p{L}\p{N}_]/u

const numbersIn = (whole: string): string[] => whole.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? []

/**
 * SQLite writes fifteen digits of a real number, and JavaScript seventeen of any: of an integer that it holds as it is, others may
 * be 0.
 */
const isNumber = (text: string, part: number | bigint): boolean =>
  typeof part === 'bigint'
    ? sameValue(text, abs(part)) || (!isInexact(part) && text === String(Number(abs(part))))
    : sameValue(text, Number(Math.abs(part).toPrecision(15)))

const abs = (number: bigint): bigint => (number < 0n ? -number : number)

/** The texts and numbers in a JSON document; none of what is no such document. */
function leavesOf(whole: string): Value[] {
  if (!/^\s*[[{]/.test(whole)) return []
  const leaves: Value[] = []
  try {
    JSON.parse(whole, (_, value: unknown) => {
      if (typeof value === 'string' || typeof value === 'number') leaves.push(value)
      if (typeof value === 'boolean') leaves.push(Number(value))
      return value
    })
  } catch {
    return []
  }
  return leaves
}
