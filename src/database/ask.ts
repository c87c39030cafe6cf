// Queries a driver inside work.
import type { Driver, Row, Value } from './driver.js'
import { settled, type Mode, type Work } from './outcome.js'

/** Asks the database for rows. */
export type Ask = (sql: string, values?: readonly Value[]) => Work<readonly Row[]>

/** Returns a function that queries the driver and waits for the rows. */
export const asking = (driver: Pick<Driver<never, Mode>, 'query'>): Ask =>
  function* (sql, values) {
    return yield* settled(driver.query(sql, values))
  }
