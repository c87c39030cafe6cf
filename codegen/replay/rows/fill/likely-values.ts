// Suggests values to try when a table refuses a row: literals from its CHECK constraints, and common formats. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import type { Check } from './checks-of.js'
import { seedValue, type Value } from './seed-values.js'
import { foldCase } from '../../../../src/sql/names.js'

/** The literals in checks that name the column, which often are its allowed values. */
export const literalsFor = (column: CatalogColumn, checks: readonly Check[]): Value[] =>
  checksOn(column, checks).flatMap(({ literals }) => literals.slice(0, MOST_LITERALS))

const MOST_LITERALS = 12

const checksOn = ({ name }: CatalogColumn, checks: readonly Check[]): Check[] =>
  checks.filter(({ words }) => words.has(foldCase(name)))

/**
 * Replacements for a refused value, likeliest first and without repetition: literals from checks that name the column, then common formats,
 * then null if the column is nullable.
 */
export function candidates(
  column: CatalogColumn,
  index: number,
  checks: readonly Check[],
): Value[] {
  const own = checksOn(column, checks)
  const usual = own.length > 0 ? USUAL : []
  const found = [
    ...own.flatMap(fromLiterals),
    ...own.flatMap(fromFunctions),
    ...(['plain', 'empty'] as const).map((sort) => seedValue({ column, index, sort, serial: 1 })),
    ...usual,
    ...(column.notNull ? [] : [null]),
  ]
  const seen = new Set<string>()
  return found.filter((value) => {
    const key = `${typeof value} ${String(value)}`
    return seen.has(key) ? false : seen.add(key)
  })
}

/** Values built from the checks that name the column, with a part that no other row has. */
export const builtValues = (
  column: CatalogColumn,
  checks: readonly Check[],
  serial: number,
): Value[] => {
  const found = checksOn(column, checks).flatMap((check) => valuesFor(check, serial))
  if (!/blob/i.test(column.type)) return found
  return [...found.filter(isBytes), ...found.filter((value) => !isBytes(value))]
}

const isBytes = (value: Value): boolean => value instanceof Uint8Array

function valuesFor(check: Check, serial: number): Value[] {
  const lengths = lengthsIn(check).flatMap((length) => [length, length + 1])
  const beginnings = ['', ...textsIn(check).flatMap((text) => formsOf(text, check, serial))]
  const texts = beginnings.flatMap((text) => [
    ...(text === '' ? [] : [text, `${text}${serial}`]),
    ...lengths.flatMap((length) => endedBy(text, String(serial), length)),
  ])
  const bytes = [new Uint8Array(), ...check.blobs].flatMap((begin) =>
    lengths.map((length) => bytesOfLength(length, begin, serial)),
  )
  return [...texts, ...bytes, ...documentsIn(check, serial)]
}

/** `text` padded to a length so that it ends with `end`; nothing if there is no room. */
const endedBy = (text: string, end: string, length: number): string[] => {
  const room = length - text.length
  return room < end.length ? [] : [text + end.padStart(room, 'a'), text + end.padStart(room, '0')]
}

function bytesOfLength(length: number, begin: Uint8Array, serial: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = length - 1, rest = serial; at >= 0 && rest > 0; at--, rest = Math.floor(rest / 256))
    bytes[at] = rest % 256
  bytes.set(begin.slice(0, length))
  return bytes
}

/** JSON documents with the keys that the paths of a check ask for. */
function documentsIn(check: Check, serial: number): string[] {
  if (![...check.words].some((word) => word.startsWith('json'))) return []
  const keys = textsIn(check).flatMap((text) => /^\$\.(\w+)/.exec(text)?.[1] ?? [])
  const values: unknown[] = [serial, `a ${serial}`, [serial], { a: serial }]
  const documents = values.map((value) => Object.fromEntries(keys.map((key) => [key, value])))
  return [...documents, ...values].map((value) => JSON.stringify(value))
}

const textsIn = ({ literals }: Check): string[] => literals.filter((one) => typeof one === 'string')

/** A text as it is, and values that match it as a pattern. */
const formsOf = (text: string, { patterns }: Check, serial: number): string[] =>
  patterns ? [text, likePattern(text), globPattern(text, serial)] : [text]

const lengthsIn = ({ literals, words }: Check): number[] =>
  words.has('length') || words.has('octet_length')
    ? literals.filter((one) => typeof one === 'number').filter((one) => one >= 0 && one < 5000)
    : []

function fromLiterals(check: Check): Value[] {
  const { literals, patterns } = check
  const numbers = literals.filter((one) => typeof one === 'number')
  const texts = textsIn(check)
  const lengths = lengthsIn(check)
  return [
    ...(patterns ? texts.map(likePattern) : []),
    ...(patterns ? texts.map((text) => globPattern(text)) : []),
    ...lengths.flatMap(textsOfLength),
    ...lengths.map((length) => new Uint8Array(length)),
    ...texts,
    ...check.blobs,
    ...texts.map(fromHex),
    ...numbers.flatMap((one) => [one, one + 1, one - 1]),
  ]
}

/** Several of each length, because the column may be unique. */
const textsOfLength = (length: number): string[] =>
  ['a', 'b', '1', '2', 'X', 'Y'].flatMap((letter) => [
    letter.repeat(length),
    letter.repeat(length + 1),
    letter.repeat(Math.max(0, length - 1)),
  ])

const likePattern = (pattern: string): string => pattern.replaceAll('%', 'a').replaceAll('_', 'a')

/**
 * Replaces each class by a letter in it, and an excluding class by a letter most likely not in it. The last classes spell the digits of the
 * serial.
 */
function globPattern(pattern: string, serial = 0): string {
  const digits = [...String(serial)]
  const chosen = [...pattern.matchAll(CLASS)].reverse().map(([, letters = '']) => {
    const step = Number(digits.pop() ?? 0)
    return letters.startsWith('^') ? (/a/i.test(letters) ? '7' : 'a') : letterIn(letters, step)
  })
  return pattern
    .replace(CLASS, () => chosen.pop() ?? '')
    .replaceAll('*', '')
    .replaceAll('?', 'a')
}

const CLASS = /\[(\^?[^\]]*)\]/g

/** For `0-9`, the digit at `step`. */
function letterIn(letters: string, step: number): string {
  const [first = '', dash, last = ''] = letters
  const from = first.codePointAt(0) ?? 0
  const count = dash === '-' ? (last.codePointAt(0) ?? from) - from + 1 : 1
  return String.fromCodePoint(from + (step % Math.max(1, count)))
}

/** The bytes whose `hex(…)` is this text; the text itself where it is not hexadecimal. */
const fromHex = (text: string): Value =>
  /^(?:[\da-f]{2})+$/i.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : text

function fromFunctions({ words }: Check): Value[] {
  if (words.has('json_type')) return ['[]', '{}', '"a"', '1', '[1]', '{"a":1}']
  if (words.has('json_valid')) return ['{}', '[]', '{"a":1}']
  return words.has('regexp') || words.has('hex') ? ['ff', 'abc', '0123456789abcdef'] : []
}

const USUAL: readonly Value[] = [
  1,
  0,
  2,
  -1,
  0.5,
  100,
  1_700_000_000,
  ...'a|A|1|ab|abc|en|EUR|2001-02-03|2001-02-03 04:05:06|2001-02-03T04:05:06.000Z|04:05|a@example.com|https://example.com/|/a|#aabbcc|00000000-0000-4000-8000-000000000001|{}|[]|0123456789abcdef0123456789abcdef|1.2.3|+15550000000'.split(
    '|',
  ),
  new Uint8Array([1]),
  new Uint8Array(16),
]
