// Builds a filter over rows by the values of one column, for use with `--where`. Pure.
import { foldCase } from '../../sql/names.js'

/** A placeholder if no filter can be written: because of a value or name that a shell could interpret, or too many values. */
const UNNAMED = '<which rows count>'

/** More values than these make no readable filter. */
const MOST = 2

/** An expression that is true for rows with the values to keep, and false for those with the values to leave out. */
export function filterFor(
  column: string,
  kept: readonly unknown[],
  left: readonly unknown[],
): string {
  if (!/^[A-Za-z_]\w*$/.test(column) || KEYWORDS.has(foldCase(column))) return UNNAMED
  const among = joined(column, kept, { of: 'OR', null: 'IS NULL', equal: '=' })
  const without = joined(column, left, { of: 'AND', null: 'IS NOT NULL', equal: 'IS NOT' })
  const isLacking = left.every((value) => value === null || value === '')
  return (isLacking ? (without ?? among) : (among ?? without)) ?? UNNAMED
}

/** Column names of ledgers that need quotes in SQL. */
const KEYWORDS: ReadonlySet<string> = new Set(['check', 'commit', 'transaction', 'when', 'order'])

function joined(
  column: string,
  values: readonly unknown[],
  words: { readonly of: string; readonly null: string; readonly equal: string },
): string | undefined {
  const distinct = [...new Set(values)]
  const literals = distinct.map(literal)
  if (distinct.length === 0 || distinct.length > MOST || literals.includes(undefined))
    return undefined
  return literals
    .map((text) => `${column} ${text === 'NULL' ? words.null : `${words.equal} ${text}`}`)
    .join(` ${words.of} `)
}

/** Undefined for values that a shell could interpret. */
function literal(value: unknown): string | undefined {
  if (value === null) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && /^[\w .:+-]{0,30}$/.test(value) ? `'${value}'` : undefined
}

/** A value as shown in a message. */
export function shown(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'bigint')
    return String(value).replace('null', 'NULL')
  const text = typeof value === 'string' ? value : '…'
  return `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`
}
