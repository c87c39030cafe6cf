// Judges whether a value is part of another: of a text joined from several, or of a JSON document. Pure.
import type { Value } from '../fill/seed-values.js'
import { isInexact, sameValue } from './same-value.js'

/**
 * Whether a text contains the value as a separate part, not continued by letters or digits, or a JSON document contains it anywhere. A
 * number counts in any notation; a text of spaces is contained in anything.
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
 * SQLite writes fifteen digits of a real number, JavaScript up to seventeen digits, with zeros after that for an integer it holds exactly.
 */
const isNumber = (text: string, part: number | bigint): boolean =>
  typeof part === 'bigint'
    ? sameValue(text, abs(part)) || (!isInexact(part) && text === String(Number(abs(part))))
    : sameValue(text, Number(Math.abs(part).toPrecision(15)))

const abs = (number: bigint): bigint => (number < 0n ? -number : number)

/** The texts and numbers in a JSON document; empty for anything else. */
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
