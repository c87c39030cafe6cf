// Reads the rows of some tables as one text, to see whether anything in them has changed. Never writes.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { CatalogTable } from '../../model/catalog.js'
import { namedIn } from './named-in.js'
import type { CatalogLook } from './read-catalog.js'
import { quoteIdentifier } from '../../../src/sql/names.js'

/** The most rows read per table. */
const MOST_ROWS = 1000

/** The current rows of some tables. */
export interface RowPrint {
  /** Differs if a value does. */
  readonly text: string
  /** Whether it contains every row of every table: none has more than a thousand, none is virtual. */
  readonly whole: boolean
}

/** The rows of the tables that texts name, and the AUTOINCREMENT counters. */
export function rowPrint(handle: Database, look: CatalogLook, texts: readonly string[]): RowPrint {
  const named = [...namedIn(look, texts.join('\n'))]
    .map((key) => look.catalog.get(key))
    .filter((object): object is CatalogTable => object?.type === 'table')
  const prints = named.filter(({ module }) => module === null).map((one) => printOf(handle, one))
  if (named.some(({ autoincrement }) => autoincrement)) prints.push(printOf(handle, SEQUENCE))
  return {
    text: prints.map((print) => print.text).join('\n'),
    whole: prints.every(({ whole }) => whole) && named.every(({ module }) => module === null),
  }
}

const SEQUENCE = { name: 'sqlite_sequence', columns: [{ name: 'name' }, { name: 'seq' }] }

/** A missing table counts as a difference, too. */
function printOf(
  handle: Database,
  { name, columns }: { name: string; columns: readonly { readonly name: string }[] },
): RowPrint {
  const values = columns.map((column) => `quote(${quoteIdentifier(column.name)})`)
  const table = `SELECT * FROM ${quoteIdentifier(name)} LIMIT ${MOST_ROWS + 1}`
  try {
    const [row] = handle
      .prepare<[], { told: string | null; count: number | bigint }>(
        `SELECT group_concat(${values.join(" || ',' || ")}, char(10)) AS told, count(*) AS count FROM (${table})`,
      )
      .all()
    return { text: `${name}\n${row?.told ?? ''}`, whole: Number(row?.count) <= MOST_ROWS }
  } catch (error) {
    return { text: `${name}: ${String(error)}`, whole: false }
  }
}
