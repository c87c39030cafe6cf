// Reads from a table's CHECKs which values a column may have. A condition that is not understood limits nothing.
import { canonical } from '../../../src/schema/canonical.js'
import { canonicalTokens, cutAtCommas } from '../../../src/sql/canonical-tokens.js'
import { unquote } from '../../../src/sql/names.js'
import { findOutside, cutOutside, insideOf, unwrapped, closingOf } from '../../sql/brackets.js'

/** The values that CHECKs allow in one column. */
export interface ColumnLimits {
  /** The literals that it may have besides NULL, as SQL; null when they are not listed. */
  readonly values: readonly string[] | null
  readonly notNull: boolean
}

/** The limits that all CHECKs of a table set on its columns, by column name in lower case. */
export function checkLimits(sql: string): ReadonlyMap<string, ColumnLimits> {
  if (!/\bcheck\b/i.test(sql)) return NONE
  const shape = canonical('table', sql).shape
  // In such a table the word means the column.
  if (shape?.columns.some(({ name }) => /^"?(?:true|false)"?$/.test(name))) return NONE
  const checks = shape?.constraints.filter((text) => text.startsWith('check (')) ?? []
  const conditions = checks.map((text) => readCondition(insideOf(canonicalTokens(text), 1)))
  const folding = new Set(
    shape?.columns.filter(({ text }) => / collate /.test(text)).map(({ name }) => name),
  )
  const limits = allOf(conditions)
  // `x IN ('a')` is also true for 'A' if the column's collation ignores case.
  return new Map(
    [...limits].map(([name, one]) => [unquote(name), folding.has(name) ? open(one) : one]),
  )
}

const open = ({ notNull, values }: ColumnLimits): ColumnLimits => ({
  notNull,
  values: values?.some((value) => value.startsWith("'")) ? null : values,
})

type Limits = ReadonlyMap<string, ColumnLimits>

const NONE: Limits = new Map()

/** A condition that must not be false; one that is NULL passes. */
function readCondition(all: readonly string[]): Limits {
  const tokens = unwrapped(all)
  if (findOutside(tokens, (token) => /^(?:between|case)$/.test(token)) >= 0) return NONE
  const alternatives = cutOutside(tokens, (token) => token === 'or')
  if (alternatives.length > 1) return oneOf(alternatives.map(readCondition))
  const parts = cutOutside(tokens, (token) => token === 'and')
  return parts.length > 1 ? allOf(parts.map(readCondition)) : readComparison(tokens)
}

/** `x IN (…)`, `x = …`, `… = x`, `x IS NULL`, `x IS NOT NULL`. */
function readComparison(tokens: readonly string[]): Limits {
  const [first = '', second = ''] = tokens
  if (second === 'in' && tokens[2] === '(' && isName(first)) return readList(first, tokens.slice(2))
  const rest = tokens.slice(1).join(' ')
  if (isName(first) && rest === 'is null') return limit(first, { values: [], notNull: false })
  if (isName(first) && /^(?:is not null|notnull|not null)$/.test(rest))
    return limit(first, { values: null, notNull: true })
  const at = tokens.findIndex((token) => token === '=' || token === '==')
  const [left, right] = [tokens.slice(0, at), tokens.slice(at + 1)]
  return at < 0 ? NONE : (equal(left, right) ?? equal(right, left) ?? NONE)
}

function readList(name: string, tokens: readonly string[]): Limits {
  const values = cutAtCommas(insideOf(tokens, 0)).map(literal)
  // A NULL in the list makes the condition NULL for every value that is not in it.
  if (closingOf(tokens, 0) < tokens.length - 1 || values.includes(null)) return NONE
  return limit(name, { values: values as string[], notNull: false })
}

function equal(name: readonly string[], value: readonly string[]): Limits | null {
  const text = literal(value)
  if (name.length !== 1 || !isName(name[0]!) || text === null) return null
  return limit(name[0]!, { values: [text], notNull: false })
}

const limit = (name: string, limits: ColumnLimits): Limits => new Map([[name, limits]])

const isName = (token: string): boolean => /^["a-z_\x80-\uffff]/.test(token) && !(token in VALUES)

const VALUES: Readonly<Record<string, string>> = { true: '1', false: '0', null: '', not: '' }

/** The value of a literal, with its sign; null for anything else. */
function literal(tokens: readonly string[]): string | null {
  const [first = '', second = ''] = tokens
  const isSigned = tokens.length === 2 && /^[-+]$/.test(first) && /^[.\d]/.test(second)
  if (isSigned) return first === '-' ? `-${second}` : second
  if (tokens.length !== 1) return null
  return /^['.\d]/.test(first) ? first : VALUES[first] || null
}

function allOf(conditions: readonly Limits[]): Limits {
  const merged = new Map<string, ColumnLimits>()
  for (const [name, one] of conditions.flatMap((limits) => [...limits])) {
    const { values, notNull } = merged.get(name) ?? { values: null, notNull: false }
    const both = values && one.values ? values.filter((value) => one.values!.includes(value)) : null
    merged.set(name, { values: both ?? values ?? one.values, notNull: notNull || one.notNull })
  }
  return merged
}

/** The limits that every alternative sets. */
function oneOf([first = NONE, ...others]: readonly Limits[]): Limits {
  const merged = new Map<string, ColumnLimits>()
  for (const [name, limits] of first) {
    const all = [limits, ...others.map((other) => other.get(name))]
    if (all.some((one) => one === undefined)) continue
    const lists = all.map((one) => one!.values)
    const values = lists.includes(null) ? null : [...new Set(lists.flatMap((list) => list!))]
    merged.set(name, { values, notNull: all.every((one) => one!.notNull) })
  }
  return merged
}
