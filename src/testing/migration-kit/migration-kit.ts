// What can be done and expected in a test of migrations. Types only.
import type { Mode, Outcome } from '../../database/outcome.js'
import type { Answer } from './kit-options.js'

/** What may happen to rows. Names of tables are written in any case. */
export interface RowExpectations {
  /** Tables from which rows go on purpose, also because the table itself does. How many remain is for the test to say. */
  readonly loses?: readonly string[]
  /** New names of tables, by the old ones. */
  readonly renames?: Readonly<Record<string, string>>
}

/** Options for trying a rollback. */
export interface ReversibleTrial<D, M extends Mode> extends RowExpectations {
  /**
   * Inserts rows before `up`, into a database that is one version below. With it each version is tried in a database of
   * its own.
   */
  readonly before?: (db: D, version: number) => Answer<M>
}

/** What is there before a version is applied, and what must be there afterwards. */
export interface SurvivalTrial<D, M extends Mode> extends RowExpectations {
  /** Inserts rows into a database that is one version below. */
  readonly before: (db: D) => Answer<M>
  /** Looks at them after `up`, and throws when they are not as they should be. */
  readonly after?: (db: D) => Answer<M>
  /** Looks at them after `down`, which there has to be. */
  readonly afterDown?: (db: D) => Answer<M>
}

/** The versions that are out there, and what their databases hold. */
export interface UpgradeMatrix<D, M extends Mode, V extends number> extends RowExpectations {
  /** The versions whose databases have to be brought to the latest. At least one. */
  readonly released: readonly V[]
  /** Inserts rows into a database of that version. */
  readonly seed: (db: D, version: V) => Answer<M>
  /** Looks at the rows after the upgrade from that version, and throws when they are not as they should be. */
  readonly check?: (db: D, from: V) => Answer<M>
}

/** One upgrade, as a test of its own. */
export interface UpgradeCase<M extends Mode, V extends number> {
  /** `from 003 (status) to 009 (search)`: a title for a test. */
  readonly name: string
  readonly from: V
  /**
   * Upgrades a database of its own, which it closes. Throws `EXPECTATION_VOID` without any row before the upgrade,
   * `EXPECTATION_UPGRADE_DIFFERS`, `EXPECTATION_ROWS_LOST`, the failure of a migration, and what `seed` and `check` throw.
   */
  run(): Outcome<M, void>
}

/**
 * Tests of one history, typed by its versions. With a synchronous driver every method answers at once, with an
 * asynchronous one it answers a promise. What `before`, `after`, `seed` and `check` throw is thrown as it is, so that the
 * test framework shows it. `EXPECTATION_NOT_EMPTY` is thrown when `open` answers a database that is not new, and
 * `EXPECTATION_PROMISE` when one of these functions answers a promise to a synchronous driver.
 */
export interface MigrationKit<D, M extends Mode, V extends number> {
  /** Every version, in ascending order. */
  readonly versions: readonly V[]
  /**
   * Brings a new database, or the given one, to a version, up or down; 0 stands for before the first. Answers the
   * database, which is the caller's to close. Throws what `migrate` and `rollback` throw.
   */
  migrateTo(version: V | 0, db?: D): Outcome<M, D>
  /**
   * Applies a version, undoes it and applies it again: each schema must be the same as before, and no table that `up` leaves
   * may have lost rows after `down`. Without a version, tries all that have a `down`, except those that declare `effects` and
   * those whose way back the build was told to accept as it is (`acknowledged` in the registry). Answers the versions that were
   * tried. Throws `EXPECTATION_NOT_REVERSIBLE`, `EXPECTATION_NOT_REPEATABLE`, `EXPECTATION_ROWS_LOST`, `EXPECTATION_NO_DOWN`,
   * `EXPECTATION_VOID` where there is nothing to try, the failure of a migration, and `EXPECTATION_STEPS_FAILED` where several
   * fail: all are tried.
   */
  expectReversible(version?: V, trial?: ReversibleTrial<D, M>): Outcome<M, readonly V[]>
  /**
   * Applies a version to a database with rows: no table may lose any, unless `loses` names it. Where there is a `down`,
   * it is run as well, and loses none of the tables that are there before and after. Throws `EXPECTATION_ROWS_LOST`,
   * `EXPECTATION_VOID` when there is no row before, `EXPECTATION_NO_DOWN` when `afterDown` could never be called, and the
   * failure of a migration.
   */
  expectDataSurvives(version: V, trial: SurvivalTrial<D, M>): Outcome<M, void>
  /**
   * One case for each released version: a database with rows is brought from there to the latest. Every way must lead to
   * the same schema, and no table may lose rows, unless `loses` names it. Throws `OPTION_INVALID` without a version, and
   * `TARGET_UNKNOWN` for one that there is not.
   */
  upgradeMatrix(matrix: UpgradeMatrix<D, M, V>): readonly UpgradeCase<M, V>[]
  /** Runs every case of the matrix. Throws what fails, or `EXPECTATION_UPGRADES_FAILED` when several do. */
  expectUpgrades(matrix: UpgradeMatrix<D, M, V>): Outcome<M, void>
}
