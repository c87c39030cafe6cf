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
 * Adapter from one database client to what the runtime needs. `M` says whether it answers at once or with promises;
 * a synchronous driver keeps BEGIN … COMMIT within one tick.
 */
export interface Driver<H, M extends Mode> {
  readonly mode: M
  /** The native client object, handed to migrations. */
  readonly handle: H
  /** Whether `execute` takes a script of several statements; where not, the runtime splits it. */
  readonly runsScripts: boolean
  /** Whether the handle was opened for reading only. */
  readonly readonly: boolean
  /** Runs a whole script and discards rows. Throws the client's own error, with the statements before the failing one done. */
  execute(script: string): Outcome<M, void>
  /** Runs one statement with bound parameters and returns its rows. Text that never changes may be kept prepared. */
  query(sql: string, parameters?: readonly Value[]): Outcome<M, readonly Row[]>
  /** Whether a transaction is open on the handle. */
  inTransaction(): boolean
  /**
   * Begins a transaction that holds the write lock (BEGIN IMMEDIATE), waiting no longer than the busy timeout. Answers
   * false when another connection holds the lock; throws on anything else.
   */
  begin(): Outcome<M, boolean>
  /** Sets how long the client itself waits for a lock, in milliseconds, and answers how long that was before. */
  setBusyTimeout(ms: number): Outcome<M, number>
  /** A number that changes when another connection has committed; undefined where the database does not tell. */
  dataVersion(): Outcome<M, unknown>
  /** Milliseconds since 1970, from the database or the client: the runtime has no clock of its own. */
  now(): Outcome<M, number>
  /** Lets about this many milliseconds pass. */
  pause(ms: number): Outcome<M, void>
  /** Names the fault behind an error of this client, if it is one. */
  faultOf(error: unknown): Fault | undefined
  /**
   * Calls `inspect` with each text that the handle is asked to run, before it runs, until the returned function is
   * called; `inspect` throws to refuse. Where the client does not allow it, absent: the runtime then finds out later.
   */
  watch?(inspect: (sql: string) => void): () => void
}
