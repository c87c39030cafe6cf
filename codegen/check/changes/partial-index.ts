// Analyses what a partial index leaves out.
import { canonicalName } from '../../../src/sql/canonical-tokens.js'
import type { CatalogIndex } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { TableTrace } from '../subject/rule.js'

/** Whether a unique index keeps out everything that it would over all rows: NULLs are distinct. */
export const isWhole = (index: CatalogIndex): boolean =>
  !index.partial ||
  hasAllKeys(
    index,
    index.columns.flatMap((name) => name ?? []),
  )

/**
 * Whether a partial index leaves out only rows whose key is NULL, like `WHERE p_id IS NOT NULL`: these have no parent, and SQLite
 * uses the index wherever it would use a full one.
 */
export function hasAllKeys({ sql }: CatalogIndex, columns: readonly string[]): boolean {
  const shape = readStatement(sql)
  const all = shape.kind === 'create-index' ? shape.where : []
  const where = all.filter((word) => word !== '(' && word !== ')')
  const names = new Set(columns.map(canonicalName))
  for (let at = 0; at < where.length; at++) {
    if (!names.has(where[at] ?? '')) return false
    const rest = where.slice(at + 1, at + 4).join(' ')
    const length = /^(?:notnull\b|not null\b|is not null$)/.exec(rest)?.[0].split(' ').length ?? 0
    if (length === 0) return false
    at += length + 1
    if (at < where.length && where[at] !== 'and') return false
  }
  return where.length > 0
}

/**
 * Whether a partial index covers rows that another one over the same columns did not: it requires a value of a column, or none,
 * which that one did not. Other comparisons may be true for more rows, and a condition on a removed or new column cannot be
 * compared by name.
 */
export function isOverOthers(
  before: CatalogIndex,
  now: CatalogIndex,
  { columns }: Pick<TableTrace, 'columns'>,
): boolean {
  const known = columns.flatMap((one) => (one.after ? [one.after.name] : []))
  const isOld = ([name]: Condition): boolean => known.some((one) => isSameName(one, name))
  const [was, is] = [conditionsOf(before), conditionsOf(now)]
  const isKey = (name: string): boolean => now.columns.some((one) => isSameName(one ?? '', name))
  return (
    was.every(isOld) &&
    is.every(isOld) &&
    is.some(
      ([name, asked]) =>
        EXACT.test(asked) &&
        !(asked === 'is not null' && isKey(name)) &&
        !was.some(([other, one]) => isSameName(other, name) && one === asked),
    )
  )
}

/** A name, and the condition on it. */
type Condition = readonly [name: string, asked: string]

const EXACT = /^(?:= \S+|is (?:not )?null)$/

/** The conditions joined by AND, each in a normalised form. */
function conditionsOf({ sql }: CatalogIndex): Condition[] {
  const shape = readStatement(sql)
  const words = shape.kind === 'create-index' ? shape.where : []
  const text = words.filter((word) => word !== '(' && word !== ')').join(' ')
  return text.split(' and ').flatMap((one): Condition[] => {
    const [, negated, name = '', rest = ''] = /^(not )?(\S+) ?(.*)$/.exec(one) ?? []
    if (name === '') return []
    if (negated !== undefined) return [[plainName(name), rest === '' ? '= 0' : `not ${rest}`]]
    const asked = rest
      .replace(/^isnull$/, 'is null')
      .replace(/^not ?null$/, 'is not null')
      .replace(/^(?:==|is(?! (?:not )?null$)) /, '= ')
    return [[plainName(name), asked === '' ? '= 1' : asked]]
  })
}
