// Derives from a column's type which values it holds. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import type { Value } from '../fill/seed-values.js'
import { BYTES, MALFORMED } from './comparisons.js'

/** Whether a column may hold what a statement compares it with: a text is no number, and only some texts are dates. */
export function isOfKind({ type }: CatalogColumn, literal: Value): boolean {
  if (literal === BYTES) return true
  if (/bool/i.test(type)) return literal === 0 || literal === 1
  if (/json/i.test(type)) return typeof literal === 'string' && /^[{[]/.test(literal)
  if (/date|time/i.test(type))
    return typeof literal === 'string' && (MOMENT.test(literal) || literal === MALFORMED)
  return typeof literal === 'string'
    ? /^$|char|clob|text|any/i.test(type)
    : /real|floa|doub|dec|num/i.test(type) || (/int/i.test(type) && !isFraction(literal))
}

const isFraction = (value: Value): boolean => typeof value === 'number' && value % 1 !== 0

const MOMENT = /^$|^\d{4}-\d\d/
