// The manager: reads the ledger, makes a plan, runs it. It decides nothing itself.
import type { Driver } from './database/driver.js'
import { perform, type Mode, type Outcome, type Work } from './database/outcome.js'
import type { LedgerState } from './model/ledger.js'
import type { ManagerOptions, MigrateOptions, RollbackOptions } from './model/options.js'
import type { Plan } from './model/plan.js'
import type { Registry } from './model/registry.js'
import type { HistoryEntry, PendingMigration, RunReport, Status } from './model/report.js'
import type { Verification } from './model/verification.js'
import { describeStatus } from './plan/describe-status.js'
import { planMigrate, planRollback } from './plan/plan.js'
import { environment, type Environment } from './run/environment.js'
import { typed } from './run/faults.js'
import { migrateWork, rollbackWork } from './run/migrate.js'
import { readHistory } from './run/read-history.js'
import { readLedger } from './run/read-ledger.js'
import { exclusionsOf, verifyWork, type VerifyOptions } from './run/verify.js'
import { readSchema } from './schema/read-schema.js'
import type { Schema } from './schema/schema.js'

/**
 * Everything that can be done with one database and one registry. With a synchronous driver every method returns its
 * value, with an asynchronous one a promise of it. Every error is a `LockstepError`. `status`, `pending`, `plan`,
 * `planRollback`, `history` and `currentVersion` never write, not even the ledger.
 */
export class MigrationManager<H, M extends Mode, V extends number = number> {
  readonly #env: Environment<H>
  readonly #mode: M
  readonly #registry: Registry<H, V>

  /** Throws `OPTION_INVALID` for an option that makes no sense. Touches nothing. */
  constructor(driver: Driver<H, M>, registry: Registry<H, V>, options: ManagerOptions = {}) {
    this.#env = environment(driver as unknown as Driver<H, Mode>, registry, options)
    this.#mode = driver.mode
    this.#registry = registry
  }

  /** Applies what is pending, in order, each migration all-or-nothing; with nothing pending it costs one row read. */
  migrate(options: MigrateOptions<V> = {}): Outcome<M, RunReport> {
    return this.#perform(migrateWork(this.#env, this.#registry, options))
  }

  /** Undoes the last migration, the last `steps`, or everything above `to`. Refuses the whole if one is irreversible. */
  rollback(options: RollbackOptions<V> = {}): Outcome<M, RunReport> {
    return this.#perform(rollbackWork(this.#env, this.#registry, options))
  }

  /** What is applied, what is pending, and what is wrong. */
  status(): Outcome<M, Status> {
    return this.#read((state) => describeStatus(this.#registry, state, this.#env.table))
  }

  /** What the registry has and the database has not, whether or not something forbids applying it. */
  pending(): Outcome<M, readonly PendingMigration[]> {
    return this.#read((state) => describeStatus(this.#registry, state, this.#env.table).pending)
  }

  /** What `migrate` would do; throws the error with which it would refuse. */
  plan(options: MigrateOptions<V> = {}): Outcome<M, Plan<H>> {
    return this.#read((state) => planMigrate(this.#registry, state, options, this.#env.options))
  }

  /** What `rollback` would do; throws the error with which it would refuse. */
  planRollback(options: RollbackOptions<V> = {}): Outcome<M, Plan<H>> {
    return this.#read((state) => planRollback(this.#registry, state, options, this.#env.options))
  }

  /** Every applied migration and every line of the log, in order of time. */
  history(): Outcome<M, readonly HistoryEntry[]> {
    return this.#perform(readHistory(this.#env))
  }

  /**
   * Compares the ledger with the registry and the schema with the expected one, has every view and trigger compiled, and
   * checks the file and the foreign keys. Answers what it finds, in whatever state the database is.
   */
  verify(options: VerifyOptions = {}): Outcome<M, Verification> {
    return this.#perform(verifyWork(this.#env, options))
  }

  /** The schema as it is, without what SQLite, the ledger and ignored tables put into it. */
  schema(): Outcome<M, Schema> {
    return this.#perform(readSchema(this.#env.driver, exclusionsOf(this.#env)))
  }

  /** The highest applied version; 0 when none is. */
  currentVersion(): Outcome<M, number> {
    return this.#read((state) => (state.kind === 'ours' ? (state.rows.at(-1)?.version ?? 0) : 0))
  }

  #read<T>(answer: (state: LedgerState) => T): Outcome<M, T> {
    return this.#perform(reading(this.#env, answer))
  }

  #perform<T>(work: Work<T>): Outcome<M, T> {
    return perform(this.#mode, typed(this.#env, work))
  }
}

function* reading<H, T>(env: Environment<H>, answer: (state: LedgerState) => T): Work<T> {
  return answer(yield* readLedger(env))
}
