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

/** Whether a value is an integer, or the text of one, that a JavaScript number would round. */
export const isInexact = (value: Value): boolean =>
  (typeof value === 'bigint' || (typeof value === 'string' && /^\s*-?\d{16,}\s*$/.test(value))) &&
  BigInt(Number(value)) !== BigInt(value)

/** Whether a text is empty or consists of spaces. */
export const isBlank = (value: Value): boolean => typeof value === 'string' && value.trim() === ''
