// Decides whether a CHECK is implied by others: bounds and lists of values in all their spellings. Pure.
import { canonicalTokens, joinTokens } from '../../../src/sql/canonical-tokens.js'
import { foldCase, isSameName, plainName, unquote } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { affinityOf } from './affinity.js'
import { depthsIn, closingOf, unwrapped } from '../../sql/brackets.js'

/** Whether each part of the check accepts everything that satisfies all of `others`, as far as that can be determined. */
export function isImplied(
  check: string,
  others: readonly string[],
  { columns }: Pick<CatalogTable, 'columns'>,
): boolean {
  const asked = others.flatMap((other) => partsOf(canonicalTokens(other)))
  const texts = new Set(asked.map(joinTokens))
  const ranges = asked.flatMap((part) => rangeOf(part) ?? [])
  return partsOf(canonicalTokens(check)).every((part) => {
    if (texts.has(joinTokens(part))) return true
    const range = rangeOf(part)
    const own = ranges.filter(({ subject }) => subject === range?.subject)
    return range !== null && own.length > 0 && contains(range, own, isWhole(range.subject, columns))
  })
}

const isWhole = (subject: string, columns: readonly CatalogColumn[]): boolean =>
  columns.some(
    ({ name, type }) => isSameName(name, plainName(subject)) && affinityOf(type) === 'INTEGER',
  )

/** The operands of AND, without enclosing parentheses; the whole expression if there is an OR. */
function partsOf(all: readonly string[]): (readonly string[])[] {
  const tokens = unwrapped(all)
  const depths = depthsIn(tokens)
  if (tokens.some((token, at) => depths[at] === 0 && token === 'or')) return [tokens]
  const ands = tokens.flatMap((token, at) => (depths[at] === 0 && token === 'and' ? [at] : []))
  const split = ands.find((at) => tokens[at - (tokens[at - 2] === '-' ? 3 : 2)] !== 'between')
  if (split === undefined) return [tokens]
  return [...partsOf(tokens.slice(0, split)), ...partsOf(tokens.slice(split + 1))]
}

/** The values that a column may have: a list, or all between two bounds; or those that it may not. */
interface Range {
  readonly subject: string
  readonly values: readonly string[] | null
  /** Values that it may not have. */
  readonly without: readonly string[]
  readonly low: Bound
  readonly high: Bound
}

interface Bound {
  readonly at: number
  readonly open: boolean
}

const ALL: Omit<Range, 'subject'> = {
  values: null,
  without: [],
  low: { at: -Infinity, open: false },
  high: { at: Infinity, open: false },
}

/** `lvl BETWEEN 1 AND 3`, `lvl >= 1`, `0 < length(lvl)`, `lvl IN (1, 2)`, `kind = 'a'`, `kind <> 'b'`; null for anything else. */
function rangeOf(part: readonly string[]): Range | null {
  const [subject = '', word = '', ...rest] = withCalls(signed(part))
  const [first = '', , last = ''] = rest
  if (word === 'in') return listIn(subject, rest)
  if (first === 'in') return withoutList(listIn(subject, rest.slice(1)))
  if (word === 'between' && rest.length === 3 && isNumber(first) && isNumber(last))
    return { ...ALL, subject, low: closed(first), high: closed(last) }
  if (rest.length !== 1) return null
  if (isNumber(subject) && !isLiteral(first)) return bounded(first, MIRRORED[word] ?? '', subject)
  return bounded(subject, word, first)
}

function listIn(subject: string, list: readonly string[]): Range | null {
  const values = list.slice(1, -1).filter((token) => token !== ',')
  const isList = list[0] === '(' && list.at(-1) === ')' && !values.some((one) => /^[()]$/.test(one))
  return isList ? { ...ALL, subject, values } : null
}

const withoutList = (list: Range | null): Range | null =>
  list && { ...list, values: null, without: list.values ?? [] }

function bounded(subject: string, sign: string, value: string): Range | null {
  if (sign === '=' || sign === '==')
    return isLiteral(value) ? { ...ALL, subject, values: [value] } : null
  if (sign === '<>') return isLiteral(value) ? { ...ALL, subject, without: [value] } : null
  if (!isNumber(value) || !/^[<>]=?$/.test(sign)) return null
  const bound = { at: Number(value), open: sign.length === 1 }
  return { ...ALL, subject, ...(sign.startsWith('<') ? { high: bound } : { low: bound }) }
}

