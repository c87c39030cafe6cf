// The manager: reads the ledger, makes a plan, runs it. It decides nothing itself.
import type { Driver } from './database/driver.js'
import { perform, type Mode, type Outcome, type Work } from './database/outcome.js'
import type { LedgerState } from './model/ledger.js'
import type { Adoption, AdoptOptions } from './model/adoption.js'
import type { ManagerOptions, MigrateOptions, RollbackOptions } from './model/options.js'
import type { Plan } from './model/plan.js'
import type { Marking, MarkOptions, Repair, RepairOptions } from './model/recovery.js'
import type { Registry } from './model/registry.js'
import type { HistoryEntry, PendingMigration, RunReport, Status } from './model/report.js'
import type { Verification } from './model/verification.js'
import { describeStatus, versionOf } from './plan/describe-status.js'
import { checkTargetOptions, planMigrate } from './plan/plan.js'
import { adoptWork } from './run/adopt/adopt.js'
import { withProgress } from './run/batches/with-progress.js'
import { editLedger, type EditPlan } from './run/edit-ledger.js'
import { environment, type Environment } from './run/environment/environment.js'
import { typed } from './run/environment/faults.js'
import { inLine } from './run/environment/in-line.js'
import { refuseUnmetPlan, withUnmet } from './run/histories/dependencies.js'
import { refuseNeededPlan } from './run/histories/refuse-needed.js'
import { readingInSlices } from './run/ledger/lock.js'
import { repairWork } from './run/repair.js'
import { markWork } from './run/mark.js'
import { migrateWork } from './run/migrate.js'
import { keepingOthers, rollbackWork, undoing } from './run/roll-back-kept.js'
import { withKept } from './run/ledger/kept-downs.js'
import { readHistory } from './run/ledger/read-history.js'
import { readLedger } from './run/ledger/read-ledger.js'
import { exclusionsOf, verifyWork, type VerifyOptions } from './run/verify.js'
import { readSchema } from './schema/read-schema.js'
import { withDigests } from './schema/with-digests.js'
import type { Schema } from './schema/schema.js'

/**
 * All operations on one database with one registry. With a synchronous driver every method returns its value, with an
 * asynchronous one a promise of it. Every error is a `LockstepError`. `status`, `pending`, `history`, `currentVersion`, `verify`,
 * `schema`, and everything that begins with `plan` never write, not even the ledger.
 */
export class MigrationManager<H, M extends Mode, V extends number = number> {
  readonly #env: Environment<H>
  readonly #mode: M
  readonly #registry: Registry<H, V>

  /** Throws `OPTION_INVALID` for an invalid option. Touches nothing. */
  constructor(driver: Driver<H, M>, registry: Registry<H, V>, options: ManagerOptions = {}) {
    this.#registry = withDigests(registry, options.digests)
    this.#env = environment(driver as unknown as Driver<H, Mode>, this.#registry, options)
    this.#mode = driver.mode
  }

