// The options of the kit for testing migrations. Types only.
import type { Driver } from '../../database/driver.js'
import type { Mode } from '../../database/outcome.js'
import type { Sync } from '../../model/migration.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Registry } from '../../model/registry.js'

/** The options of every kit, whatever the client. */
export interface CommonKitOptions<D> {
  /** Closes a database that the kit has opened for itself. Default: its method `close`, if it has one. */
  readonly close?: (db: D) => unknown
  /** The options of the application's manager, if not the defaults: `table`, `ignoreTables`, `mirrors` … */
  readonly options?: ManagerOptions
  /**
   * The registries of the histories that this one needs, and of those that they need, by name. They are applied before it, each
   * to its newest version, as `migrate(db, { core, plugin })` does.
   */
  readonly needs?: Readonly<Record<string, Registry<never>>>
}

/** How to get a database of better-sqlite3. */
export interface KitOptions<D> extends CommonKitOptions<D> {
  /** Creates a new, empty database; called once for each one needed. */
  readonly open: () => D
  readonly driver?: undefined
}

/** How to get a database of another client. */
export interface DrivenKitOptions<D, M extends Mode> extends CommonKitOptions<D> {
  /** Creates a new, empty database; called once for each one needed. */
  readonly open: () => D | PromiseLike<D>
  /** Wraps it in a driver. */
  readonly driver: (db: D) => Driver<D, M>
}

/** What a function of the test may return: with a synchronous driver no promise, which nothing would wait for. */
export type Answer<M extends Mode> = M extends 'sync' ? Sync : unknown
