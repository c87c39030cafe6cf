// Derives the TypeScript type of a column's values from its declaration.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { ColumnLimits } from './check-limits.js'
import { renderLiteral } from '../registry/render-literal.js'
import { foldUpper, unquote } from '../../../src/sql/names.js'

/** The type of a column that may hold anything. */
export const ANY_VALUE = 'number | string | Uint8Array'

/**
 * The type of a column's values, without NULL: the values that a CHECK lists, else the type by declaration, as returned by a
 * client that does not use bigint. In a STRICT table the declared type is exact. Elsewhere it is a convention: SQLite's affinity,
 * except for the types that people use for text and that SQLite gives the affinity NUMERIC.
 */
export function columnType(
  column: CatalogColumn,
  table: Pick<CatalogTable, 'strict'>,
  limits: ColumnLimits | undefined,
): string {
  const base = table.strict ? strictType(column.type) : declaredType(column)
  return (limits?.values && literalType(limits.values, base, column, table)) ?? base
}

const STRICT: Readonly<Record<string, string>> = {
  INT: 'number',
  INTEGER: 'number',
  REAL: 'number',
  TEXT: 'string',
  BLOB: 'Uint8Array',
}

const strictType = (type: string): string => STRICT[foldUpper(type)] ?? ANY_VALUE

/** By SQLite's affinity rules, in their order; the rest would be NUMERIC. */
function declaredType(column: CatalogColumn): string {
  const type = foldUpper(column.type)
  if (type === '') return ANY_VALUE
  if (type.includes('INT')) return 'number'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'string'
  if (type.includes('BLOB')) return 'Uint8Array'
  if (/REAL|FLOA|DOUB/.test(type)) return 'number'
  return numericType(type, column.default)
}

/**
 * The affinity NUMERIC keeps text that is not a number unchanged: CURRENT_TIMESTAMP in a TIMESTAMP, `{"a":1}` in JSON. A BOOLEAN
 * is 0 or 1.
 */
function numericType(type: string, value: string | null): string {
  const [word = ''] = /^[^\s(]*/.exec(type) ?? []
  if (/^(?:DATE|DATETIME|TIME|TIMESTAMP|TIMESTAMPTZ)$/.test(word))
    return value !== null && COUNTED_TIME.test(value) ? 'number' : 'string'
  if (/^(?:NUMERIC|DECIMAL|DEC|NUMBER|MONEY|BOOL|BOOLEAN)$/.test(word)) return 'number'
  if (/^(?:JSON|UUID|GUID|ENUM|INET)$/.test(word)) return 'string'
  if (word === 'JSONB') return 'string | Uint8Array'
  return ANY_VALUE
}

/** Defaults of times that are kept as numbers. */
const COUNTED_TIME = /unixepoch|julianday|strftime\s*\(\s*'%[sJ]'|^[-+(\s]*\d/i

/**
 * The union of the values that a CHECK lists; null if a value would be stored differently from how it is written, so that the
 * list does not show what is read.
 */
function literalType(
  values: readonly string[],
  base: string,
  { type: declared }: CatalogColumn,
  { strict }: Pick<CatalogTable, 'strict'>,
): string | null {
  const keepsAll = strict || declared === ''
  const fits =
    base === ANY_VALUE
      ? () => keepsAll
      : base === 'number'
        ? isNumber
        : base === 'string'
          ? (value: string) => isText(value) && (isTextual(declared) || !looksLikeNumber(value))
          : () => false
  if (values.length === 0 || !values.every(fits)) return null
  const types = values.map((value) => (isText(value) ? textLiteral(value) : numberLiteral(value)))
  return types.includes(null) ? null : [...new Set(types)].join(' | ')
}

const isText = (value: string): boolean => value.startsWith("'")
const isNumber = (value: string): boolean => !isText(value)
const isTextual = (declared: string): boolean => /CHAR|CLOB|TEXT/i.test(declared)

function looksLikeNumber(value: string): boolean {
  const text = value.slice(1, -1).trim()
  return text !== '' && !Number.isNaN(Number(text))
}

const textLiteral = (value: string): string => renderLiteral(unquote(value))

function numberLiteral(value: string): string | null {
  const number = Number(value.replaceAll('_', ''))
  const isExact = Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER
  return isExact ? String(number === 0 ? 0 : number) : null
}
