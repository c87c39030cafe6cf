// Gates: checks that a run makes inside the transaction of each step, before it is committed.
import type { EventStep } from './events.js'
import type { Digests, Registry } from './registry.js'
import type { Problem } from './report.js'

/** What a gate may ask of the database: the driver, reduced to methods whose results can be returned or awaited. */
export interface GateDatabase {
  /** Runs one statement with bound parameters; returns its rows, or a promise of them. */
  query(
    sql: string,
    parameters?: readonly string[],
  ):
    | readonly Readonly<Record<string, unknown>>[]
    | PromiseLike<readonly Readonly<Record<string, unknown>>[]>
  /** Runs a script and discards its rows, without keeping a prepared statement. */
  execute(script: string): void | PromiseLike<void>
  /** Names the fault of the database behind an error of its client, if it is one. */
  faultOf(error: unknown): string | undefined
}

/** The run that a gate belongs to. */
export interface GateHost {
  readonly database: GateDatabase
  /** With the content of `digests` for each migration, if they are an option of the run. */
  readonly registry: Registry<never>
  readonly digests: Digests | undefined
  /** The name of the ledger. */
  readonly table: string
  readonly ignoreTables: readonly string[]
  /** Reports something without stopping the run: a `warning` event. */
  warn(problem: Problem): void
}

/** The step that a gate checks. */
export interface GateStep extends EventStep {
  /** The migration's file, for messages. */
  readonly file: string
  /** Whether it runs outside a transaction, so that refusing it rolls nothing back. */
  readonly outside: boolean
}

/** A gate in one run, as returned by the function given to `gateWith`. */
export interface GateWatch {
  /** Called inside the transaction, before the migration runs. */
  before(step: GateStep): Generator<unknown, void, unknown>
  /** Called with each text that the migration is about to run; null if there may be some that cannot be observed. */
  see(sql: string | null): void
  /** Called after the migration, before anything is recorded or committed; an error fails the step. */
  after(step: GateStep): Generator<unknown, void, unknown>
}

/** Created by `schemaGate` or `gateWith`; a run wraps it around its own watch. */
export type Gate = (run: never, watch: never) => unknown
