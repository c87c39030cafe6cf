// What a driver's author passes to the suite: how to open databases, and how migrations use the handle.
import type { Driver } from '../../../database/driver.js'
import type { Mode } from '../../../database/outcome.js'
import type { DriverCapabilities } from './capabilities.js'

/** A way in which a migration's code runs one statement on the handle, to its end; rows may be discarded. */
export type Way<H> = (handle: H, sql: string) => unknown

/** How an application makes the client read integers as BigInt, and how it then reads one. */
export interface BigIntegers<H> {
  /** Makes BigInt the default of this handle. */
  choose(handle: H): unknown
  /** Reads the only value of a query's only row, the way an application does. */
  read(handle: H, sql: string): unknown
}

/** A driver, and everything the suite has to know to test it. Functions may return promises. */
export interface DriverUnderTest<H, M extends Mode = Mode> {
  /** Creates a new, empty database and returns a driver for it. Each case has its own database. */
  open(): Driver<H, M> | PromiseLike<Driver<H, M>>
  /** Opens another connection to the database behind `handle`, for reading and writing, and returns a driver for it. */
  openAgain?(handle: H): Driver<H, M> | PromiseLike<Driver<H, M>>
  /** Opens the database behind `handle` read-only and returns a driver for it. */
  openReadonly?(handle: H): Driver<H, M> | PromiseLike<Driver<H, M>>
  /** Closes the connection. Called once for each one opened, the last first, whether a transaction is open or not. */
  close(handle: H): unknown
  /** Every way in which migrations can run a statement, by a name for messages, such as the method's. At least one. */
  readonly ways: Readonly<Record<string, Way<H>>>
  /** For a client where an application can choose. */
  readonly bigIntegers?: BigIntegers<H>
  /** What the database lacks. */
  readonly capabilities?: Partial<DriverCapabilities>
}
