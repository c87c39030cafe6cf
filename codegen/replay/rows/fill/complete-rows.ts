// Finishes freshly filled tables: sets foreign keys in circles, deletes orphans, and raises AUTOINCREMENT counters.
import { rotated } from './place-row.js'
import { orElse } from '../../../../src/model/or-else.js'
import { identityOf } from '../../catalog/row-identity.js'
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { messageOf, type Connection, type RawRow } from './connection.js'
import { parentKeys } from './seed-table.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { Value } from './seed-values.js'
import { tableNamed, type TableGraph } from './table-graph.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** A foreign key to a table that is filled later. */
export interface Circle {
  readonly table: CatalogTable
  readonly key: CatalogForeignKey
}

/** Also sets keys in the opposite direction: composite keys for which no parent yet matched the other keys of the row. */
export function closeCircles(
  connection: Connection,
  situation: TableGraph,
  circles: readonly Circle[],
  avoided: (key: CatalogForeignKey) => ReadonlySet<string>,
): void {
  const back = circles.flatMap(({ table: parent, key: { parent: name } }): Circle[] => {
    const table = tableNamed(situation, name)
    return (table?.foreignKeys ?? []).flatMap((key) => {
      const isBack = table && table !== parent && isSameName(key.parent, parent.name)
      return isBack && key.columns.length > 1 && mayBeNull(table, key) ? [{ table, key }] : []
    })
  })
  for (const { table, key } of [...circles, ...back])
    closeCircle(connection, table, key, avoided(key))
}

/**
 * Points dangling rows at parents that were filled after them, except one row where the columns are nullable. Updates that the table
 * refuses are skipped.
 */
function closeCircle(
  connection: Connection,
  table: CatalogTable,
  key: CatalogForeignKey,
  avoided: ReadonlySet<string>,
): void {
  const keys = parentKeys(connection, key, avoided)
  const identity = identityOf(table)
  if (keys.length === 0 || identity.length === 0) return
  const update = updateOf(quoteIdentifier(table.name), key.columns, identity)
  for (const [index, row] of connection.all(danglingRows(table, key)).entries()) {
    if (index === 2 && mayBeNull(table, key)) continue
    const [own, id] = [row.slice(0, key.columns.length), row.slice(key.columns.length)]
    // The columns that are not null belong to other keys, so the parent has to match them.
    const isFitting = (parent: RawRow): boolean =>
      !own.includes(null) || own.every((value, at) => value === null || value === parent[at])
    rotated(keys.filter(isFitting), index).find((parent) =>
      changed(connection, update, [...parent, ...id]),
    )
  }
}

/** Where no row has a parent in the same table yet, because the key is new: every second row gets the next one. */
export function pointAtNext(connection: Connection, table: CatalogTable): void {
  for (const key of table.foreignKeys)
    if (isSameName(key.parent, table.name) && mayBeNull(table, key))
      pointEachSecond(connection, { table, key })
}

function pointEachSecond({ run, all }: Connection, { table, key }: Circle): void {
  const identity = identityOf(table)
  const columns = [...key.columns, ...key.parentColumns, ...identity].map(quoteIdentifier)
  const name = quoteIdentifier(table.name)
  // A key may name columns that the table does not have.
  const rows =
    identity.length === 0
      ? []
      : orElse(() => all(`SELECT ${columns.join(', ')} FROM ${name} LIMIT ${SOME}`), [])
  const [own, keyed] = [key.columns.length, key.columns.length + key.parentColumns.length]
  if (rows.some((row) => !row.slice(0, own).includes(null))) return
  const update = updateOf(name, key.columns, identity)
  rows.forEach((row, at) => {
    const next = at % 2 === 0 ? rows[at + 1] : undefined
    if (next) changed({ run }, update, [...next.slice(own, keyed), ...row.slice(keyed)])
  })
}

/** How many rows are looked at. */
const SOME = 12

/** Sets columns of one row; `name` is quoted. */
const updateOf = (name: string, columns: readonly string[], identity: readonly string[]): string =>
  `UPDATE ${name} SET ${columns.map((column) => `${quoteIdentifier(column)} = ?`).join(', ')} WHERE ${identity.map((column) => `${quoteIdentifier(column)} IS ?`).join(' AND ')}`

/** Whether a row may do without a parent. */
export const mayBeNull = (table: CatalogTable, key: CatalogForeignKey): boolean =>
  table.columns.some(
    (column) => !column.notNull && !isRowid(table, column) && key.columns.includes(column.name),
  )

/** Selects the key and identity of rows whose key is null or matches no parent. */
function danglingRows(
  table: CatalogTable,
  { columns, parent, parentColumns }: CatalogForeignKey,
): string {
  const identity = identityOf(table).map(quoteIdentifier)
  const own = columns.map((column) => `c.${quoteIdentifier(column)}`)
  const pairs = own.map((column, index) => {
    return `p.${quoteIdentifier(parentColumns[index] ?? '')} = ${column}`
  })
  const none = own.map((column) => `${column} IS NULL`).join(' OR ')
  const asked = [...own, ...identity.map((column) => `c.${column}`)]
  return `SELECT ${asked.join(', ')} FROM ${quoteIdentifier(table.name)} c WHERE ${none} OR NOT EXISTS (SELECT 1 FROM ${quoteIdentifier(parent)} p WHERE ${pairs.join(' AND ')})`
}

function changed(
  connection: Pick<Connection, 'run'>,
  update: string,
  values: readonly Value[],
): boolean {
  return orElse(() => (connection.run(update, ...values), true), false)
}

/** Deletes the orphans of a table; returns the refusal if there were any or they cannot be deleted. */
export function removeOrphans(connection: Connection, table: CatalogTable): string | null {
  if (table.foreignKeys.length === 0) return null
  try {
    const [orphan] = connection.all(
      'SELECT 1 FROM unshadowed.pragma_foreign_key_check(?) LIMIT 1',
      table.name,
    )
    if (!orphan) return null
    deleteOrphans(connection, table)
    return 'FOREIGN KEY constraint failed'
  } catch (error) {
    return messageOf(error)
  }
}

/** Deletes the orphans of a table and returns their number. Throws if the keys cannot be checked or a trigger refuses. */
export function deleteOrphans({ prepare }: Connection, table: CatalogTable): number {
  const counts = table.foreignKeys.map((key) =>
    Number(prepare(orphansOf(table, key)).run().changes),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

function orphansOf(
  table: CatalogTable,
  { columns, parent, parentColumns }: CatalogForeignKey,
): string {
  const name = quoteIdentifier(table.name)
  const pairs = columns.map((column, index) => {
    return `p.${quoteIdentifier(parentColumns[index] ?? '')} = ${name}.${quoteIdentifier(column)}`
  })
  const given = columns.map((column) => `${quoteIdentifier(column)} NOT NULL`)
  return `DELETE FROM ${name} WHERE ${given.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${quoteIdentifier(parent)} p WHERE ${pairs.join(' AND ')})`
}

/** How far the counter is raised above the highest rowid. */
const GIVEN = 7

/** Makes an AUTOINCREMENT table remember higher rowids than its rows have, as if rows had been deleted. */
export function raiseWatermark({ run, single }: Connection, { name }: CatalogTable): void {
  const highest = single(`SELECT max(rowid) FROM ${quoteIdentifier(name)}`)
  const known = single('SELECT seq FROM main.sqlite_sequence WHERE name = ?', name)
  if (typeof highest !== 'bigint' || typeof known !== 'bigint' || known > highest) return
  run('UPDATE main.sqlite_sequence SET seq = ? WHERE name = ?', highest + BigInt(GIVEN), name)
}
