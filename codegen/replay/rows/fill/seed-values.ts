// Values for generated rows: each tells its column, and each sort of row brings its own kind of trouble. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import { literalOf, type Check } from './checks-of.js'
import { foldCase, foldUpper } from '../../../../src/sql/names.js'

/** A value as it is handed to SQLite; reading gives big integers for integers. */
export type Value = string | number | bigint | Uint8Array | null

/**
 * The sorts of generated rows, in the order in which they are made. `twin` repeats `plain` wherever no unique key
 * forbids it; `null` has the default where a column cannot be null; `empty` has '' and 0, `extreme` has letters of many scripts and numbers at the edge of what SQLite keeps.
 * `large` has ordinary numbers that 32 bits do not hold, and repeats the unique texts of `plain` in capitals.
 */
export const ROW_SORTS = ['plain', 'twin', 'null', 'empty', 'extreme', 'large'] as const

/** One sort of row. */
export type RowSort = (typeof ROW_SORTS)[number]

/** The smallest integer that SQLite keeps. */
export const LOWEST = -(2n ** 63n)
/** A real number that few calculations survive. */
export const HUGE = 1e308

/** An integer that is no more than large: bytes, milliseconds, a telephone number. */
export const LARGE = 3_000_000_000

/** What a value is made for. */
export interface Cell {
  readonly column: CatalogColumn
  /** Place of the column in its table, from 0. */
  readonly index: number
  readonly sort: RowSort
  /** More than 1, and different for each row, where the column must not repeat itself; else 1. */
  readonly serial: number
}

type Kind = 'integer' | 'real' | 'text' | 'blob' | 'boolean' | 'moment' | 'json'

/** Where numbers begin that must be new: migrations may have given small ones to rows of their own. */
const FAR = 400_000_000

/** The value that a cell gets unless the table refuses it. */
export function seedValue({ column, index, sort, serial }: Cell): Value {
  if (sort === 'null' && column.primaryKey === 0) {
    const initial = column.notNull ? literalDefault(column) : null
    if (!column.notNull || (initial !== null && serial === 1)) return initial
  }
  return valueOf({ column, index, sort, serial })
}

function valueOf({ column, index, sort, serial }: Cell): Value {
  const kind = kindOf(column)
  if (sort === 'large' && kind === 'integer') return LARGE + serial
  const far = kind === 'integer' && serial > 1 ? FAR : 0
  if (sort === 'empty' && kind in EMPTY && far === 0) return EMPTY[kind] ?? null
  if (sort === 'extreme' && kind in EXTREME) return extreme(kind, column.name, serial)
  return plain(kind, column.name, (index + 1) * 1000 + serial + far)
}

/** The default, where it is no more than a text or a number. */
const literalDefault = ({ default: initial }: CatalogColumn): Value =>
  initial === null ? null : literalOf(initial)

const extreme = (kind: Kind, name: string, serial: number): Value =>
  kind === 'text' ? unicode(name, serial) : (EXTREME[kind] ?? null)

/** The text of another row, told from it by its letters' case alone; null where there is none. */
export function inCapitals(column: CatalogColumn, text: Value): string | null {
  if (typeof text !== 'string' || kindOf(column) !== 'text') return null
  const capitals = foldUpper(text)
  return capitals === text ? null : capitals
}

/** What a row of the sort `large` brings to a column that no other row has; a text only where the column is unique. */
export function gainsFromLarge(column: CatalogColumn): 'number' | 'text' | null {
  const kind = kindOf(column)
  if (kind === 'integer') return 'number'
  return kind === 'text' ? 'text' : null
}

const EMPTY: Readonly<Partial<Record<Kind, Value>>> = {
  integer: 0,
  real: 0,
  text: '',
  blob: new Uint8Array(),
  boolean: 0,
}

const EXTREME: Readonly<Partial<Record<Kind, Value>>> = { integer: LOWEST, real: HUGE, text: '' }

/** Combining marks, an emoji of several code points, right to left, a quote, and some length. */
const unicode = (name: string, serial: number): string =>
  `${name} ${serial} e\u0301 \u{1F469}\u200D\u{1F680} \u05E9\u05DC\u05D5\u05DD \u0130 it's "x" ${'long '.repeat(60)}`

