// The texts and numbers that the SQL of a step looks for in the rows of a table. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { sideOf } from '../../../../src/plan/scripts.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { scriptEffects, type Half } from '../watch/observed-run.js'
import { literalOf } from '../fill/checks-of.js'
import type { Effect } from '../watch/statement-effect.js'
import type { Value } from '../fill/seed-values.js'

/** By table and column, in lower case, the literals in the order in which they stand. */
export type ComparedLiterals = ReadonlyMap<string, ReadonlyMap<string, readonly Value[]>>

/**
 * Reads `column = literal`, `column IN (literal, …)` and `column LIKE pattern` of UPDATE and DELETE, for the table that they change, and of
 * INSERT … SELECT, for the first table that it reads. What stands in a subquery is about other rows. Nothing is read of
 * code.
 */
export function comparedLiterals(half: Half): ComparedLiterals {
  const side = sideOf(half.entry, half.direction)
  if (!side || !('scripts' in side) || !side.scripts.some((script) => SUSPECT.test(script)))
    return new Map()
  return literalsOf(scriptEffects(half))
}

/** Looked for first, so that scripts full of data are not cut into tokens. */
const SUSPECT = /\b(?:where|when)\b/i

function literalsOf(effects: readonly Effect[]): ComparedLiterals {
  const found = new Map<string, Map<string, Value[]>>()
  for (const { verb, table, tokens } of effects) {
    if (verb !== 'update' && verb !== 'delete' && verb !== 'insert') continue
    const own = withoutSubqueries(tokens)
    const from = own.indexOf('FROM')
    const about = verb !== 'insert' ? table : from < 0 ? '' : plainName(own[from + 1] ?? '')
    for (const [column, values] of about === '' ? [] : comparisonsIn(own)) {
      const columns = found.get(about) ?? new Map<string, Value[]>()
      const known = columns.get(column) ?? []
      columns.set(column, [...known, ...values.filter((value) => !known.includes(value))])
      found.set(about, columns)
    }
  }
  return found
}

/** Whether a column is of the kind that a literal is: a text is no number, whatever a statement compares. */
export const isOfKind = ({ type }: CatalogColumn, literal: Value): boolean =>
  typeof literal === 'string'
    ? /^$|char|clob|text|any/i.test(type)
    : /int|real|floa|doub|dec|num|bool/i.test(type)

function withoutSubqueries(tokens: readonly string[]): string[] {
  const own: string[] = []
  let depth = 0
  tokens.forEach((token, index) => {
    if (depth > 0) depth += token === '(' ? 1 : token === ')' ? -1 : 0
    else if (token === '(' && tokens[index + 1] === 'SELECT') depth = 1
    else own.push(token)
  })
  return own
}

function comparisonsIn(tokens: readonly string[]): (readonly [string, readonly Value[]])[] {
  return tokens.flatMap((token, index) => {
    if (!BEFORE.has(token)) return []
    const column = index + (tokens[index + 2] === '.' ? 3 : 1)
    const values = literalsAfter(tokens, column + 1)
    return values.length === 0 ? [] : [[plainName(tokens[column] ?? ''), values] as const]
  })
}

/** What stands before a comparison, and not before an assignment. */
const BEFORE = new Set(['WHERE', 'AND', 'OR', 'WHEN', '('])

function literalsAfter(tokens: readonly string[], at: number): Value[] {
  if (tokens[at] === '=') {
    const value = literalOf(tokens[at + (tokens[at + 1] === '=' ? 2 : 1)] ?? '')
    return value === null ? [] : [value]
  }
  const pattern =
    tokens[at] === 'LIKE' || tokens[at] === 'GLOB' ? literalOf(tokens[at + 1] ?? '') : null
  if (typeof pattern === 'string') return matching(pattern, tokens[at] as 'LIKE' | 'GLOB')
  if (tokens[at] !== 'IN' || tokens[at + 1] !== '(') return []
  const list = tokens.slice(at + 2, tokens.indexOf(')', at))
  return list.flatMap((token) => literalOf(token) ?? [])
}

/** The shortest text that a pattern allows; a character that may be any stays as it is written. */
function matching(pattern: string, kind: 'LIKE' | 'GLOB'): string[] {
  const text = pattern.replaceAll(kind === 'LIKE' ? '%' : '*', '')
  return text === '' || (kind === 'GLOB' && text.includes('[')) ? [] : [text]
}
