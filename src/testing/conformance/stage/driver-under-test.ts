// What an author gives to the suite: how to open the driver's databases, and how migrations use its handle.
import type { Driver } from '../../../database/driver.js'
import type { Mode } from '../../../database/outcome.js'
import type { DriverCapabilities } from './capabilities.js'

/** A way in which a migration's code runs one statement on the handle, to its end; rows may be discarded. */
export type Way<H> = (handle: H, sql: string) => unknown

/** How an application makes the client read integers as bigint, and how it then reads one. */
export interface BigIntegers<H> {
  /** Makes bigint the default of this handle. */
  choose(handle: H): unknown
  /** Reads the only value of a query's only row, the way an application does. */
  read(handle: H, sql: string): unknown
}

/** A driver, and everything that the suite has to know to try it. Functions may answer with promises. */
export interface DriverUnderTest<H, M extends Mode = Mode> {
  /** Makes a new, empty database and answers a driver for it. Each case has a database of its own. */
  open(): Driver<H, M> | PromiseLike<Driver<H, M>>
  /** Opens another connection to the database behind `handle`, for reading and writing, and answers a driver for it. */
  openAgain?(handle: H): Driver<H, M> | PromiseLike<Driver<H, M>>
  /** Opens the database behind `handle` for reading only and answers a driver for it. */
  openReadonly?(handle: H): Driver<H, M> | PromiseLike<Driver<H, M>>
  /** Closes the connection. Called once for each one opened, the last first, a transaction open or not. */
  close(handle: H): unknown
  /** Every way in which migrations can run a statement, by a name for messages, such as the method's. At least one. */
  readonly ways: Readonly<Record<string, Way<H>>>
  /** Where an application can choose. */
  readonly bigIntegers?: BigIntegers<H>
  /** What the database lacks. */
  readonly capabilities?: Partial<DriverCapabilities>
}
