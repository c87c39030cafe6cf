// Finds foreign keys of one table that share columns, whose parents therefore have to agree, and what it requires of parents. Pure.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { TablePlan } from './table-plan.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** The other keys of a table that share columns with this one, each with the pairs of parent columns that have to be equal. */
export const keysBeside = ({ parents }: TablePlan, one: CatalogForeignKey): KeyBeside[] =>
  parents.flatMap(({ key }) => {
    const pairs = key === one ? [] : sharedColumns(one, key)
    return pairs.length > 0 ? [{ key, pairs }] : []
  })

/** A key, and pairs of a column of another key's parent and one of its own parent. */
export interface KeyBeside {
  readonly key: CatalogForeignKey
  readonly pairs: readonly (readonly [string, string])[]
}

const sharedColumns = (one: CatalogForeignKey, other: CatalogForeignKey): [string, string][] =>
  one.columns.flatMap((column, at) => {
    const place = other.columns.findIndex((name) => isSameName(name, column))
    return place < 0 ? [] : [[one.parentColumns[at] ?? '', other.parentColumns[place] ?? '']]
  })

/** SQL condition: every key beside this one has a parent that agrees with the row `p`; null if there is none beside it. */
export function agreement(plan: TablePlan, key: CatalogForeignKey): string | null {
  const conditions = keysBeside(plan, key).map(({ key: { parent }, pairs }) => {
    const equal = pairs.map(([own, its]) => `q.${quoteIdentifier(its)} = p.${quoteIdentifier(own)}`)
    return `EXISTS (SELECT 1 FROM ${quoteIdentifier(parent)} q WHERE ${equal.join(' AND ')})`
  })
  return conditions.length > 0 ? conditions.join(' AND ') : null
}

/** SQL condition: the row `p` has what the table requires of the columns that point at it. */
export const fitting = (plan: TablePlan, key: CatalogForeignKey): string =>
  [
    'TRUE',
    ...requiredBy(plan, key).map(
      ([name, values]) => `p.${quoteIdentifier(name)} IN (${values.map(quoted).join(', ')})`,
    ),
  ].join(' AND ')

/** The columns of a parent of which the table requires one of some texts, by a CHECK of its own. */
export const requiredBy = (
  { columns, closed }: TablePlan,
  key: CatalogForeignKey,
): (readonly [parentColumn: string, texts: readonly string[]])[] =>
  key.columns.flatMap((own, at) => {
    const texts = closed.get(columns.findIndex(({ name }) => isSameName(name, own)))
    const name = key.parentColumns[at]
    return texts && name !== undefined ? [[name, texts] as const] : []
  })

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
