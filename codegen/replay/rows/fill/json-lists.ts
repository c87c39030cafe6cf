// Reads from SQL which columns hold JSON lists that it takes apart, and what their elements hold. Pure.
import { plainName, unquote } from '../../../../src/sql/names.js'

/** A member of an object, or a place in a list. */
export type Key = string | number

/** The keys along a path, `'$.a[0]'`; null if it is no such path. */
export function keysOf(token: string): Key[] | null {
  const path = /^'(?:\$\.)?([^$'].*)'$/s.exec(token)?.[1]
  if (path === undefined || !PATH.test(`.${path}`)) return null
  return [...`.${path}`.matchAll(STEP)].map(([, quoted, word, place]) =>
    place === undefined ? (quoted ?? word ?? '') : Number(place),
  )
}

const STEP = /\.(?:"([^"]+)"|([\w\x80-\uffff]+))|\[(\d{1,2})\]/g
const PATH = new RegExp(`^(?:${STEP.source})+$`)

/** What has the value at this key. */
export const inside = (value: unknown, key: Key): unknown =>
  typeof key === 'number' ? Array.from({ length: key + 1 }, () => value) : { [key]: value }

/** A column whose list a statement takes apart or counts. */
export interface ListColumn {
  /** In lower case. */
  readonly name: string
  /** Where the list is in the document of the column. */
  readonly at: readonly Key[]
  /** What is read of each element; empty if it is a value itself. */
  readonly paths: readonly (readonly Key[])[]
  /** The texts that elements are compared with. */
  readonly texts: readonly string[]
}

/** With `calls` that take lists. Empty if the statement also uses keys, which may be those of objects, or reads elements in other ways. */
export function listColumns(tokens: readonly string[], calls: RegExp): ListColumn[] {
  const found = tokens.flatMap((token, at) => {
    if (!calls.test(token) || tokens[at + 1] !== '(') return []
    const [name = '', next = '', path = ''] = tokens.slice(at + (tokens[at + 3] === '.' ? 4 : 2))
    const keys = next === ',' ? keysOf(path) : []
    return /^[,)]$/.test(next) && NAME.test(name) && name !== 'VALUE' && keys
      ? [{ name: plainName(name), at: keys }]
      : []
  })
  const read = found.length > 0 && !tokens.includes('KEY') ? elementsRead(tokens) : null
  return read ? found.map((one) => ({ ...one, ...read })) : []
}

const NAME = /^[\w"`[\x80-\uffff]/

function elementsRead(tokens: readonly string[]): Pick<ListColumn, 'paths' | 'texts'> | null {
  const uses = tokens.flatMap((token, at) => (token === 'VALUE' ? [useAt(tokens, at)] : []))
  const paths = uses.flatMap((one) => (one !== null && 'path' in one ? [one.path] : []))
  const texts = uses.flatMap((one) => (one !== null && 'texts' in one ? one.texts : []))
  const isMixed = paths.length > 0 && paths.length < uses.length
  return isMixed || uses.includes(null) ? null : { paths, texts }
}

/** What `value` at this place is read for: something in it, or itself, perhaps compared with a text; null if it is neither. */
function useAt(
  tokens: readonly string[],
  at: number,
): { readonly path: readonly Key[] } | { readonly texts: readonly string[] } | null {
  const start = tokens[at - 1] === '.' ? at - 2 : at
  const call = tokens[start - 1] === '(' ? (tokens[start - 2] ?? '') : ''
  const [first = '', second = ''] = tokens.slice(at + 1)
  if (first === '-' && second === '>') {
    const operand = tokens.slice(at + 1).find((one) => !/^[->]$/.test(one)) ?? ''
    return pathTo(/^\d+$/.test(operand) ? [Number(operand)] : keysOf(operand))
  }
  if (/^JSONB?_EXTRACT$/.test(call)) return pathTo(keysOf(second))
  if (/^(?:JSON|CAST)/.test(call)) return null
  return { texts: first === '=' && second.startsWith("'") ? [unquote(second)] : [] }
}

const pathTo = (path: readonly Key[] | null) => (path ? { path } : null)

/** An element with this value wherever something is read. */
export const elementOf = (paths: ListColumn['paths'], value: unknown): unknown =>
  paths.length === 0
    ? value
    : paths.map((one) => one.reduceRight<unknown>(inside, value)).reduce(merged)

/** What both hold; of different values at a path, the first. */
export function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return one.length < other.length ? other : one
  if (!isObject(one) || !isObject(other)) return one
  const all: Record<string, unknown> = { ...other, ...one }
  for (const key of Object.keys(one))
    if (Object.hasOwn(other, key)) all[key] = merged(one[key], other[key])
  return all
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
