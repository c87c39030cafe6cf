// Reads the comparisons in a statement's conditions: the names in each, and values that decide it. Pure.
import { clampedCasts } from '../../../sql/clamped-casts.js'
import { cutProducts } from '../../../sql/cut-products.js'
import { plainName, unquote } from '../../../../src/sql/names.js'
import type { Key } from '../fill/json-lists.js'
import type { Value } from '../fill/seed-values.js'
import { documentsWith, listsIn, objectsOf, readAt } from './json-documents.js'

/** One comparison; its names include columns, in lower case. */
export interface Comparison {
  readonly names: readonly string[]
  /** Values for which it may be true, and values for which it may be false. */
  readonly values: readonly Value[]
  /** The path by which a document is read there. */
  readonly path?: readonly Key[]
}

/**
 * Reads the conditions after WHERE, ON, HAVING and WHEN, split at AND and OR. The operators hardly matter, as SQLite decides which rows
 * match. Literals in VALUES, or compared with no name, count for the names that are compared with no literal.
 */
export function comparisonsIn(tokens: readonly string[]): Comparison[] {
  const read = conditionsOf(tokens).map((part) => ({
    names: namesOf(part),
    values: valuesOf(part),
  }))
  const loose = [
    ...listedIn(tokens),
    ...read.flatMap((one) => (one.names.length === 0 ? one.values : [])),
  ]
  const documents = tokens.flatMap((_, at) =>
    readAt(tokens, at).map((one) => ({ ...one, values: documentsWith([one.path]) })),
  )
  const cut = cutProducts(tokens).map(({ column, factor }) => ({
    names: [column],
    values: inexactBy(Number(factor)),
  }))
  const compared = read.flatMap(({ names, values }) => {
    const all = values.length > 0 ? values : loose
    return names.length > 0 && all.length > 0 ? [{ names, values: all }] : []
  })
  // Between the bounds, the CAST alone truncates a fraction.
  const clamped = clampedCasts(tokens).map(({ column, bounds }) => ({
    names: [column],
    values: [Math.min(...bounds) + 0.5, Math.max(...bounds) - 0.5],
  }))
  return [...compared, ...documents, ...listsIn(tokens), ...cut, ...clamped]
}

/** The names in all conditions, whatever they are compared with. */
export const namesCompared = (tokens: readonly string[]): string[] =>
  conditionsOf(tokens).flatMap(namesOf)

/** A quotient that times the factor is slightly less than a whole number; none for powers of 2. */
function inexactBy(factor: number): Value[] {
  for (let whole = 1900; whole < 2900; whole++)
    if ((whole / factor) * factor < whole) return [whole / factor]
  return []
}

/** The tokens of each comparison; each WHEN starts with the operand of its CASE. */
export function conditionsOf(tokens: readonly string[]): string[][] {
  const parts = tokens.flatMap((token, at) =>
    token === 'NULLIF' ? [tokens.slice(at + 2, tokens.indexOf(')', at))] : [],
  )
  let part: string[] | null = null
  let subject: string[] = []
  for (const token of tokens) {
    if (token === 'CASE') parts.push((part = subject = []))
    else if (token === 'WHEN') parts.push((part = [...subject]))
    else if (STARTS.has(token) || isJunction(part, token)) parts.push((part = []))
    else if (ENDS.has(token)) part = null
    else part?.push(token)
  }
  return parts
}

/** The literals in VALUES, and directly after SELECT. */
function listedIn(tokens: readonly string[]): Value[] {
  let lists = false
  return tokens.flatMap((token, index) => {
    lists = token === 'VALUES' || (lists && !STARTS.has(token) && !ENDS.has(token))
    return lists || tokens[index - 1] === 'SELECT' ? (literalAt(tokens, index) ?? []) : []
  })
}

const STARTS = new Set(['WHERE', 'ON', 'HAVING'])
const ENDS = new Set(
  'THEN ELSE END GROUP ORDER LIMIT UNION EXCEPT INTERSECT INSERT RETURNING SET'.split(' '),
)

/** OR, or an AND outside BETWEEN. */
function isJunction(part: readonly string[] | null, token: string): boolean {
  const between = part?.lastIndexOf('BETWEEN') ?? -1
  return token === 'OR' || (token === 'AND' && (between < 0 || part!.includes('AND', between)))
}

