// Records the rows of a table at one point of the replay.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import type { ShownRow } from '../../../model/evidence.js'
import { identityOf } from '../../catalog/row-identity.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import { orElse } from '../../../../src/model/or-else.js'

/** An image of a table. Of large tables only the first rows are kept. */
export interface TableImage {
  readonly table: CatalogTable
  readonly count: number
  /** The recorded columns, without generated ones. */
  readonly columns: readonly CatalogColumn[]
  readonly generated: readonly CatalogColumn[]
  /** The identity of each row, its values, and its generated values. */
  readonly rows: readonly {
    readonly identity: RawRow
    readonly values: RawRow
    readonly derived: RawRow
  }[]
  /** The AUTOINCREMENT counter; null if there is none. */
  readonly watermark: bigint | null
}

/** The index of a column; -1 if there is none of that name. */
export const placeOf = ({ columns }: TableImage, name: string): number =>
  columns.findIndex((one) => isSameName(one.name, name))

/** The most rows that are kept. */
const KEPT = 400

/** Records an image; null if the table cannot be read. Generated columns are left out if one cannot be computed. */
export function takeImage(connection: Connection, table: CatalogTable): TableImage | null {
  const shown = table.columns.filter(({ hidden }) => !hidden)
  const columns = shown.filter(({ generated }) => generated === null)
  const generated = shown.filter((column) => !columns.includes(column))
  const picture = (others: readonly CatalogColumn[]): TableImage =>
    pictureOf(connection, { table, columns, generated: others })
  try {
    return picture(generated)
  } catch {
    // Retried below without them.
  }
  return orElse(() => picture([]), null)
}

function pictureOf(
  connection: Connection,
  { table, columns, generated }: Pick<TableImage, 'table' | 'columns' | 'generated'>,
): TableImage {
  const name = quoteIdentifier(table.name)
  const identity = identityOf(table).map(quoteIdentifier)
  const names = [...columns, ...generated].map((column) => quoteIdentifier(column.name))
  const rows = connection
    .prepare(
      `SELECT ${[...identity, ...names].join(', ')} FROM ${name} ORDER BY ${identity.join(', ')} LIMIT ${KEPT}`,
    )
    .all()
  const end = identity.length + columns.length
  return {
    table,
    count: rows.length < KEPT ? rows.length : countOf(connection, table),
    columns,
    generated,
    rows: rows.map((row) => ({
      identity: row.slice(0, identity.length),
      values: row.slice(identity.length, end),
      derived: row.slice(end),
    })),
    watermark: table.autoincrement ? watermarkOf(connection, table.name) : null,
  }
}

/** The same image with generated columns after the others. */
export const withGenerated = (image: TableImage): TableImage =>
  image.generated.length === 0
    ? image
    : {
        ...image,
        columns: [...image.columns, ...image.generated],
        rows: image.rows.map((row) => ({ ...row, values: [...row.values, ...row.derived] })),
      }

/** The number of rows of a table. */
export const countOf = ({ single }: Connection, { name }: CatalogTable): number =>
  Number(single(`SELECT count(*) FROM ${quoteIdentifier(name)}`))

/** The AUTOINCREMENT counter that SQLite stores for a table. */
function watermarkOf({ single }: Connection, table: string): bigint | null {
  return orElse(() => {
    const found = single(
      'SELECT max(seq) FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE',
      table,
    )
    return typeof found === 'bigint' ? found : null
  }, null)
}

/** A row for display. */
export const shownRow = (columns: readonly CatalogColumn[], values: RawRow): ShownRow =>
  Object.fromEntries(columns.map(({ name }, index) => [name, shownValue(values[index] ?? null)]))

/** The longest text that is shown in full. */
const LONGEST = 200

/** A value for display: unsafe integers and infinities as texts, blobs as `x'00ff'`. */
export function shownValue(value: Value): string | number | null {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'string')
    return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
  if (value instanceof Uint8Array)
    return `x'${[...value.subarray(0, LONGEST)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}'`
  // JSON, through which it is passed on, has no such number.
  if (value === Infinity || value === -Infinity) return value > 0 ? '1e999' : '-1e999'
  return value
}
