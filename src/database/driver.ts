// The port between the runtime and a database client. A driver keeps the promises written at each member.
import type { Mode, Outcome } from './outcome.js'

/** A value that can be bound or read. */
export type Value = string | number | bigint | null | Uint8Array

/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>

/** Faults of the database that are not the fault of the SQL. */
export type Fault =
  'busy' | 'readonly' | 'full' | 'corrupt' | 'not-a-database' | 'cannot-open' | 'io' | 'closed'

/**
 * Adapter from one database client to what the runtime needs. `M` says whether it returns values at once or promises; a
 * synchronous driver keeps BEGIN … COMMIT within one tick. Each line below that begins with `-` is a promise, and the suite
 * `lockstep/testing/driver` has a case with the same words.
 */
export interface Driver<H, M extends Mode> {
  /**
   * Whether it returns values at once or promises.
   * - every `Outcome` is a promise when `async`, and none is when `sync`
   */
  readonly mode: M
  /**
   * The native client object. On an asynchronous driver, operations on one object run one after the other; if each driver wraps
   * one connection in an object of its own, operations can interleave.
   * - it is what migrations receive
   */
  readonly handle: H
  /**
   * Whether `execute` takes a script of several statements; otherwise the runtime splits it.
   * - it tells the truth about `execute`
   */
  readonly runsScripts: boolean
  /**
   * Whether the handle was opened read-only.
   * - it is false on a handle that can write
   * - it is true on a handle that was opened for reading only
   */
  readonly readonly: boolean
  /**
   * Runs a whole script.
   * - it runs every statement of a script, in order
   * - it takes text without a statement in it, such as a comment
   * - it takes a statement that returns rows, and discards them
   * - it throws the client's own error
   * - it leaves what stands before a failing statement done
   */
  execute(script: string): Outcome<M, void>
  /**
   * Runs one statement. Text that never changes may be kept prepared.
   * - it binds parameters and returns rows by the names of their columns
   * - it binds every kind of `Value`, and returns what was bound
   * - it returns integers as numbers, whatever the application has chosen for itself
   * - it sees the schema as it is now, also with text that it has run before
   * - it finds a function of SQLite in a schema that does not exist, whatever tables have its name
   * - it throws the client's own error
   */
  query(sql: string, parameters?: readonly Value[]): Outcome<M, readonly Row[]>
  /**
   * Whether a transaction is open on the handle.
   * - it is true from BEGIN until COMMIT or ROLLBACK, whoever runs them
   */
  inTransaction(): boolean
  /**
   * Begins a transaction for writing (BEGIN IMMEDIATE).
   * - it answers true when its transaction holds the write lock
   * - it answers false when another connection holds the lock, and leaves no transaction open
   * - it waits for the lock no longer than the busy timeout
   * - it throws on anything else than a lock
   */
  begin(): Outcome<M, boolean>
  /**
   * Sets how long the client itself waits for a lock, in milliseconds.
   * - it answers how long that was before
   * - it takes any time from zero to Infinity
   */
  setBusyTimeout(ms: number): Outcome<M, number>
  /**
   * A number that shows the work of others.
   * - it changes when another connection has committed
   * - it does not change with what this connection commits
   * - it is undefined where the database does not tell
   */
  dataVersion(): Outcome<M, unknown>
  /**
   * The time, from the database or the client: the rest of the runtime has no clock of its own.
   * - it is the number of milliseconds since 1970
   * - it goes on inside a transaction
   */
  now(): Outcome<M, number>
  /**
   * Waits.
   * - it lets about this many milliseconds pass
   */
  pause(ms: number): Outcome<M, void>
  /**
   * Names the fault behind an error of this client.
   * - it names `busy`, when another connection holds a lock
   * - it names `readonly`, when the handle cannot write
   * - it names `full`, when the database cannot grow
   * - it names `closed`, when the connection has been closed
   * - it answers undefined for everything that is no fault of the database
   */
  faultOf(error: unknown): Fault | undefined
  /**
   * Watches the handle while a migration's code uses it, until the returned function is called. If the client reads rows one by
   * one, that function also closes reads that the code has not finished, which would keep the transaction from ending. Absent if
   * the client cannot be watched: the runtime then finds out later.
   * - it calls `inspect` with each text that the handle is asked to run
   * - it lets `inspect` refuse a text by throwing, before it runs
   * - it does not show what is run through the driver itself
   * - it calls `use` with each text every time before the handle runs it, also of a statement prepared long before
   * - it ends when the returned function is called
   */
  watch?(inspect: (sql: string) => void, use?: (sql: string) => void): () => void
}
