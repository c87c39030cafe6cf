// Finds the value of a row that makes a side fail, and gives such rows another one, so that what stands behind shows.
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

/** A change of rows after which the side goes on. */
export interface Repair {
  /** The column that had the value; null where whole rows are taken out. */
  readonly column: string | null
  /** The table, in lower case, that whole rows are taken out of. */
  readonly without?: string
  /** Whether only generated values were to blame, of which nothing is told. */
  readonly isOfGenerated?: true
  /** Answers the tables that lost rows, in lower case. */
  apply(): ReadonlySet<string>
}

/** The table to blame as it is, and where. */
export interface Blamed {
  readonly connection: Connection
  readonly before: TableGraph
  readonly image: TableImage
  /** The row to blame, by what tells it; null where it is not known. */
  readonly identity: RawRow | null
  readonly goesOn: GoesOn
}

/**
 * Whether the side goes on after a change: fails on something else or on nothing; with `elsewhere`, in another statement, and not
 * because it is no JSON; with `end`, on nothing.
 */
export type GoesOn = (change: () => void, to?: 'anywhere' | 'elsewhere' | 'end') => boolean

/** The first change with which the side goes on: another value in one column, else without the row, else without as few as there are. */
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
  // What the others are refused for stands behind it.
  return removal(blamed, row ? fewestRows(rows, isEnough) : rows)
}

/** A value in all rows that have none. */
function filling(blamed: Blamed, column: CatalogColumn): Repair | null {
  const { connection, before, image, goesOn } = blamed
  const change = (): void =>
    withoutTriggers(connection, before, image.table, () => fill(connection, column, image.table))
  return goesOn(change) ? repairing(blamed, column, change) : null
}

/** No value, or another one, in the rows whose own the side does not bear; in all where none does by itself. */
function changing(blamed: Blamed, column: CatalogColumn): Repair | null {
  const { connection, before, goesOn, identity, image } = blamed
  const { table, rows } = image
  const name = quoteIdentifier(column.name)
  const where = identityOf(table).map((key) => `${quoteIdentifier(key)} IS ?`)
  const set = `UPDATE ${quoteIdentifier(table.name)} SET ${name} = ${column.notNull ? otherThan(name) : 'NULL'} WHERE ${where.join(' AND ')}`
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

/** Where the change leaves a row without its parent, that goes: it is none that the step has to answer for. */
const repairing = (
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

/** Gives rows a value in a column where they have none; those that cannot have it are taken out. */
function fill(connection: Connection, column: CatalogColumn, table: CatalogTable): void {
  const [target, name] = [quoteIdentifier(table.name), quoteIdentifier(column.name)]
  const value = exampleOf(column, table)
  try {
    connection.run(`UPDATE OR IGNORE ${target} SET ${name} = ${value} WHERE ${name} IS NULL`)
  } catch {
    // A function in a constraint may refuse the value by throwing.
  }
  connection.run(`DELETE FROM ${target} WHERE ${name} IS NULL`)
}

/** A value that another row has, else one that fits the declared type. */
function exampleOf({ name, type }: CatalogColumn, table: CatalogTable): string {
  const column = quoteIdentifier(name)
  const plain = /char|clob|text/i.test(type) ? `'some'` : '1'
  return `coalesce((SELECT ${column} FROM ${quoteIdentifier(table.name)} WHERE ${column} IS NOT NULL LIMIT 1), ${plain})`
}

/** Takes a number twice, so that rows which were alike are not afterwards. */
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
