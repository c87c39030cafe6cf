// Finds columns whose declared type changes in a step.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { affinityOf, type Affinity } from './affinity.js'
import type { TableTrace } from '../subject/rule.js'
import { foldCase } from '../../../src/sql/names.js'

/** A column before and after, in its table. */
export interface ChangedType {
  readonly trace: TableTrace
  readonly table: CatalogTable
  readonly before: CatalogColumn
  readonly after: CatalogColumn
  /** `length`: the same type with another length in parentheses, which SQLite ignores. */
  readonly kind: 'length' | 'declared' | 'affinity'
}

/** Those of one table, in the order of its columns; case and spaces do not count. */
export function typesChangedIn(trace: TableTrace): ChangedType[] {
  const table = trace.after
  return trace.columns.flatMap(({ before, after }) => {
    if (!after || !table || plainType(before) === plainType(after)) return []
    return [{ trace, table, before, after, kind: kindOf(before, after) }]
  })
}

/** How the column is stored: in a STRICT table, ANY keeps any value unchanged. */
export const storedAs = ({ type }: CatalogColumn, { strict }: CatalogTable): Affinity =>
  strict && /^any$/i.test(type) ? 'BLOB' : affinityOf(type)

/** NUMERIC and INTEGER keep the same values of whatever they are given, as of `boolean` and `int`. */
export const isStoredAlike = (one: Affinity, other: Affinity): boolean =>
  one === other || (ALIKE.has(one) && ALIKE.has(other))

const ALIKE = new Set<Affinity>(['INTEGER', 'NUMERIC'])

/** The length in `VARCHAR(20)`; null if there is none: in `DATETIME(3)` the number is a precision. */
export function lengthOf({ type }: CatalogColumn): number | null {
  const [, length] =
    /(?:char|text|clob|str|binary|blob|byte)[^(]*\(\s*(\d+)\s*\)\s*$/i.exec(type) ?? []
  return length === undefined ? null : Number(length)
}

function kindOf(before: CatalogColumn, after: CatalogColumn): ChangedType['kind'] {
  if (!isStoredAlike(affinityOf(before.type), affinityOf(after.type))) return 'affinity'
  return withoutLength(before) === withoutLength(after) ? 'length' : 'declared'
}

const plainType = ({ type }: CatalogColumn): string =>
  foldCase(type)
    .replace(/\s+/g, ' ')
    .replace(/ ?([(),]) ?/g, '$1')

const withoutLength = (column: CatalogColumn): string => plainType(column).replace(/\(.*\)$/, '')
