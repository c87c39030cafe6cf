// Values that rise, from the first row or from the second: work that asks for a largest, a smallest or an average, which it changes itself or
// of which it sees a part, comes to something else where it is cut.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { rowsOf, type Walked } from './stray-keys.js'

/** By turns, in the order of the rows. */
export const LADDERS: readonly (readonly number[])[] = [
  [50, 10, 20, 30, 40],
  [10, 20, 30, 40, 50],
]

/** The rows that are walked, and the values. */
interface Laddered {
  readonly walked: readonly Walked[]
  readonly steps: readonly number[]
}

/** Gives them to the numbers and the texts of a table that are free, as long as the same rows are walked; answers whether there are any. */
export function makeLadder(
  handle: Database,
  table: CatalogTable,
  { walked, steps }: Laddered,
): boolean {
  const isWalked = (): boolean => walked.every((one) => countOf(handle, one) === one.keys.length)
  const made = table.columns
    .filter((column) => isFree(table, column))
    .map(({ name }) => fill(handle, table, { column: quoteIdentifier(name), steps, isWalked }))
  return made.includes(true)
}

interface Filling extends Pick<Laddered, 'steps'> {
  readonly column: string
  isWalked(): boolean
}

function fill(
  handle: Database,
  table: CatalogTable,
  { column, steps, isWalked }: Filling,
): boolean {
  handle.exec('SAVEPOINT laddered')
  const name = quoteIdentifier(table.name)
  let isGiven = false
  for (const [at, row] of rowsOf(handle, table).entries()) {
    const step = steps[at % steps.length]!
    const value = `CASE typeof(${column}) WHEN 'text' THEN '${'x'.repeat(step / 5)}' ELSE ${step} END`
    try {
      handle.exec(
        `UPDATE ${name} SET ${column} = ${value} WHERE ${row} AND typeof(${column}) IN ('text', 'integer', 'real')`,
      )
      isGiven = true
    } catch {
      // A check or a trigger refuses it.
    }
    if (!handle.inTransaction) return isGiven
  }
  const isKept = isGiven && isWalked()
  if (!isKept) handle.exec('ROLLBACK TO laddered')
  handle.exec('RELEASE laddered')
  return isKept
}

function countOf(handle: Database, { from }: Walked): number | undefined {
  try {
    return handle.prepare<[], number>(`SELECT count(*) FROM (${from})`).pluck().get()
  } catch {
    // What the query asks of a value fails with another one.
    return undefined
  }
}

/** Neither a key nor a part of one, and not computed. */
const isFree = ({ foreignKeys, uniques }: CatalogTable, column: CatalogColumn): boolean =>
  column.primaryKey === 0 &&
  column.generated === null &&
  !column.hidden &&
  ![...foreignKeys.map(({ columns }) => columns), ...uniques].some((names) =>
    names.some((one) => isSameName(one, column.name)),
  )
