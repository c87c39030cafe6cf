// Rows that are walked as they are before a backfill: the columns that it fills have no value yet, so that work which looks at those of
// other rows finds some done and others not.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import type { Effect } from '../watch/statement-effect.js'
import type { Walked } from './stray-keys.js'

/** Gives the columns that the work sets their default, or NULL, where the row is walked even so; answers whether there are any. */
export function unwrite(
  handle: Database,
  tables: readonly CatalogTable[],
  walked: Walked,
  work: readonly Effect[],
): boolean {
  const table = tables.find(({ name }) => isSameName(name, walked.table))
  const written = table?.columns.filter(
    ({ name, generated }) =>
      generated === null && !isSameName(name, walked.column) && isSet(work, table, name),
  )
  const made = written?.flatMap((column) =>
    walked.keys.map((key) => giveDefault(handle, walked, column, key)),
  )
  return made?.includes(true) ?? false
}

const isSet = (work: readonly Effect[], table: CatalogTable, column: string): boolean =>
  work.some(
    ({ shape }) =>
      shape.kind === 'update' &&
      isSameName(plainName(shape.table.key), table.name) &&
      shape.columns.some(({ key }) => isSameName(plainName(key), column)),
  )

function giveDefault(
  handle: Database,
  { table, column: by, from }: Walked,
  column: CatalogColumn,
  key: string,
): boolean {
  const own = quoteIdentifier(column.name)
  const value = column.default ?? 'NULL'
  handle.exec('SAVEPOINT unwritten')
  let isWalked = false
  try {
    handle.exec(
      `UPDATE ${quoteIdentifier(table)} SET ${own} = (${value}) WHERE ${quoteIdentifier(by)} = ${key}`,
    )
    isWalked = handle.prepare(`SELECT 1 FROM (${from}) WHERE k = ${key}`).get() !== undefined
  } catch {
    // The table, or a trigger, refuses it.
  }
  if (!handle.inTransaction) return false
  if (!isWalked) handle.exec('ROLLBACK TO unwritten')
  handle.exec('RELEASE unwritten')
  return isWalked
}
