// Removes rows as if they had never been generated: no trigger fires, and child rows can be deleted with their parents.
import { orElse } from '../../../../src/model/or-else.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { deleteOrphans } from './complete-rows.js'
import { identityOf } from '../../catalog/row-identity.js'
import type { Connection, RawRow } from './connection.js'
import { HUGE, LARGE, LOWEST, VAST } from './seed-values.js'
import { tableNamed, type TableGraph } from './table-graph.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'

/** Deletes all rows of a table without firing its triggers; child rows stay. */
export const emptyTable = (
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): void =>
  withoutTriggers(connection, situation, table, () =>
    connection.run(`DELETE FROM ${quoteIdentifier(table.name)}`),
  )

/** Deletes rows by the columns of `identityOf`; child rows stay. */
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
 * Replaces extreme numbers, infinities included, that overflow most calculations by merely large ones, and deletes the rows that refuse
 * this; child rows stay. Returns whether there were any.
 */
export function tameExtremes(
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): boolean {
  const lowest = `${LOWEST + 1n} - 1`
  const isVast = (column: string): string =>
    `typeof(${column}) = 'integer' AND ${column} BETWEEN ${VAST} AND ${VAST} + 1000000`
  return changeRows(
    { connection, situation, table },
    () => true,
    (column) => ({
      is: `(${column} IN (${lowest}, ${HUGE}, 9e999, -9e999) OR (${isVast(column)}))`,
      to: `CASE ${column} WHEN ${lowest} THEN ${LARGE} WHEN ${HUGE} THEN ${LARGE}.5 WHEN 9e999 THEN ${LARGE}.5 WHEN -9e999 THEN -${LARGE}.5 ELSE ${column} - ${VAST} + ${LARGE} END`,
    }),
  )
}

/** A limit that loops reach quickly. */
const MODERATE = 5000

/**
 * Makes all numbers moderate except in keys, so that loops that count up to them end, and deletes the rows that refuse this; child rows
 * stay. Returns whether there were any.
 */
export function moderateNumbers(
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): boolean {
  const pointing = new Set(table.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  return changeRows(
    { connection, situation, table },
    ({ primaryKey, name }) => primaryKey === 0 && !pointing.has(foldCase(name)),
    (column) => ({
      is: `(typeof(${column}) IN ('integer', 'real') AND ${column} NOT BETWEEN -${MODERATE} AND ${MODERATE})`,
      to: table.withoutRowid ? String(MODERATE) : `${MODERATE} - abs(rowid % 97)`,
    }),
  )
}

interface Place {
  readonly connection: Connection
  readonly situation: TableGraph
  readonly table: CatalogTable
}

/** Replaces values and deletes the rows that keep theirs; returns whether there were any such values. */
function changeRows(
  { connection, situation, table }: Place,
  isMeant: (column: CatalogColumn) => boolean,
  change: (column: string) => { readonly is: string; readonly to: string },
): boolean {
  const columns = table.columns
    .filter((column) => column.generated === null && !column.hidden && isMeant(column))
    .map(({ name }) => quoteIdentifier(name))
  const changes = columns.map((column) => ({ column, ...change(column) }))
  const name = quoteIdentifier(table.name)
  const where = changes.map(({ is }) => is).join(' OR ')
  if (where === '' || connection.all(`SELECT 1 FROM ${name} WHERE ${where} LIMIT 1`).length === 0)
    return false
  const set = changes.map(
    ({ column, is, to }) => `${column} = CASE WHEN ${is} THEN ${to} ELSE ${column} END`,
  )
  withoutTriggers(connection, situation, table, () => {
    attempt(connection, `UPDATE OR IGNORE ${name} SET ${set.join(', ')} WHERE ${where}`)
    connection.run(`DELETE FROM ${name} WHERE ${where}`)
  })
  return true
}

/** A CHECK may call a function that throws to refuse a value. */
function attempt(connection: Connection, statement: string): void {
  // The rows that were not updated are deleted.
  orElse(() => connection.run(statement), undefined)
}

/** Deletes rows that lost their parents, generation by generation; returns all affected tables, in lower case. */
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
      if (child && deleteOrphansIn(connection, situation, child)) {
        concerned.add(name)
        waiting.push(name)
      }
    }
  return concerned
}

/**
 * Deletes the orphans of a table; returns whether there were any. Where a key cannot be checked, as its parent table or unique index is
 * missing, no row is deleted for it.
 */
export function deleteOrphansIn(
  connection: Connection,
  situation: TableGraph,
  table: CatalogTable,
): boolean {
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

/** Changes rows of a table with its triggers dropped, and creates them again afterwards. */
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
