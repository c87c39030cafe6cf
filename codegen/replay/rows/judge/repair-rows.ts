// Finds the value of a row that makes a side fail, and changes such rows so that later failures show.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { identityOf } from '../../catalog/row-identity.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { fewestRows } from './fewest-rows.js'
import {
  deleteDescendants,
  deleteOrphansIn,
  deleteRows,
  emptyTable,
  withoutTriggers,
} from '../fill/delete-rows.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { TableImage } from '../watch/table-image.js'

/** A change of rows with which the side goes on. */
export interface Repair {
  /** The column that had the value; null if whole rows are deleted. */
  readonly column: string | null
  /** The table, in lower case, from which whole rows are deleted. */
  readonly without?: string
  /** Whether only generated values were to blame, which is not reported. */
  readonly isOfGenerated?: true
  /** Returns the tables that lost rows, in lower case. */
  apply(): ReadonlySet<string>
}

/** The table to blame as it is, and where. */
export interface Blamed {
  readonly connection: Connection
  readonly before: TableGraph
  readonly image: TableImage
  /** The identity of the row to blame; null if it is unknown. */
  readonly identity: RawRow | null
  readonly goesOn: GoesOn
}

/**
 * Whether the side goes on after a change: fails on something else or not at all; with `elsewhere`, in another statement and not because of
 * invalid JSON; with `apartFrom`, in another statement or on a constraint that does not name this column; with `end`, not at all.
 */
export type GoesOn = (
  change: () => void,
  to?: 'anywhere' | 'elsewhere' | 'end' | { readonly apartFrom: string },
) => boolean

/**
 * The first change with which the side goes on: another value in one column, else without the row, else without as few rows as possible.
 */
export function repairOf(blamed: Blamed): Repair | null {
  const { image, identity, goesOn } = blamed
  const row = image.rows.find((one) => one.identity === identity)
  if (row) {
    const columns = image.columns.flatMap((column, index) =>
      column.primaryKey > 0 ? [] : [{ column, isNull: (row.values[index] ?? null) === null }],
    )
    for (const { column, isNull } of columns) {
      const repair = isNull ? filling(blamed, column) : null
      if (repair) return repair
    }
    for (const { column, isNull } of columns) {
      const repair = isNull ? null : changing(blamed, column)
      if (repair) return repair
    }
  }
  const { rows } = image
  const isEnough = (some: TableImage['rows']): boolean =>
    goesOn(() => void removal(blamed, some).apply())
  if (row && isEnough([row])) return removal(blamed, [row])
  if (!isEnough(rows)) return null
  // Failures of other rows come after it.
  return removal(blamed, row ? fewestRows(rows, isEnough) : rows)
}

/** Sets a value in all rows where the column is null. */
function filling(blamed: Blamed, column: CatalogColumn): Repair | null {
  const { connection, before, image, goesOn } = blamed
  const change = (): void =>
    withoutTriggers(connection, before, image.table, () => fill(connection, column, image))
  return goesOn(change) ? repairing(blamed, column, change) : null
}

/** Sets null, or another value, in the rows whose value makes the side fail; in all rows if no single one does. */
function changing(blamed: Blamed, column: CatalogColumn): Repair | null {
  const { connection, before, goesOn, identity, image } = blamed
  const { table, rows } = image
  const name = quoteIdentifier(column.name)
  const set = `UPDATE ${quoteIdentifier(table.name)} SET ${name} = ${column.notNull ? otherThan(name) : 'NULL'} WHERE ${isRow(table)}`
  const change = (some: TableImage['rows']): void =>
    withoutTriggers(connection, before, table, () => {
      for (const row of some) {
        const number = BigInt(rows.indexOf(row))
        connection.run(set, ...(column.notNull ? [number, number] : []), ...row.identity)
      }
    })
  const isEnough = (some: TableImage['rows']): boolean => goesOn(() => change(some), 'elsewhere')
  if (!isEnough(rows)) return null
  const alone = rows.filter((one) => one.identity === identity)
  const fewest = isEnough(alone) ? alone : fewestRows(rows, isEnough)
  return repairing(blamed, column, () => change(fewest))
}

/** A row that loses its parent by the change is deleted: the step is not responsible for it. */
export const repairing = (
  { connection, before, image: { table } }: Blamed,
  { name }: CatalogColumn,
  change: () => void,
): Repair => ({
  column: name,
  apply() {
    change()
    deleteOrphansIn(connection, before, table)
    return deleteDescendants(connection, before, [foldCase(table.name)])
  },
})

/** Sets a value in rows where a column is null, in each another one if that has to be, and deletes rows that cannot have it. */
function fill(connection: Connection, column: CatalogColumn, { table, rows }: TableImage): void {
  const [target, name] = [quoteIdentifier(table.name), quoteIdentifier(column.name)]
  const value = exampleOf(column, table)
  const set = (to: string): string =>
    `UPDATE OR IGNORE ${target} SET ${name} = ${to} WHERE ${name} IS NULL`
  const other = `${set(otherThan(value))} AND ${isRow(table)}`
  try {
    connection.run(set(value))
    for (const [at, { identity }] of rows.entries())
      connection.run(other, BigInt(at), BigInt(at), ...identity)
  } catch {
    // A function in a constraint may throw to refuse the value.
  }
  connection.run(`DELETE FROM ${target} WHERE ${name} IS NULL`)
}

/** A value of another row, else one that fits the declared type. */
function exampleOf({ name, type }: CatalogColumn, table: CatalogTable): string {
  const column = quoteIdentifier(name)
  const plain = /char|clob|text/i.test(type) ? `'some'` : '1'
  return `coalesce((SELECT ${column} FROM ${quoteIdentifier(table.name)} WHERE ${column} <> '' LIMIT 1), ${plain})`
}

const isRow = (table: CatalogTable): string =>
  identityOf(table)
    .map((key) => `${quoteIdentifier(key)} IS ?`)
    .join(' AND ')

/** Uses a number twice, so that rows with equal values differ afterwards. */
const otherThan = (name: string): string =>
  `CASE typeof(${name}) WHEN 'text' THEN ${name} || ' other ' || ? WHEN 'blob' THEN ${name} ELSE ${name} + 1000000 + ? END`

function removal({ connection, before, image }: Blamed, some: TableImage['rows']): Repair {
  const { table, rows } = image
  return {
    column: null,
    without: foldCase(table.name),
    apply() {
      const identities = some.map(({ identity }) => identity)
      if (some.length < rows.length) deleteRows(connection, before, table, identities)
      else emptyTable(connection, before, table)
      return deleteDescendants(connection, before, [foldCase(table.name)])
    },
  }
}
