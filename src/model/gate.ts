// Gates: checks that a run makes inside the transaction of each step, before it is committed.
import type { EventStep } from './events.js'
import type { Digests, Registry } from './registry.js'
import type { Problem } from './report.js'

/** What a gate may ask of the database: the driver, reduced to what answers or can be waited for. */
export interface GateDatabase {
  /** Runs one statement with bound parameters; answers its rows, or a promise of them. */
  query(
    sql: string,
    parameters?: readonly string[],
  ):
    | readonly Readonly<Record<string, unknown>>[]
    | PromiseLike<readonly Readonly<Record<string, unknown>>[]>
  /** Runs a script and discards its rows. Nothing of it is kept prepared. */
  execute(script: string): void | PromiseLike<void>
  /** Names the fault of the database behind an error of its client, if it is one. */
  faultOf(error: unknown): string | undefined
}

/** The run that a gate stands in. */
export interface GateHost {
  readonly database: GateDatabase
  /** With what `digests` says of each migration, where they are an option of the run. */
  readonly registry: Registry<never>
  readonly digests: Digests | undefined
  /** The name of the ledger. */
  readonly table: string
  readonly ignoreTables: readonly string[]
  /** Tells a person of something without stopping the run: a `warning` event. */
  warn(problem: Problem): void
}

/** The step that a gate is asked about. */
export interface GateStep extends EventStep {
  /** The migration's file, for messages. */
  readonly file: string
  /** Whether it runs outside a transaction, so that refusing it undoes nothing. */
  readonly outside: boolean
}

/** A gate in one run, as a function given to `gateWith` answers it. */
export interface GateWatch {
  /** Inside the transaction, before the migration runs. */
  before(step: GateStep): Generator<unknown, void, unknown>
  /** Each text that the migration is about to run; null when there may be some that cannot be seen. */
  see(sql: string | null): void
  /** After the migration, before anything is recorded or committed; what it throws fails the step. */
  after(step: GateStep): Generator<unknown, void, unknown>
}

/** Made by `schemaGate` or by `gateWith`; a run lays it over its own watch. */
export type Gate = (run: never, watch: never) => unknown
