// Builds JSON objects with the values that a condition expects at a path. Pure.
import { plainName, unquote } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'

/** Objects with these values at the path among the tokens; empty if there is no path. */
export function objectsOf(part: readonly string[], values: readonly Value[]): string[] {
  const at = part.findIndex((token, place) => isPathAt(part, place) && keysOf(token) !== null)
  const [path, keys] = [part[at] ?? '', keysOf(part[at] ?? '')]
  if (keys === null) return []
  const isType = part.includes('JSON_TYPE')
  return values.flatMap((one) =>
    one === unquote(path) || String(one).startsWith('$')
      ? []
      : nested(keys, isType ? (OF_TYPE.get(String(one)) ?? one) : one),
  )
}

/** `'$.a.b'` anywhere, or the operand of `->`. */
const isPathAt = (part: readonly string[], at: number): boolean =>
  (part[at] ?? '').startsWith("'$.") || /->>?$/.test(part.slice(0, at).slice(-3).join(''))

/** The keys along the path; null if it is no such path. */
const keysOf = (token: string): string[] | null =>
  /^'(?:\$\.)?([\w\x80-\uffff]+(?:\.[\w\x80-\uffff]+)*)'$/.exec(token)?.[1]?.split('.') ?? null

const nested = (keys: readonly string[], value: unknown, beside: object = {}): string => {
  const [first = '', ...others] = keys
  const inner = others.reduceRight<unknown>((one, key) => ({ [key]: one }), value)
  return JSON.stringify({ [first]: inner, ...beside })
}

/** A value of each type that `json_type` names. */
const OF_TYPE: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['array', ['a']],
  ['object', { a: 1 }],
  ['integer', 1],
  ['real', 1.5],
  ['true', true],
  ['false', false],
  ['null', null],
])

/** Two documents with the same value at the path by which a column is read. */
export function documentsAt(
  tokens: readonly string[],
  at: number,
): { readonly names: readonly string[]; readonly values: readonly string[] }[] {
  const keys = keysOf(tokens[at] ?? '')
  const isPath =
    tokens[at - 1] === ',' && /^JSONB?_EXTRACT$/.test(tokens[callBefore(tokens, at)] ?? '')
  const arrow = tokens[at - 1] === '>' ? tokens.lastIndexOf('-', at) : -1
  const name = isPath ? tokens[at - 2] : arrow >= at - 3 ? tokens[arrow - 1] : undefined
  if (keys === null || name === undefined) return []
  return [{ names: [plainName(name)], values: [nested(keys, 'a'), nested(keys, 'a', { more: 1 })] }]
}

/** Two documents with values at the path that a CAST makes equal, and one with a different number. */
export const documentsCast = (tokens: readonly string[], column: string): readonly Value[][] =>
  tokens.flatMap((token, at) => {
    const keys = keysOf(token)
    const isRead = documentsAt(tokens, at).some(({ names }) => names.includes(column))
    if (keys === null || !isRead || !tokens.includes('CAST')) return []
    return CUT.map((values) => values.map((one) => nested(keys, one)))
  })

const CUT: readonly (readonly unknown[])[] = [
  ['01067', '1067', '1068'],
  [10.5, 10, 11],
]

/** The position of the function name in `JSON_EXTRACT ( c . data , '$.a'`. */
const callBefore = (tokens: readonly string[], at: number): number =>
  tokens.lastIndexOf('(', at) - 1
