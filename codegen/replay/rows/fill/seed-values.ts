// Makes the values of generated rows: each names its column, and each sort of row brings its own kind of trouble. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import { literalOf } from './checks-of.js'
import { elementOf, type ListColumn } from './json-lists.js'
import { foldCase, foldUpper } from '../../../../src/sql/names.js'

/** A value as bound in SQLite; integers are read as bigints. */
export type Value = string | number | bigint | Uint8Array | null

/**
 * The sorts of generated rows, in order of insertion. `twin` repeats `plain` wherever no unique key forbids it; `null` takes the default
 * where a column cannot be null; `empty` has '' and 0; `extreme` has letters of many scripts and numbers at the limits of SQLite; `large`
 * has ordinary numbers beyond 32 bits, and repeats the unique texts of `plain` in capitals.
 */
export const ROW_SORTS = ['plain', 'twin', 'null', 'empty', 'extreme', 'large'] as const

/** One sort of row. A `sibling` shares part of a key with the plain row, and as little else as possible. */
export type RowSort = (typeof ROW_SORTS)[number] | 'sibling'

/** The position of the sort among the others. */
export const orderOf = (sort: RowSort): number => (sort === 'sibling' ? 0 : ROW_SORTS.indexOf(sort))

/** The smallest integer that SQLite stores. */
export const LOWEST = -(2n ** 63n)
/** A real number that overflows in most calculations. */
export const HUGE = 1e308

/** An integer that is merely large: bytes, milliseconds, a telephone number. */
export const LARGE = 3_000_000_000

/** An integer beyond the safe integers of JavaScript: a snowflake id, nanoseconds. */
export const VAST = 1_790_000_000_000_000_000n

/** The column and row that a value is made for. */
export interface Cell {
  readonly column: CatalogColumn
  /** Index of the column in its table. */
  readonly index: number
  readonly sort: RowSort
  /** Above 1 and different in each row if the column must not repeat values; otherwise 1. */
  readonly serial: number
}

type Kind = 'integer' | 'real' | 'text' | 'blob' | 'boolean' | 'moment' | 'json'

/** Where numbers that must be new start: migrations may have inserted small ones. */
const FAR = 400_000_000

/** The value to try first in a cell. */
export function seedValue({ column, index, sort, serial }: Cell): Value {
  if (sort === 'null' && column.primaryKey === 0) {
    const initial = column.notNull ? initialOf(column) : null
    if (!column.notNull || (initial !== null && serial === 1)) return initial
  }
  // Dates and JSON have no empty value, but rows without the column may have one that is no date or JSON.
  if (sort === 'empty' && serial === 1 && !column.notNull && initialOf(column) === '') return ''
  return valueOf({ column, index, sort, serial })
}

function valueOf({ column, index, sort, serial }: Cell): Value {
  const kind = kindOf(column)
  if (sort === 'large' && kind === 'integer')
    return isVast(column) ? VAST + BigInt(serial) : LARGE + serial
  const far = kind === 'integer' && serial > 1 ? FAR : 0
  if (sort === 'empty' && kind in EMPTY && far === 0) return EMPTY[kind] ?? null
  if (sort === 'extreme' && kind in EXTREME) return extreme(kind, column.name, serial)
  const number = (index + 1) * 1000 + serial + far + apart(kind, column, { sort, serial })
  return isListed(column)
    ? JSON.stringify([elementOf(pathsOf(column), `${column.name} ${number}`)])
    : plain(kind, column, number)
}

/** Dates and JSON have no empty or extreme value; these rows get a different one, as a column with one value in all rows proves nothing. */
function apart(kind: Kind, column: CatalogColumn, { sort, serial }: Pick<Cell, 'sort' | 'serial'>) {
  const isSame = kind === 'moment' || kind === 'json' || isListed(column)
  return isSame && serial === 1 && (sort === 'empty' || sort === 'extreme') ? orderOf(sort) : 0
}

/** Whether a column is meant for 64-bit integers: by its name, or by its type unless the name suggests smaller numbers. */
export const isVast = ({ type, name }: CatalogColumn): boolean =>
  VAST_NAME.test(name) || (/big\s*int|int8/i.test(type) && !isCounted({ name }))

/** Whether the name of a column suggests a count, or a time in milliseconds. */
export const isCounted = ({ name }: Pick<CatalogColumn, 'name'>): boolean => LESSER_NAME.test(name)

const VAST_NAME = /snowflake|tweet_?id$|(?:guild|discord)_?id$|nanos|_ns$|u?int64/i

/** Names of counts, and of times in milliseconds. */
const LESSER_NAME =
  /(?:^|_)(?:at|on|time|timestamp|ts|date|ms|millis|seconds|expires|created|updated|size|bytes|count|amount|price|total|balance|cents|length|duration|offset|position|version|order|sort)$|(?:At|On|Time|Timestamp|Date|Ms|Size|Bytes|Count)$/

/**
 * Whether a column is likely a boolean though it accepts any integer: by its type or name, or by its default unless the name suggests
 * otherwise.
 */
export const isFlag = (column: CatalogColumn): boolean => {
  const initial = initialOf(column)
  const isMeant = initial === 1 || (initial === 0 && !PLURAL.test(column.name))
  if (kindOf(column) === 'boolean') return true
  return mayBeFlag(column) && (isMeant || QUESTION.test(column.name))
}

