// What tests of migrations are given to work with. Types only.
import type { Driver } from '../../database/driver.js'
import type { Mode } from '../../database/outcome.js'
import type { Sync } from '../../model/migration.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Registry } from '../../model/registry.js'

/** What every kit is given, whatever the client. */
export interface CommonKitOptions<D> {
  /** Closes a database that the kit has opened for itself. Default: its method `close`, where it has one. */
  readonly close?: (db: D) => unknown
  /** How the application's manager behaves, where that is not the default: `table`, `ignoreTables`, `mirrors` … */
  readonly options?: ManagerOptions
  /**
   * The registries of the histories that this one needs, and of those that they need, by name. They are applied before it, each
   * to its newest version, as `migrate(db, { core, plugin })` does it.
   */
  readonly needs?: Readonly<Record<string, Registry<never>>>
}

/** How to come by a database of better-sqlite3. */
export interface KitOptions<D> extends CommonKitOptions<D> {
  /** Makes a new, empty database; called once for each one that is needed. */
  readonly open: () => D
  readonly driver?: undefined
}

/** How to come by a database of another client. */
export interface DrivenKitOptions<D, M extends Mode> extends CommonKitOptions<D> {
  /** Makes a new, empty database; called once for each one that is needed. */
  readonly open: () => D | PromiseLike<D>
  /** Wraps it. */
  readonly driver: (db: D) => Driver<D, M>
}

/** What a function of the test may return: with a synchronous driver no promise, which nothing would wait for. */
export type Answer<M extends Mode> = M extends 'sync' ? Sync : unknown
