// Builds JSON objects with the values that a condition expects at a path. Pure.
import { plainName, unquote } from '../../../../src/sql/names.js'
import { elementOf, inside, keysOf, listColumns, merged, type Key } from '../fill/json-lists.js'
import { orElse } from '../../../../src/model/or-else.js'
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
  /^'\$[.[]/.test(part[at] ?? '') || /->>?$/.test(part.slice(0, at).slice(-3).join(''))

const nested = ([first = '', ...others]: readonly Key[], value: unknown): string =>
  JSON.stringify({ [first]: others.reduceRight<unknown>(inside, value) })

/** One object with what all of these objects hold; of different values at a path, the first. Null if there are none. */
export function mergedObject(values: readonly Value[]): string | null {
  const objects = values.flatMap((one) =>
    typeof one === 'string' && one.startsWith('{') ? orElse(() => parsed(one), []) : [],
  )
  return objects.length > 0 ? JSON.stringify(objects.reduce(merged)) : null
}

const parsed = (text: string): unknown[] => [JSON.parse(text)]

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

/** The column and the path by which a document is read at a token. */
export function readAt(
  tokens: readonly string[],
  at: number,
): { readonly names: readonly string[]; readonly path: readonly Key[] }[] {
  const path = keysOf(tokens[at] ?? '')
  const isPath =
    tokens[at - 1] === ',' && /^JSONB?_EXTRACT$/.test(tokens[callBefore(tokens, at)] ?? '')
  const arrow = tokens[at - 1] === '>' ? tokens.lastIndexOf('-', at) : -1
  const name = isPath ? tokens[at - 2] : arrow >= at - 3 ? tokens[arrow - 1] : undefined
  return path === null || name === undefined ? [] : [{ names: [plainName(name)], path }]
}

/**
 * Documents with more and more of the paths by which a column is read, so that each path is the first to be missing in one; two of them have
 * the same value at it.
 */
export const documentsWith = (paths: readonly (readonly Key[])[]): string[] =>
  paths.flatMap((_, at) =>
    [0, 1].map((more) => {
      const parts = paths
        .slice(0, at + 1 + more)
        .map((keys, own) =>
          keys.reduceRight<unknown>(inside, own === at ? 'a' : `a ${2 * at + more}`),
        )
      return JSON.stringify(
        [...parts, ...(more ? [{ more }] : [])].reduce((all, one) => merged(one, all)),
      )
    }),
  )

/** Lists for columns whose elements a statement reads or counts: of two, of one that another list has as well, and of none. */
export const listsIn = (
  tokens: readonly string[],
): { readonly names: readonly string[]; readonly values: readonly string[] }[] =>
  listColumns(tokens, /^JSONB?_(?:EACH|TREE|ARRAY_LENGTH)$/).map(({ name, at, paths, texts }) => {
    const elements = ['alpha', 'bravo', ...texts].map((value) => elementOf(paths, value))
    const lists = [elements, elements.slice(0, 1), []]
    return {
      names: [name],
      values: lists.map((one) => JSON.stringify(at.reduceRight<unknown>(inside, one))),
    }
  })

/** Two documents with values at the path that a CAST makes equal, and one with a different number. */
export const documentsCast = (tokens: readonly string[], column: string): readonly Value[][] =>
  tokens.flatMap((token, at) => {
    const keys = keysOf(token)
    const isRead = readAt(tokens, at).some(({ names }) => names.includes(column))
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