/** Whether nothing about an integer column speaks against a boolean. */
export const mayBeFlag = (column: CatalogColumn): boolean =>
  kindOf(column) === 'integer' && !isCounted(column) && !ONE_OF_MANY.test(column.name)

const QUESTION = /^(?:is|has|can|was)(?:_|[A-Z])/

const PLURAL = /^(?!(?:is|has|can|was|no)_?[A-Z_]).{3,}[^aius]s$/i

const ONE_OF_MANY =
  /(?:state|depth|quantity|status|kind|type|level|prio(?:rity)?|mode|role|rating|stars|score|rank|grade|stage|phase|step|age|number|no|id|key|code)$/i

/** The default, if it is a plain string or number. */
export const initialOf = ({ default: initial }: CatalogColumn): Value =>
  initial === null ? null : literalOf(initial)

const extreme = (kind: Kind, name: string, serial: number): Value =>
  kind === 'text' ? unicode(name, serial) : (EXTREME[kind] ?? null)

/** A text in capitals; null if that changes nothing, or the column is not for text. */
export function inCapitals(column: CatalogColumn, text: Value): string | null {
  if (typeof text !== 'string' || kindOf(column) !== 'text') return null
  const capitals = foldUpper(text)
  return capitals === text ? null : capitals
}

/** What a `large` row adds to a column that no other row has; a text matters only if the column is unique. */
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

/** Combining marks, an emoji of several code points, right-to-left text, quotes, and some length. */
const unicode = (name: string, serial: number): string =>
  `${name} ${serial} e\u0301 \u{1F469}\u200D\u{1F680} \u05E9\u05DC\u05D5\u05DD \u0130 it's "x" ${'long '.repeat(60)}`

function plain(kind: Kind, { name, default: initial }: CatalogColumn, number: number): Value {
  if (kind === 'integer') return number
  if (kind === 'real') return number + 0.5
  if (kind === 'boolean') return 1
  if (kind === 'moment') return momentOf(number, momentIn(initial))
  if (kind === 'json') return JSON.stringify({ [name]: number })
  return kind === 'blob' ? bytesOf(name, number) : `${name} ${number}`
}

const bytesOf = (name: string, number: number): Uint8Array =>
  new TextEncoder().encode(`${backwards(number)} ${name}`)

/** Keys that are bytes mostly differ in the first few, and steps may tell them apart by these. */
const backwards = (number: number): string => [...String(number)].toReversed().join('')

function momentOf(number: number, form: Moment | null): string {
  const length = form === 'date' ? 86_400_000 : form === 'time' ? 1000 : 3_600_000
  const text = new Date(Date.UTC(2001, 0, 1) + number * length).toISOString()
  if (form === 'date') return text.slice(0, 10)
  if (form === 'time') return text.slice(11, 19)
  return form === 'timestamp' ? text.slice(0, 19).replace('T', ' ') : text
}

type Moment = 'timestamp' | 'date' | 'time' | 'other'

/** The format of dates, taken from the default, so that it matches other rows. Null if the default is no date, or a number. */
function momentIn(initial: string | null): Moment | null {
  const [, keyword = '', call = '', format = ''] =
    /^\(*\s*(?:current_(timestamp|date|time)|(datetime|date|time|strftime)\s*\(([^)]*)\))/i.exec(
      initial ?? '',
    ) ?? []
  const name = foldCase(keyword || call)
  if (name === 'strftime') return /%[sJj]/.test(format) ? null : 'other'
  if (name === 'datetime') return 'timestamp'
  return name === 'timestamp' || name === 'date' || name === 'time' ? name : null
}

/** What a column is meant for, by its type and default; for text also by its name, as SQLite has no date type. */
export function kindOf({ type, name, default: initial }: CatalogColumn): Kind {
  const declared = foldCase(type)
  if (declared.includes('bool')) return 'boolean'
  if (declared.includes('json') || isJsonText(initial)) return 'json'
  if (/date|time/.test(declared)) return 'moment'
  if (declared.includes('int')) return 'integer'
  if (momentIn(initial) && !declared.includes('blob')) return 'moment'
  if (/char|clob|text/.test(declared)) return textKind(foldCase(name))
  if (declared.includes('blob')) return 'blob'
  if (/real|floa|doub|dec|num/.test(declared)) return 'real'
  return textKind(foldCase(name))
}

/** If the default is a JSON object or list, the other values are taken to be JSON too. */
const isJsonText = (initial: string | null): boolean =>
  initial !== null && /^\(*'(?:\{.*\}|\[.*\])'\)*$/s.test(initial)

/** If the default is a JSON list, the other values are taken to be lists; or if SQL reads nothing but elements. */
const isListed = ({ type, default: initial }: CatalogColumn): boolean =>
  LIST.test(type) || (initial !== null && /^\(*'\[.*\]'\)*$/s.test(initial))

/** What is read of each element of a list. */
const pathsOf = ({ type }: CatalogColumn): ListColumn['paths'] =>
  JSON.parse(LIST.exec(type)?.[1] ?? '[]') as ListColumn['paths']

const LIST = /^JSON list (.*)$/s

function textKind(name: string): Kind {
  if (/(^|_)(json|metadata)$/.test(name)) return 'json'
  return /(^|_)(at|date|time|timestamp)$|[a-z](At|Date)$/.test(name) ? 'moment' : 'text'
}