  /** Applies what is pending, in order, each migration all-or-nothing; with nothing pending it costs one row read. */
  migrate(options: MigrateOptions<V> = {}): Outcome<M, RunReport> {
    const env = keepingOthers(this.#env)
    return this.#perform(aimed(options, migrateWork(env, this.#registry, options)))
  }

  /** Undoes the last migration, the last `steps`, or everything above `to`. Refuses all if one is irreversible. */
  rollback(options: RollbackOptions<V> = {}): Outcome<M, RunReport> {
    const env = keepingOthers(this.#env)
    return this.#perform(aimed(options, rollbackWork(env, this.#registry, options)))
  }

  /** What is applied, what is pending, and what is wrong. */
  status(): Outcome<M, Status> {
    return this.#look(() => this.#status())
  }

  /** What the registry has and the database lacks, whether or not something forbids applying it. */
  pending(): Outcome<M, readonly PendingMigration[]> {
    return this.#read((state) => this.#describe(state).pending)
  }

  /** What `migrate` would do; throws the error it would throw. */
  plan(options: MigrateOptions<V> = {}): Outcome<M, Plan<H>> {
    const work = reading(this.#env, (state) =>
      planMigrate(this.#registry, state, options, this.#env.options),
    )
    return this.#perform(aimed(options, allowed(this.#env, work, refuseUnmetPlan)), 'read')
  }

  /** What `rollback` would do; throws the error it would throw. */
  planRollback(options: RollbackOptions<V> = {}): Outcome<M, Plan<H>> {
    const work = planningBack(this.#env, this.#registry, options)
    return this.#perform(aimed(options, allowed(this.#env, work, refuseNeededPlan)), 'read')
  }

  /** Everything that was applied, including what was undone later, and every other line of the log, in order of time. */
  history(): Outcome<M, readonly HistoryEntry[]> {
    return this.#look(() => readHistory(this.#env))
  }

  /**
   * Compares the ledger with the registry and the schema with the expected one, compiles every view and trigger, and checks the
   * file and the foreign keys. Reports what it finds, whatever state the database is in.
   */
  verify(options: VerifyOptions = {}): Outcome<M, Verification> {
    return this.#look(() => verifyWork(this.#env, options))
  }

  /** The current schema, without objects of SQLite, the ledger and ignored tables. */
  schema(): Outcome<M, Schema> {
    return this.#look(() => readSchema(this.#env.driver, exclusionsOf(this.#env)))
  }

  /** The highest applied version; 0 if none is. */
  currentVersion(): Outcome<M, number> {
    return this.#read((state) => (state.kind === 'ours' ? versionOf(state.rows) : 0))
  }

  /**
   * Records a version as applied without running it, or forgets one without undoing it, with a line in the log. Only if that
   * leaves a consistent ledger: the lowest pending version, the newest applied one, or one that did not end. Creates the ledger
   * if there is none, also in an unmanaged database. Throws `MARK_REFUSED` for others, and, unless forced, for marking a version
   * as applied whose objects are missing in the schema according to the registry.
   */
  mark(version: V, options: MarkOptions): Outcome<M, Marking> {
    return this.#edit(this.#marking(version, options), options.accept)
  }

  /** What `mark` would do; throws the error it would throw. */
  planMark(version: V, options: MarkOptions): Outcome<M, Marking> {
    return this.#planned(this.#marking(version, options))
  }

  /**
   * Accepts the registry's values for ledger rows that differ; old values and the reason go to the log. Throws `NEEDS_UNMET` for
   * an edited migration with unmet needs, unless forced.
   */
  repair(options: RepairOptions = {}): Outcome<M, Repair> {
    return this.#edit(this.#repairing(options), options.accept)
  }

  /** What `repair` would change; throws the error it would throw. */
  planRepair(options: RepairOptions = {}): Outcome<M, Repair> {
    return this.#planned(this.#repairing(options))
  }

  /**
   * Takes over a database that another tool has migrated: records what that tool says is applied, all or nothing; if no known
   * tool has left a table, the version is recognised by the schema. In either case the schema must match the version, unless
   * forced. Runs no migration, and leaves the other tool's table as it is, renamed if it has the ledger's name.
   */
  adopt(options: AdoptOptions<V> = {}): Outcome<M, Adoption> {
    return this.#edit(this.#adopting(options), options.accept)
  }

  /**
   * What `adopt` would record; throws the error it would throw, with schema differences column by column if `expected` knows the
   * whole schema.
   */
  planAdopt(options: AdoptOptions<V> & Pick<VerifyOptions, 'expected'> = {}): Outcome<M, Adoption> {
    return this.#planned(this.#adopting(options))
  }

  #marking(version: V, options: MarkOptions): EditPlan<H, Marking> {
    return (state) => markWork(this.#env, state, version, options)
  }

  #repairing({ reason = '', force = false }: RepairOptions): EditPlan<H, Repair> {
    const { table, onUnmanaged } = this.#env.options
    const policy = { ...(table && { table }), ...(onUnmanaged && { onUnmanaged }), reason, force }
    return (state) => repairWork(this.#env, state, policy)
  }

  #adopting(options: AdoptOptions<V> & Pick<VerifyOptions, 'expected'>): EditPlan<H, Adoption> {
    return (state) => adoptWork(this.#env, this.#registry, options, state)
  }

  #edit<T>(plan: EditPlan<H, T>, accept?: (answer: T) => boolean): Outcome<M, T> {
    return this.#perform(editLedger(this.#env, plan, accept))
  }

  #planned<T>(plan: EditPlan<H, T>): Outcome<M, T> {
    return this.#look(() => planning(this.#env, plan))
  }

  *#status(): Work<Status> {
    const state = yield* readLedger(this.#env)
    const status = yield* withKept(this.#env, state, this.#describe(state))
    return yield* withUnmet(this.#env, yield* withProgress(this.#env, status))
  }

  #describe(state: LedgerState): Status {
    const { table, options } = this.#env
    return describeStatus(this.#registry, state, table, options)
  }

  #read<T>(answer: (state: LedgerState) => T): Outcome<M, T> {
    return this.#perform(reading(this.#env, answer), 'read')
  }

  #look<T>(work: () => Work<T>): Outcome<M, T> {
    return this.#perform(readingInSlices(this.#env, work), 'read')
  }

  #perform<T>(work: Work<T>, does: 'read' | 'write' = 'write'): Outcome<M, T> {
    return perform(this.#mode, typed(this.#env, inLine(this.#env, does, work)))
  }
}

/** Runs work towards a target after checking the target. */
function* aimed<T>(target: object | null, work: Work<T>): Work<T> {
  checkTargetOptions(target)
  return yield* work
}

function* reading<H, T>(env: Environment<H>, answer: (state: LedgerState) => T): Work<T> {
  return answer(yield* readingInSlices(env, () => readLedger(env)))
}

function* planningBack<H>(
  env: Environment<H>,
  registry: Registry<H>,
  options: RollbackOptions,
): Work<Plan<H>> {
  const { plan } = yield* undoing(env, registry)
  return yield* reading(env, (state) => plan(state, options))
}

/** A plan, checked against what other histories need or have not applied. */
function* allowed<H>(
  env: Environment<H>,
  planned: Work<Plan<H>>,
  refuse: (env: Environment<H>, plan: Plan<H>) => Work<void>,
): Work<Plan<H>> {
  const plan = yield* planned
  yield* readingInSlices(env, () => refuse(env, plan))
  return plan
}

function* planning<H, T>(env: Environment<H>, plan: EditPlan<H, T>): Work<T> {
  return (yield* plan(yield* readLedger(env))).answer
}
