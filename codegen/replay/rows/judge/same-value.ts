// Compares values. Pure.
import type { Value } from '../fill/seed-values.js'

/** Whether two values are equal, ignoring the storage class, which may change with the column type. */
export function sameValue(one: Value, other: Value): boolean {
  if (one === other) return true
  if (one === null || other === null) return false
  if (one instanceof Uint8Array || other instanceof Uint8Array)
    return bytesOf(one) === bytesOf(other)
  if (typeof one === 'string' && typeof other === 'string') return false
  return sameNumber(one, other)
}

/** A text that is equal for equal values, to look rows up by. */
export function bucketOf(value: Value): string {
  if (value === null) return ''
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)
  const number = text.trim() === '' ? NaN : Number(text)
  return Number.isNaN(number) ? `text ${text}` : `number ${number}`
}

const bytesOf = (value: Exclude<Value, null>): string =>
  Buffer.from(value instanceof Uint8Array ? value : String(value)).toString('hex')

function sameNumber(one: string | number | bigint, other: string | number | bigint): boolean {
  if (String(one).trim() === '' || String(other).trim() === '') return false
  if (Number(one) !== Number(other)) return false
  return (!isInexact(one) && !isInexact(other)) || String(one).trim() === String(other).trim()
}

/** Whether a value is an integer, or the text of one, that a JavaScript number would round, or a text that would become Infinity. */
export function isInexact(value: Value): boolean {
  const isText = typeof value === 'string'
  if (!isText && typeof value !== 'bigint') return false
  const number = Number(value)
  if (!Number.isFinite(number)) return !Number.isNaN(number)
  return (!isText || /^\s*-?\d{16,}\s*$/.test(value)) && BigInt(number) !== BigInt(value)
}

/** Whether two numbers are equal except for rounding errors of REAL numbers. Nothing is near Infinity. */
export const isNear = (one: number, other: number): boolean =>
  one === other ||
  Math.abs(one - other) <= 1e-9 * Math.min(Math.abs(one), Math.abs(other), Number.MAX_VALUE)

/** Whether two texts are one time, which `datetime()` and ISO 8601 write differently. */
export const isSameTime = (one: Value, other: Value): boolean => {
  const [first, second] = [one, other].map(timeIn)
  return first !== null && first === second
}

const timeIn = (value: Value): number | null =>
  typeof value === 'string' && TIME.test(value)
    ? Date.parse(value.replace(' ', 'T').replace(/Z?$/, value.includes(':') ? 'Z' : ''))
    : null

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?$/

/** Whether a text is empty or consists of spaces. */
export const isBlank = (value: Value): boolean => typeof value === 'string' && value.trim() === ''