function plain(kind: Kind, name: string, number: number): Value {
  if (kind === 'integer') return number
  if (kind === 'real') return number + 0.5
  if (kind === 'boolean') return 1
  if (kind === 'moment') return momentOf(number)
  if (kind === 'json') return JSON.stringify({ [name]: number })
  const text = `${name} ${number}`
  return kind === 'blob' ? new TextEncoder().encode(text) : text
}

const momentOf = (number: number): string =>
  new Date(Date.UTC(2001, 0, 1) + number * 3_600_000).toISOString()

/** What a column is meant for, by its type and default; a text also by its name, as dates have no type of their own. */
function kindOf({ type, name, default: initial }: CatalogColumn): Kind {
  const declared = foldCase(type)
  if (declared.includes('bool')) return 'boolean'
  if (declared.includes('json') || isJsonText(initial)) return 'json'
  if (/date|time/.test(declared)) return 'moment'
  if (declared.includes('int')) return 'integer'
  if (/char|clob|text/.test(declared)) return textKind(foldCase(name))
  if (declared.includes('blob')) return 'blob'
  if (/real|floa|doub|dec|num/.test(declared)) return 'real'
  return textKind(foldCase(name))
}

/** A default that is an object or a list tells what the other values are. */
const isJsonText = (initial: string | null): boolean =>
  initial !== null && /^\(*'(?:\{.*\}|\[.*\])'\)*$/s.test(initial)

function textKind(name: string): Kind {
  if (/(^|_)(json|metadata)$/.test(name)) return 'json'
  return /(^|_)(at|date|time|timestamp)$|[a-z](At|Date)$/.test(name) ? 'moment' : 'text'
}

/** The texts and numbers that the checks speak of that name the column: often what it may be. */
export const literalsFor = (column: CatalogColumn, checks: readonly Check[]): Value[] =>
  checksOn(column, checks).flatMap(({ literals }) => literals.slice(0, MOST_LITERALS))

const MOST_LITERALS = 12

const checksOn = ({ name }: CatalogColumn, checks: readonly Check[]): Check[] =>
  checks.filter(({ words }) => words.has(foldCase(name)))

/**
 * What to try where a table refuses a value: what the checks that name the column speak of, then usual formats. Null is
 * among them where the column may be null. Each value once, the likeliest first.
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

/** Texts of the lengths that the checks speak of, none of which another row has. */
export const freshTexts = (
  column: CatalogColumn,
  checks: readonly Check[],
  serial: number,
): string[] =>
  checksOn(column, checks)
    .flatMap(lengthsIn)
    .flatMap((length) => [length, length + 1])
    .filter((length) => length >= String(serial).length)
    .map((length) => String(serial).padStart(length, 'a'))

const lengthsIn = ({ literals, words }: Check): number[] =>
  words.has('length')
    ? literals.filter((one) => typeof one === 'number').filter((one) => one >= 0 && one < 5000)
    : []

function fromLiterals(check: Check): Value[] {
  const { literals, patterns } = check
  const numbers = literals.filter((one) => typeof one === 'number')
  const texts = literals.filter((one) => typeof one === 'string')
  const lengths = lengthsIn(check)
  return [
    ...(patterns ? texts.map(likePattern) : []),
    ...(patterns ? texts.map(globPattern) : []),
    ...lengths.flatMap(textsOfLength),
    ...lengths.map((length) => new Uint8Array(length)),
    ...texts,
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

/** Of a class of letters, one that is in it; of an excluding class, one that most likely is not. */
const globPattern = (pattern: string): string =>
  pattern
    .replace(/\[\^([^\]]*)\]/g, (_, letters: string) => (/a/i.test(letters) ? '7' : 'a'))
    .replace(/\[([^\]])[^\]]*\]/g, '$1')
    .replaceAll('*', '')
    .replaceAll('?', 'a')

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
  'a',
  'A',
  '1',
  'ab',
  'abc',
  'en',
  'EUR',
  '2001-02-03',
  '2001-02-03 04:05:06',
  '2001-02-03T04:05:06.000Z',
  '04:05',
  'a@example.com',
  'https://example.com/',
  '/a',
  '#aabbcc',
  '00000000-0000-4000-8000-000000000001',
  '{}',
  '[]',
  '0123456789abcdef0123456789abcdef',
  '1.2.3',
  '+15550000000',
  new Uint8Array([1]),
  new Uint8Array(16),
]
