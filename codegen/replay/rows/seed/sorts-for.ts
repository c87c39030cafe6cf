// Which sorts of rows a table gets when it is filled.
import { foldCase } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Connection } from '../fill/connection.js'
import { gainsFromLarge, ROW_SORTS, type RowSort } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import { checksOf } from '../fill/checks-of.js'
import type { Example } from '../fill/draft-row.js'
import { countOf } from '../watch/table-image.js'
import type { Remembered } from './seeder-state.js'
import { quoted } from './varied-values.js'

/** With so many rows, a table that has changed gets only two more. */
const ENOUGH = 12

/** What a table asks of single rows, as texts to compare. */
export const demandsOf = ({ columns, sql }: CatalogTable): string[] => [
  ...columns.flatMap(({ name, notNull }) => (notNull ? [`${foldCase(name)} not null`] : [])),
  ...checksOf(sql).flatMap(({ names }) => names.slice(0, 1)),
]

/**
 * A table that has rows enough gets more only for what it did not have: columns, or room for duplicates; and of every sort where it
 * asks less of rows than before.
 */
export function sortsFor(
  connection: Connection,
  { table, columns, unique, units, rowid }: TablePlan,
  known: Remembered | undefined,
): readonly RowSort[] {
  const demands = new Set(demandsOf(table))
  const isEasier = known?.demands.some((one) => !demands.has(one)) === true
  const gains = units.map(({ key, at: [index = 0] }) => {
    const column = key || index === rowid ? undefined : columns[index]
    const gain = column ? gainsFromLarge(column) : null
    return gain === 'text' && !unique.has(index) ? null : gain
  })
  if (known && !isEasier && countOf(connection, table) - known.spoken >= ENOUGH)
    return gains.includes('text') ? ['plain', 'twin', 'large'] : ['plain', 'twin']
  return gains.some((gain) => gain !== null)
    ? ROW_SORTS
    : ROW_SORTS.filter((sort) => sort !== 'large')
}

/** Of each column that can be nothing but one of a few texts, a row for those that it could not be before. */
export const newTexts = (
  { closed, columns }: TablePlan,
  known: Remembered | undefined,
): Example[] =>
  [...closed].flatMap(([at, texts]) => {
    const isNew = (text: string): boolean =>
      !known?.demands.some((one) => one.includes(quoted(text)))
    const name = columns[at]?.name ?? ''
    return known ? texts.filter(isNew).map((text) => ({ [name]: text })) : []
  })