const MIRRORED: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '==': '==',
  '<>': '<>',
}

const closed = (value: string): Bound => ({ at: Number(value), open: false })

const isNumber = (token: string): boolean => /^-?[\d.]/.test(token) && !Number.isNaN(Number(token))
const isLiteral = (token: string): boolean => token.startsWith("'") || isNumber(token)

/** With the sign of a number as a part of it. */
const signed = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token, at) => {
    if (token === '-' && isNumber(tokens[at + 1] ?? '')) return []
    return tokens[at - 1] === '-' && isNumber(token) ? [`-${token}`] : [token]
  })

/** With each function call as one token: its result for a row is the same everywhere. */
function withCalls(tokens: readonly string[]): string[] {
  const at = tokens.findIndex(
    (token, place) => tokens[place + 1] === '(' && /^(?!in$)\w+$/.test(token),
  )
  if (at < 0) return [...tokens]
  const end = closingOf(tokens, at + 1) + 1
  const call = joinTokens(tokens.slice(at, end))
  return [...tokens.slice(0, at), call, ...withCalls(tokens.slice(end))]
}

/** Whether a value that all others accept is accepted; an integer, if the column converts every number to one. */
function contains(range: Range, others: readonly Range[], isInteger: boolean): boolean {
  if (range.without.length > 0)
    return range.without.every((value) => others.some((one) => shuts(one, value)))
  const listed = others.find(({ values }) => values)?.values
  if (listed)
    return listed.every((value) => lets(range, value) || others.some((one) => !lets(one, value)))
  const whole = isInteger ? others.map(inIntegers) : others
  const low = whole
    .map((one) => one.low)
    .reduce((one, other) => (isAbove(other, one) ? other : one))
  const high = whole
    .map((one) => one.high)
    .reduce((one, other) => (isBelow(other, one) ? other : one))
  if (!range.values) {
    const own = isInteger ? inIntegers(range) : range
    return !isAbove(own.low, low) && !isBelow(own.high, high)
  }
  const count = high.at - low.at + 1
  const isFew = isInteger && count <= MOST_LISTED
  return isFew && integersFrom(low.at, count).every((value) => lets(range, value))
}

function lets({ values, low, high }: Range, value: string): boolean {
  if (values) return values.includes(value)
  const bound = closed(value)
  return isNumber(value) && !isAbove(low, bound) && !isBelow(high, bound)
}

/** Whether it surely shuts out a value: texts that differ in other letters only, or a text and a number, may be the same to a column. */
function shuts({ values, without, low, high }: Range, value: string): boolean {
  if (values) return values.every((one) => areApart(one, value))
  const bound = closed(value)
  return (
    without.includes(value) || (isNumber(value) && (isAbove(low, bound) || isBelow(high, bound)))
  )
}

function areApart(one: string, other: string): boolean {
  if (isNumber(one) && isNumber(other)) return Number(one) !== Number(other)
  const isText = one.startsWith("'") && other.startsWith("'")
  const [plain, others] = [one, other].map((text) => foldCase(unquote(text)).trimEnd())
  return isText && plain !== others
}

const integersFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => String(first + at))

const inIntegers = (range: Range): Range => ({
  ...range,
  low: wholeBound(range.low, 1),
  high: wholeBound(range.high, -1),
})

const MOST_LISTED = 1000

/** Whether it is a stricter lower bound. */
const isAbove = (one: Bound, other: Bound): boolean =>
  one.at > other.at || (one.at === other.at && one.open && !other.open)

const isBelow = (one: Bound, other: Bound): boolean =>
  one.at < other.at || (one.at === other.at && one.open && !other.open)

/** The first integer that a bound allows; the last one if `step` is -1. */
function wholeBound({ at, open }: Bound, step: 1 | -1): Bound {
  const whole = step === 1 ? Math.ceil(at) : Math.floor(at)
  return { at: open && whole === at ? at + step : whole, open: false }
}
