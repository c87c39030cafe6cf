// Asking a driver inside work.
import type { Driver, Row, Value } from './driver.js'
import { settled, type Mode, type Work } from './outcome.js'

/** Asks the database for rows. */
export type Ask = (sql: string, values?: readonly Value[]) => Work<readonly Row[]>

/** What asks through a driver. */
export const asking =
  (driver: Pick<Driver<never, Mode>, 'query'>): Ask =>
  (sql, values) =>
    settled(driver.query(sql, values))
