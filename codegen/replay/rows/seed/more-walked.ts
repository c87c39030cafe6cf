// Copies rows that batches walk: with just one or two matching rows, each is the first or last of its batch, however the batches are cut.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { attempt, type Walked } from './stray-keys.js'

/** Enough to tell a batch that handles only its first, its last or its inner rows from one that handles all. */
const ENOUGH = 5

/** A row that is not walked is inserted between each two copies. */
type Between = 'others between'

/**
 * Inserts copies of walked rows with greater keys, and with other values in unique columns. Returns whether there are any: none for keys
 * that are neither integers nor texts, without a row to copy, or if enough walked rows follow each other already.
 */
export function copyWalked(
  handle: Database,
  tables: readonly CatalogTable[],
  { table: name, column, keys }: Walked,
  between?: Between,
): boolean {
  const table = tables.find((one) => isSameName(one.name, name))
  const [first] = keys
  if (!table || first === undefined || !/^(?:-?\d+$|')/.test(first)) return false
  const stored = table.columns.filter(({ generated, hidden }) => generated === null && !hidden)
  const columns = stored.map((one) => quoteIdentifier(one.name))
  const [own, key] = [quoteIdentifier(name), quoteIdentifier(column)]
  const span = `SELECT count(*) FROM ${own} WHERE ${key} BETWEEN ${first} AND ${keys.at(-1)!}`
  const count = handle.prepare<[], number>(span).pluck().get()
  if (!between && keys.length >= ENOUGH && count === keys.length) return false
  const other = between && otherThan(handle, [own, key], keys)
  if (between && other === undefined) return false
  const isUnique = uniqueIn(handle, table)
  const tied = table.foreignKeys.flatMap((one) => one.columns)
  const valueOf = (of: string, at: number): string => {
    const value = quoteIdentifier(of)
    if (isSameName(of, column))
      return `(SELECT max(${key}) FROM ${own}) ${first.startsWith("'") ? `|| ${at}` : '+ 1'}`
    if (!isUnique(of) || tied.some((one) => isSameName(one, of))) return value
    return `iif(typeof(${value}) IN ('integer', 'real'), ${value} + ${1000 * (at + 1)}, ${value} || ${at})`
  }
  const add = (model: string, at: number): boolean =>
    attempt(
      handle,
      `INSERT INTO ${own} (${columns.join(', ')}) SELECT ${stored.map((one) => valueOf(one.name, at)).join(', ')} FROM ${own} WHERE ${key} = ${model}`,
    )
  const added = Array.from({ length: ENOUGH }, (_, at) => {
    const isAdded = add(keys[at % keys.length]!, at)
    if (other !== undefined) add(other, at + ENOUGH)
    return isAdded
  })
  return added.includes(true)
}

/** Puts the last key and every second one before it in capitals, where keys compare without case. Returns whether any changed. */
export function capitalizeWalked(handle: Database, { table, column, keys }: Walked): boolean {
  const key = quoteIdentifier(column)
  const some = keys.filter((_, at) => (keys.length - at) % 2 === 1).join(', ')
  const isSame = `${key} = upper(${key}) AND ${key} <> upper(${key}) COLLATE BINARY`
  const sql = `UPDATE OR IGNORE ${quoteIdentifier(table)} SET ${key} = upper(${key}) WHERE ${key} IN (${some}) AND ${isSame}`
  return attempt(handle, sql) && Number(handle.prepare('SELECT changes()').pluck().get()) > 0
}

/** The key of a row that is not walked. */
const otherThan = (
  handle: Database,
  [table, key]: readonly [string, string],
  keys: readonly string[],
): string | undefined =>
  handle
    .prepare<[], string>(
      `SELECT quote(${key}) FROM ${table} WHERE ${key} NOT IN (${keys.join(', ')}) LIMIT 1`,
    )
    .pluck()
    .get()

/** By constraints and by indexes. */
function uniqueIn(handle: Database, { name }: CatalogTable): (column: string) => boolean {
  const names = handle
    .prepare<[string], { name: string | null }>(
      `SELECT i.name FROM unshadowed.pragma_index_list(?, 'main') l, unshadowed.pragma_index_info(l.name, 'main') i WHERE l."unique"`,
    )
    .all(name)
  return (column) => names.some((one) => one.name !== null && isSameName(one.name, column))
}
