// Decides which sorts of rows a table gets when it is filled.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Connection } from '../fill/connection.js'
import { gainsFromLarge, ROW_SORTS, type RowSort } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import { checksOf } from '../fill/checks-of.js'
import type { Example } from '../fill/draft-row.js'
import { countOf } from '../watch/table-image.js'
import type { Remembered } from './seeder-state.js'
import { quoted } from './varied-values.js'

/** With this many rows, a changed table gets only two more. */
const ENOUGH = 12

/** What a table requires of single rows, as texts to compare. */
export const demandsOf = ({ columns, sql }: CatalogTable): string[] => [
  ...columns.flatMap(({ name, notNull }) => (notNull ? [`${foldCase(name)} not null`] : [])),
  ...checksOf(sql).flatMap(({ names }) => names.slice(0, 1)),
]

/**
 * A table with enough rows gets more only for new columns or room for duplicates; it gets rows of every sort if it requires less of rows
 * than before.
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
    return [
      'plain',
      'twin',
      ...(gains.includes('text') ? (['large'] as const) : []),
      ...(lacksNull(connection, table) ? (['null'] as const) : []),
    ]
  return gains.some((gain) => gain !== null)
    ? ROW_SORTS
    : ROW_SORTS.filter((sort) => sort !== 'large')
}

/** Whether a column that may be null is so in no row: an earlier step has filled it. */
function lacksNull({ single }: Connection, { name, columns }: CatalogTable): boolean {
  const open = columns.filter(
    (one) => !one.notNull && one.primaryKey === 0 && one.generated === null,
  )
  const held = open.slice(0, MOST).map((one) => `min(${quoteIdentifier(one.name)} IS NOT NULL)`)
  return (
    held.length > 0 &&
    Number(single(`SELECT ${held.join(' OR ')} FROM ${quoteIdentifier(name)}`)) === 1
  )
}

/** How many columns are looked at. */
const MOST = 200

/** For columns with a closed list of texts, a row for each text that is new in the list. */
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
