// What a partial index leaves out.
import { canonicalName } from '../../../src/sql/canonical-tokens.js'
import type { CatalogIndex } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'

/** Whether a unique index keeps out whatever it would keep out over all rows: NULL is like nothing. */
export const isWhole = (index: CatalogIndex): boolean =>
  !index.partial ||
  hasAllKeys(
    index,
    index.columns.flatMap((name) => name ?? []),
  )

/**
 * Whether a partial index leaves out only rows whose key is NULL, as `WHERE p_id IS NOT NULL`: these are nobody's children,
 * and SQLite takes the index wherever it would take a whole one.
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