/** The column names in an expression, in lower case. SQL keywords among them are harmless, as no column has such a name. */
export const namesOf = (part: readonly string[]): string[] => [
  ...new Set(
    part.flatMap((token, index) =>
      /^[A-Z_"`[\x80-\uffff]/.test(token) && part[index + 1] !== '(' && !WORDS.has(token)
        ? [plainName(token)]
        : [],
    ),
  ),
]

const WORDS = new Set(
  'NOT IN LIKE GLOB IS NULL ISNULL NOTNULL BETWEEN AND ESCAPE EXISTS SELECT DISTINCT FROM ALL VALUES COLLATE NOCASE BINARY RTRIM AS CASE'.split(
    ' ',
  ),
)

/** Values that decide a comparison with its columns. */
export function valuesOf(part: readonly string[]): Value[] {
  const literals = literalsIn(part)
  const has = (word: string): boolean => part.includes(word)
  const ordered = has('BETWEEN') || isOrdered(part)
  if (asksType(part, literals)) return [BYTES]
  const found = literals.flatMap((one) => {
    if (isBlankIn(one, part)) return ['Aa']
    if (typeof one === 'number') return has('LENGTH') ? textsAround(one) : around(one, ordered)
    if (has('LIKE') || has('GLOB'))
      return matching(withoutEscapes(one, part), has('LIKE') ? 'LIKE' : 'GLOB')
    if (one.startsWith('%') || one.startsWith('$')) return []
    if (one === 'now') return ['9999-12-31', '1000-01-01']
    if (has('STRFTIME') && /^\d{4}$/.test(one)) return [`${one}-01-01`]
    return [...(ordered ? [one, after(one), ...before(one)] : [one]), ...cutFrom(part, one)]
  })
  const none = NULLS.some(has) ? [null] : []
  const inside = literals.flatMap((one) => (typeof one === 'number' ? around(one, ordered) : [one]))
  return [...new Set([...found, ...objectsOf(part, inside), ...madeOf(part, literals), ...none])]
}

/** `name LIKE '% %'`, `instr(name, ' ')`: generated texts contain a space, so add one without. */
const isBlankIn = (literal: string | number, part: readonly string[]): boolean =>
  part.some((token) => /^(?:LIKE|GLOB|INSTR)$/.test(token)) && /^[%*]* [%*]*$/.test(String(literal))

/** `substr(code, 4, 2) = 'DE'`: a text with 'DE' at that position. */
function cutFrom(part: readonly string[], text: string): string[] {
  const at = part.findIndex((token) => token === 'SUBSTR' || token === 'SUBSTRING')
  const [start] = literalsIn(part.slice(part.indexOf(',', at)))
  return at >= 0 && typeof start === 'number' && start > 1 && start < 5000
    ? ['a'.repeat(start - 1) + text]
    : []
}

/** A date to people, but not to SQLite. */
export const MALFORMED = '01.02.2020'

/** Neither text nor number, in a column of any type. */
export const BYTES: Value = new Uint8Array([1])

/** `typeof(name) = 'text'`, not the typeof of JavaScript. */
const asksType = (part: readonly string[], literals: readonly unknown[]): boolean =>
  part.some((token, at) => token === 'TYPEOF' && part[at + 1] === '(') &&
  literals.some((one) => /^(?:text|integer|real|blob|null)$/.test(String(one)))

/** Values that functions change: a mixed-case or padded text compared with its converted form, and invalid dates. */
function madeOf(part: readonly string[], literals: readonly (string | number)[]): string[] {
  const made = part.flatMap((token, at) => {
    const inside = part[at + 1] === '(' ? part.slice(at + 2, part.indexOf(')', at)) : []
    const ofColumn = namesOf(inside).length > 0 || part[at - 1] === '.'
    const text = ofColumn ? ALTERED.get(token) : undefined
    return text === undefined || (literals.length > 0 && text !== MALFORMED) ? [] : [text]
  })
  return part.some((token) => DATED.test(token)) ? [...made, MALFORMED] : made
}

const ALTERED = new Map([
  ...['LOWER', 'UPPER', 'TOLOWERCASE', 'TOUPPERCASE'].map((name) => [name, 'Aa'] as const),
  ...['TRIM', 'LTRIM', 'RTRIM'].map((name) => [name, ' a '] as const),
  ...['DATE', 'DATETIME', 'TIME', 'JULIANDAY', 'UNIXEPOCH', 'STRFTIME'].map(
    (name) => [name, MALFORMED] as const,
  ),
])

/** A pattern of a four-digit year and a date separator. */
const DATED = /^'(?:_{4}|(?:\[0-9\]){4})[-/.]/

const NULLS = ['NULL', 'ISNULL', 'NOTNULL']

/** `<` and `>`, but not `<>`. */
const isOrdered = (part: readonly string[]): boolean =>
  part.some(
    (token, index) =>
      (token === '<' && part[index + 1] !== '>') ||
      (token === '>' && !/[<>-]/.test(part[index - 1] ?? '')),
  )

const around = (number: number, ordered: boolean): Value[] =>
  ordered ? [number, number - 1, number + 1] : [number]

const textsAround = (length: number): Value[] =>
  length > 5000
    ? []
    : [length, length + 1, length - 1].flatMap((one) => (one < 0 ? [] : ['a'.repeat(one)]))

const after = (text: string): string => (/^\d{4}-/.test(text) ? '9999-12-31' : `${text}z`)

const before = (text: string): string[] =>
  /^\d{4}-/.test(text) ? ['1000-01-01'] : text.length > 1 ? [text.slice(0, -1)] : []

/** `LIKE 'a\\_%' ESCAPE '\\'`: drops the escape character. */
function withoutEscapes(pattern: string, part: readonly string[]): string {
  const at = part.indexOf('ESCAPE')
  const sign = at < 0 ? '' : unquote(part[at + 1] ?? '')
  return sign === '' ? pattern : pattern.replaceAll(sign, '')
}

/** The shortest text that a pattern matches; wildcards for one character stay as written. */
function matching(pattern: string, kind: 'LIKE' | 'GLOB'): string[] {
  const plain = kind === 'LIKE' ? pattern : pattern.replace(/\[([^\]^])[^\]]*\]/g, '$1')
  const text = plain.replaceAll(kind === 'LIKE' ? '%' : '*', '')
  return text === '' || (kind === 'GLOB' && text.includes('[')) ? [] : [text]
}

