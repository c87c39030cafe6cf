// Reads the state of a database for comparison in the cases.
import { expectEqual } from './expect.js'
import type { AnyDriver } from './stage.js'

/** The names of all tables but the ledger, in alphabetical order. */
export const tablesIn = async (driver: AnyDriver): Promise<readonly unknown[]> =>
  columnOf(
    driver,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_migrations*' ORDER BY name",
  )

/** The versions in the ledger, as text and in order; the ledger has to exist. */
export const versionsIn = (driver: AnyDriver): Promise<readonly unknown[]> =>
  columnOf(driver, 'SELECT version FROM _migrations ORDER BY version')

/** Expects these tables and versions, and no open transaction. */
export async function expectLeft(
  driver: AnyDriver,
  tables: readonly string[],
  versions: readonly string[],
): Promise<void> {
  expectEqual(await tablesIn(driver), tables, 'the list of tables')
  expectEqual(await versionsIn(driver), versions, 'the ledger')
  expectEqual(driver.inTransaction(), false, 'inTransaction() afterwards')
}

/** The values of a query of one column. */
export async function columnOf(driver: AnyDriver, sql: string): Promise<readonly unknown[]> {
  return (await driver.query(sql)).map((row) => Object.values(row)[0])
}
