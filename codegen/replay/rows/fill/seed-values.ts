// Values for generated rows: each tells its column, and each sort of row brings its own kind of trouble. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import { literalOf } from './checks-of.js'
import { foldCase, foldUpper } from '../../../../src/sql/names.js'

/** A value as it is handed to SQLite; reading gives big integers for integers. */
export type Value = string | number | bigint | Uint8Array | null

/**
 * The sorts of generated rows, in the order in which they are made. `twin` repeats `plain` wherever no unique key forbids
 * it; `null` has the default where a column cannot be null; `empty` has '' and 0, `extreme` has letters of many scripts and
 * numbers at the edge of what SQLite keeps. `large` has ordinary numbers that 32 bits do not hold, and repeats the unique
 * texts of `plain` in capitals.
 */
export const ROW_SORTS = ['plain', 'twin', 'null', 'empty', 'extreme', 'large'] as const

/** One sort of row. A `sibling` shares a part of a key with the plain row, and as little else as possible. */
export type RowSort = (typeof ROW_SORTS)[number] | 'sibling'

/** Where the sort stands among the others. */
export const orderOf = (sort: RowSort): number => (sort === 'sibling' ? 0 : ROW_SORTS.indexOf(sort))

/** The smallest integer that SQLite keeps. */
export const LOWEST = -(2n ** 63n)
/** A real number that few calculations survive. */
export const HUGE = 1e308

/** An integer that is no more than large: bytes, milliseconds, a telephone number. */
export const LARGE = 3_000_000_000

/** An integer that no number of JavaScript holds when something is added to it: a snowflake, nanoseconds. */
export const VAST = 1_790_000_000_000_000_000n

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
    const initial = column.notNull ? initialOf(column) : null
    if (!column.notNull || (initial !== null && serial === 1)) return initial
  }
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
    ? JSON.stringify([`${column.name} ${number}`])
    : plain(kind, column, number)
}

/** Moments and JSON have no empty and no extreme value: these rows have another one, as a column with one value in all rows tells nothing. */
function apart(kind: Kind, column: CatalogColumn, { sort, serial }: Pick<Cell, 'sort' | 'serial'>) {
  const isSame = kind === 'moment' || kind === 'json' || isListed(column)
  return isSame && serial === 1 && (sort === 'empty' || sort === 'extreme') ? orderOf(sort) : 0
}

/** Whether a column is meant for integers of 64 bits: by its name; by its type, where the name tells of nothing that is less. */
export const isVast = ({ type, name }: CatalogColumn): boolean =>
  VAST_NAME.test(name) || (/big\s*int|int8/i.test(type) && !isCounted({ name }))

/** Whether a column holds what is counted, or moments, which are milliseconds, by its name. */
export const isCounted = ({ name }: Pick<CatalogColumn, 'name'>): boolean => LESSER_NAME.test(name)

const VAST_NAME = /snowflake|tweet_?id$|(?:guild|discord)_?id$|nanos|_ns$|u?int64/i

/** Moments, which are milliseconds, and what is counted. */
const LESSER_NAME =
  /(?:^|_)(?:at|on|time|timestamp|ts|date|ms|millis|seconds|expires|created|updated|size|bytes|count|amount|price|total|balance|cents|length|duration|offset|position|version|order|sort)$|(?:At|On|Time|Timestamp|Date|Ms|Size|Bytes|Count)$/

/**
 * Whether a column is likely one of yes and no, though it may hold any integer: by its type, or by its default, where its name tells
 * nothing else.
 */
export const isFlag = (column: CatalogColumn): boolean => {
  const initial = initialOf(column)
  if (kindOf(column) === 'boolean') return true
  return (
    kindOf(column) === 'integer' &&
    (initial === 1 || (initial === 0 && !PLURAL.test(column.name))) &&
    !isCounted(column) &&
    !ONE_OF_MANY.test(column.name)
  )
}

const PLURAL = /^(?!(?:is|has|can|was|no)_?[A-Z_]).{3,}[^aius]s$/i

const ONE_OF_MANY =
  /(?:state|status|kind|type|level|prio(?:rity)?|mode|role|rating|stars|score|rank|grade|stage|phase|step|age|number|no|id|key|code)$/i

/** The default, where it is no more than a text or a number. */
export const initialOf = ({ default: initial }: CatalogColumn): Value =>
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

function plain(kind: Kind, { name, default: initial }: CatalogColumn, number: number): Value {
  if (kind === 'integer') return number
  if (kind === 'real') return number + 0.5
  if (kind === 'boolean') return 1
  if (kind === 'moment') return momentOf(number, momentIn(initial))
  if (kind === 'json') return JSON.stringify({ [name]: number })
  const text = `${name} ${number}`
  return kind === 'blob' ? new TextEncoder().encode(text) : text
}

function momentOf(number: number, form: Moment | null): string {
  const length = form === 'date' ? 86_400_000 : form === 'time' ? 1000 : 3_600_000
  const text = new Date(Date.UTC(2001, 0, 1) + number * length).toISOString()
  if (form === 'date') return text.slice(0, 10)
  if (form === 'time') return text.slice(11, 19)
  return form === 'timestamp' ? text.slice(0, 19).replace('T', ' ') : text
}

type Moment = 'timestamp' | 'date' | 'time' | 'other'

/** How a default writes the moment: as other rows have it. Null where it is none, or a number. */
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

/** What a column is meant for, by its type and default; a text also by its name, as dates have no type of their own. */
function kindOf({ type, name, default: initial }: CatalogColumn): Kind {
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

/** A default that is an object or a list tells what the other values are. */
const isJsonText = (initial: string | null): boolean =>
  initial !== null && /^\(*'(?:\{.*\}|\[.*\])'\)*$/s.test(initial)

/** A default that is a list tells that the other values are lists. */
const isListed = ({ default: initial }: CatalogColumn): boolean =>
  initial !== null && /^\(*'\[.*\]'\)*$/s.test(initial)

function textKind(name: string): Kind {
  if (/(^|_)(json|metadata)$/.test(name)) return 'json'
  return /(^|_)(at|date|time|timestamp)$|[a-z](At|Date)$/.test(name) ? 'moment' : 'text'
}
