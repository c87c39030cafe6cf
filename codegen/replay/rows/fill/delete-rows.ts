// Takes rows out of tables as if they had never been generated: no trigger wakes, no row is left without its parent.
import type { CatalogTable } from '../../../model/catalog.js'
import { deleteOrphans } from './complete-rows.js'
import { identityOf } from '../../catalog/row-identity.js'
import type { Connection, RawRow } from './connection.js'
import { HUGE, LARGE, LOWEST, VAST } from './seed-values.js'
import { tableNamed, type TableGraph } from './table-graph.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'

/** Deletes all rows of a table without waking its triggers; what pointed at them is left alone. */
export const emptyTable = (
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): void =>
  withoutTriggers(connection, situation, table, () =>
    connection.run(`DELETE FROM ${quoteIdentifier(table.name)}`),
  )

/** Deletes rows of a table, told by what `identityOf` tells them by; what pointed at them is left alone. */
export function deleteRows(
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
  identities: readonly RawRow[],
): void {
  const where = identityOf(table).map((column) => `${quoteIdentifier(column)} IS ?`)
  withoutTriggers(connection, situation, table, () => {
    const remove = connection.prepare(
      `DELETE FROM ${quoteIdentifier(table.name)} WHERE ${where.join(' AND ')}`,
    )
    for (const identity of identities) remove.run(...identity)
  })
}

/**
 * Makes numbers large that hardly any calculation survives, and deletes the rows where that is refused; what pointed at
 * them is left alone. Answers whether there were any.
 */
export function tameExtremes(
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): boolean {
  const columns = table.columns.filter(({ generated, hidden }) => generated === null && !hidden)
  const names = columns.map((column) => quoteIdentifier(column.name))
  const lowest = `${LOWEST + 1n} - 1`
  const isVast = (column: string): string =>
    `typeof(${column}) = 'integer' AND ${column} BETWEEN ${VAST} AND ${VAST} + 1000000`
  const extreme = names
    .map((column) => `${column} IN (${lowest}, ${HUGE}) OR (${isVast(column)})`)
    .join(' OR ')
  const tamed = names.map(
    (column) =>
      `${column} = CASE WHEN ${column} = ${lowest} THEN ${LARGE} WHEN ${column} = ${HUGE} THEN ${LARGE}.5
        WHEN ${isVast(column)} THEN ${column} - ${VAST} + ${LARGE} ELSE ${column} END`,
  )
  const name = quoteIdentifier(table.name)
  if (connection.all(`SELECT 1 FROM ${name} WHERE ${extreme} LIMIT 1`).length === 0) return false
  withoutTriggers(connection, situation, table, () => {
    attempt(connection, `UPDATE OR IGNORE ${name} SET ${tamed.join(', ')} WHERE ${extreme}`)
    connection.run(`DELETE FROM ${name} WHERE ${extreme}`)
  })
  return true
}

/** What a loop may run to. */
const MODERATE = 5000

/**
 * Makes all numbers moderate but those of keys, so that whatever counts with them comes to its end, and deletes the rows where
 * that is refused; what pointed at them is left alone.
 */
export function moderateNumbers(
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): void {
  const pointing = new Set(table.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  const columns = table.columns.filter(
    ({ generated, hidden, primaryKey, name }) =>
      generated === null && !hidden && primaryKey === 0 && !pointing.has(foldCase(name)),
  )
  if (columns.length === 0) return
  const names = columns.map((column) => quoteIdentifier(column.name))
  const isLarge = names.map(
    (column) =>
      `(typeof(${column}) IN ('integer', 'real') AND ${column} NOT BETWEEN -${MODERATE} AND ${MODERATE})`,
  )
  const other = table.withoutRowid ? String(MODERATE) : `${MODERATE} - abs(rowid % 97)`
  const tamed = names.map(
    (column, at) => `${column} = CASE WHEN ${isLarge[at]} THEN ${other} ELSE ${column} END`,
  )
  const name = quoteIdentifier(table.name)
  withoutTriggers(connection, situation, table, () => {
    const where = isLarge.join(' OR ')
    attempt(connection, `UPDATE OR IGNORE ${name} SET ${tamed.join(', ')} WHERE ${where}`)
    connection.run(`DELETE FROM ${name} WHERE ${where}`)
  })
}

/** A check may call a function that refuses the value by throwing. */
function attempt(connection: Connection, statement: string): void {
  try {
    connection.run(statement)
  } catch {
    // What is left as it was is deleted.
  }
}

/** Deletes the rows that lost their parents, generation by generation; answers all tables concerned, in lower case. */
export function deleteDescendants(
  connection: Connection,
  situation: TableGraph,
  parents: Iterable<string>,
): ReadonlySet<string> {
  const concerned = new Set(parents)
  const waiting = [...concerned]
  for (const parent of waiting)
    for (const name of situation.children.get(parent) ?? []) {
      const child = tableNamed(situation, name)
      if (child && hasLost(connection, situation, child)) {
        concerned.add(name)
        waiting.push(name)
      }
    }
  return concerned
}

/** Whether there were orphans. A key that points at nothing unique, or at no table, has none. */
function hasLost(connection: Connection, situation: TableGraph, table: CatalogTable): boolean {
  let removed = 0
  withoutTriggers(connection, situation, table, () => {
    try {
      removed = deleteOrphans(connection, table)
    } catch {
      removed = 0
    }
  })
  return removed > 0
}

/** Changes rows of a table while no trigger on it wakes. */
export function withoutTriggers(
  connection: Connection,
  { attached }: TableGraph,
  { name: table }: CatalogTable,
  work: () => void,
): void {
  const triggers = attached.triggers.get(foldCase(table)) ?? []
  for (const { name } of triggers) connection.run(`DROP TRIGGER ${quoteIdentifier(name)}`)
  work()
  for (const { sql } of triggers) connection.run(sql)
}