/** All strings and numbers. */
export const literalsIn = (tokens: readonly string[]): (string | number)[] =>
  tokens.flatMap((_, index) => {
    const one = literalAt(tokens, index)
    // A product of numbers, as in `24 * 60 * 60`, is told at its first one.
    if (one === null || (tokens[index - 1] === '*' && isNumber(tokens[index - 2]))) return []
    return typeof one === 'number' ? one * factorAt(tokens, index + 1) : one
  })

const isNumber = (token = ''): boolean => /^\d/.test(token)

const factorAt = (tokens: readonly string[], at: number): number => {
  const value = tokens[at] === '*' ? literalAt(tokens, at + 1) : null
  return typeof value === 'number' ? value * factorAt(tokens, at + 2) : 1
}

/** The string or number that starts at a token; null for anything else. */
function literalAt(tokens: readonly string[], index: number): string | number | null {
  const token = tokens[index] ?? ''
  if (/^'.*'$/s.test(token)) return unquote(token)
  if (token === 'CHAR') return charactersAt(tokens, index)
  if (/^0X[\dA-F]{1,12}$/.test(token)) return Number(token)
  if (!/^\d{1,15}(?:E\d+)?$/.test(token) || isFraction(tokens, index)) return null
  const fraction =
    tokens[index + 1] === '.' ? `.${/^\d+/.exec(tokens[index + 2] ?? '')?.[0] ?? 0}` : ''
  const value = Number(token + fraction)
  return tokens[index - 1] === '-' ? -value : value
}

/** The text of `char(13, 10)`; null where `char` is a type name. */
function charactersAt(tokens: readonly string[], index: number): string | null {
  const inside = tokens.slice(index + 2, tokens.indexOf(')', index))
  const codes = inside.filter((token) => token !== ',').map(Number)
  const isCall = tokens[index + 1] === '(' && tokens[index - 1] !== 'AS' && codes.length > 0
  return isCall && codes.every((code) => code >= 0 && code < 0x110000)
    ? String.fromCodePoint(...codes)
    : null
}

const isFraction = (tokens: readonly string[], index: number): boolean =>
  tokens[index - 1] === '.' && /^\d+$/.test(tokens[index - 2] ?? '')
