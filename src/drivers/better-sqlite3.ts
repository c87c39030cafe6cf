// The entry point for applications with better-sqlite3: `migrate(db, registry)`, and the types for writing migrations.
import { betterSqlite3 } from '../database/better-sqlite3/driver.js'
import type { Database, DatabasePort } from '../database/better-sqlite3/handle.js'
import { perform } from '../database/outcome.js'
import { Migration as BaseMigration } from '../model/define.js'
import type { AlteringMigration } from '../model/alter.js'
import type { BatchedMigration as CoreBatched } from '../model/batches.js'
import type { DefinedMigration, MigrationDefinition as CoreDefinition } from '../model/migration.js'
import type { ManagerOptions, MigrateOptions } from '../model/options.js'
import type { HistoriesOptions } from '../model/histories.js'
import type { RegisteredHandle } from '../model/register.js'
import type { Registry as CoreRegistry } from '../model/registry.js'
import type { HistoriesReport, RunReport } from '../model/report.js'
import { environment } from '../run/environment/environment.js'
import { migrateWork } from '../run/migrate.js'
import { togetherOf } from '../run/together-of.js'

export { betterSqlite3 }
export { sql, type SqlHole } from '../database/sql-tag.js'
export { backUpWith } from '../run/back-up.js'
export { snapshotOf } from '../run/snapshot.js'
export { resumable } from '../run/batches/resumable.js'
export { dependencies } from '../run/histories/dependencies.js'
export { together } from '../run/together.js'
export { toolkit } from '../run/context/toolkit.js'
export { mirrorSettings } from '../run/mirrors/mirror-settings.js'
export { mirrorUserVersion } from '../run/mirrors/mirror-user-version.js'
export { defineMigrations } from '../model/define.js'
export { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
export type {
  Database,
  DatabasePort,
  RunResult,
  Statement,
  Transaction,
} from '../database/better-sqlite3/handle.js'
// Declaration files can name every type inferred from this entry point.
export type { Driver, Fault, Row, Value } from '../database/driver.js'
export type * from '../model/alter.js'
export type * from '../model/batches.js'
export type * from '../model/events.js'
export type * from '../model/gate.js'
export type * from '../model/histories.js'
export type * from '../model/migration.js'
export type * from '../model/mirror.js'
export type * from '../model/options.js'
export type * from '../model/registry.js'
export type * from '../model/report.js'
export type * from '../model/snapshot.js'

/** What `up` and `down` receive: the handle registered by the application, otherwise a structural type of the client's. */
export type Handle = RegisteredHandle<Database>

/** The registry of an application that uses this client. */
export type Registry<V extends number = number> = CoreRegistry<Handle, V>

/** A migration in object form; a constant of this type needs no inference. */
export type MigrationDefinition<H = Handle> = CoreDefinition<H>

/** The same for a migration that declares batches. */
export type BatchedMigration<H = Handle> = CoreBatched<H>

/** A migration for the handle of this application. */
export type OwnMigration = CoreDefinition<Handle>

/** Gives a migration in object form its types; returns it as it is. */
export const defineMigration = <H = Handle>(
  migration: MigrationDefinition<H> | AlteringMigration | BatchedMigration<H>,
): DefinedMigration<H, Handle, OwnMigration> =>
  migration as DefinedMigration<H, Handle, OwnMigration>

/** Base of the class form, for this client's handle. */
export abstract class Migration<H = Handle> extends BaseMigration<H> {}

/** Several registries by the names of their histories. */
type Several = Readonly<Record<string, CoreRegistry<never>>>

/** The options for one history with its versions, or for several. */
type OptionsOf<R> = R extends readonly { readonly version: infer V extends number }[]
  ? MigrateOptions<V> & ManagerOptions
  : HistoriesOptions<R>

/** Restricts registries to those whose handle fits this client. */
type OfClient<R> =
  R extends CoreRegistry<infer H>
    ? H extends DatabasePort
      ? R
      : DatabasePort extends H
        ? R
        : never
    : R

/**
 * Brings the database to the registry's latest version, or to `to`: applies what is pending, in order, each migration in its own
 * transaction together with its ledger row. Several histories, `{ core, plugin }`, are planned together, which refuses what
 * cannot be done before anything is, and then migrated each after those it needs, otherwise by name. A no-op if up to date.
 * Throws a `LockstepError`.
 */
export function migrate<R extends CoreRegistry<never> | Several>(
  db: DatabasePort,
  registry: R & OfClient<R>,
  options: NoInfer<OptionsOf<R>> = {} as NoInfer<OptionsOf<R>>,
): R extends CoreRegistry<never> ? RunReport : HistoriesReport {
  type Report = R extends CoreRegistry<never> ? RunReport : HistoriesReport
  const several = togetherOf(registry)
  if (several) return perform('sync', several(betterSqlite3(db), registry, options)) as Report
  const known = registry as unknown as CoreRegistry<DatabasePort>
  const env = environment(betterSqlite3(db), known, options as ManagerOptions)
  return perform('sync', migrateWork(env, known, options as MigrateOptions)) as Report
}
