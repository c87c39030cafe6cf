// The methods of the kit for testing migrations. Types only.
import type { Mode, Outcome } from '../../database/outcome.js'
import type { Answer } from './kit-options.js'

/** What may happen to rows. Table names are case-insensitive. */
export interface RowExpectations {
  /** Tables that lose rows on purpose, possibly because the table itself is dropped. How many remain is for the test to check. */
  readonly loses?: readonly string[]
  /** New names of tables, by the old ones. */
  readonly renames?: Readonly<Record<string, string>>
}

/** Options for testing a rollback. */
export interface ReversibleTrial<D, M extends Mode> extends RowExpectations {
  /** Inserts rows before `up`, into a database that is one version below. With it each version is tested in its own database. */
  readonly before?: (db: D, version: number) => Answer<M>
}

/** The rows before a version is applied, and the checks afterwards. */
export interface SurvivalTrial<D, M extends Mode> extends RowExpectations {
  /** Inserts rows into a database that is one version below. */
  readonly before: (db: D) => Answer<M>
  /** Checks them after `up`, and throws if they are not as they should be. */
  readonly after?: (db: D) => Answer<M>
  /** Checks them after `down`, which has to exist. */
  readonly afterDown?: (db: D) => Answer<M>
}

/** The released versions, and what their databases hold. */
export interface UpgradeMatrix<D, M extends Mode, V extends number> extends RowExpectations {
  /** The versions whose databases have to be upgraded to the latest. At least one. */
  readonly released: readonly V[]
  /** Inserts rows into a database of that version. */
  readonly seed: (db: D, version: V) => Answer<M>
  /** Checks the rows after the upgrade from that version, and throws if they are not as they should be. */
  readonly check?: (db: D, from: V) => Answer<M>
}

/** One upgrade, as a test of its own. */
export interface UpgradeCase<M extends Mode, V extends number> {
  /** `from 003 (status) to 009 (search)`: a title for a test. */
  readonly name: string
  readonly from: V
  /**
   * Upgrades a database of its own, which it closes. Throws `EXPECTATION_VOID` if there is no row before the upgrade,
   * `EXPECTATION_UPGRADE_DIFFERS`, `EXPECTATION_ROWS_LOST`, the failure of a migration, and what `seed` and `check` throw.
   */
  run(): Outcome<M, void>
}

/**
 * Tests of one history, typed by its versions. With a synchronous driver every method returns its result, with an asynchronous
 * one a promise of it. What `before`, `after`, `seed` and `check` throw is thrown unchanged, so that the test framework shows it.
 * `EXPECTATION_NOT_EMPTY` is thrown if `open` returns a database that is not new, and `EXPECTATION_PROMISE` if one of these
 * functions returns a promise to a synchronous driver.
 */
export interface MigrationKit<D, M extends Mode, V extends number> {
  /** Every version, in ascending order. */
  readonly versions: readonly V[]
  /**
   * Brings a new database, or the given one, to a version, up or down; 0 stands for before the first. Returns the database, which
   * the caller has to close. Throws what `migrate` and `rollback` throw.
   */
  migrateTo(version: V | 0, db?: D): Outcome<M, D>
  /**
   * Applies a version, undoes it and applies it again: each schema must be the same as before, and no table that `up` leaves may
   * have lost rows after `down`. Without a version, tests all that have a `down`, except those that declare `effects` and those
   * whose way back the build was told to accept (`acknowledged` in the registry). Returns the tested versions. Throws
   * `EXPECTATION_NOT_REVERSIBLE`, `EXPECTATION_NOT_REPEATABLE`, `EXPECTATION_ROWS_LOST`, `EXPECTATION_NO_DOWN`,
   * `EXPECTATION_VOID` if there is nothing to test, the failure of a migration, and `EXPECTATION_STEPS_FAILED` if several fail:
   * all are tested.
   */
  expectReversible(version?: V, trial?: ReversibleTrial<D, M>): Outcome<M, readonly V[]>
  /**
   * Applies a version to a database with rows: no table may lose any, unless `loses` names it. If there is a `down`, it is run as
   * well, and must not lose rows of the tables that exist before and after. Throws `EXPECTATION_ROWS_LOST`, `EXPECTATION_VOID` if
   * there is no row before, `EXPECTATION_NO_DOWN` if `afterDown` could never be called, and the failure of a migration.
   */
  expectDataSurvives(version: V, trial: SurvivalTrial<D, M>): Outcome<M, void>
  /**
   * One case for each released version: a database with rows is upgraded from there to the latest. Every path must lead to the
   * same schema, and no table may lose rows, unless `loses` names it. Throws `OPTION_INVALID` without a version, and
   * `TARGET_UNKNOWN` for an unknown one.
   */
  upgradeMatrix(matrix: UpgradeMatrix<D, M, V>): readonly UpgradeCase<M, V>[]
  /** Runs every case of the matrix. Throws the failure, or `EXPECTATION_UPGRADES_FAILED` if there are several. */
  expectUpgrades(matrix: UpgradeMatrix<D, M, V>): Outcome<M, void>
}
