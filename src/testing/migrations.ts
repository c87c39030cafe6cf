// The entry point for tests of migrations, under any test framework: `testMigrations(registry, { open })`.
import { betterSqlite3 } from '../database/better-sqlite3/driver.js'
import type { DatabasePort } from '../database/better-sqlite3/handle.js'
import type { Mode } from '../database/outcome.js'
import type { Registry } from '../model/registry.js'
import type { DrivenKitOptions, KitOptions } from './migration-kit/kit-options.js'
import { makeKit } from './migration-kit/make-kit.js'
import type { MigrationKit } from './migration-kit/migration-kit.js'
import type { Workshop } from './migration-kit/scene.js'

export type {
  Answer,
  CommonKitOptions,
  DrivenKitOptions,
  KitOptions,
} from './migration-kit/kit-options.js'
export type {
  MigrationKit,
  ReversibleTrial,
  RowExpectations,
  SurvivalTrial,
  UpgradeCase,
  UpgradeMatrix,
} from './migration-kit/migration-kit.js'
export { isLockstepError, LockstepError } from '../errors/lockstep-error.js'

/**
 * Creates a kit for tests of this history. Without `driver`, `open` returns databases of better-sqlite3. Opens nothing by itself;
 * what the kit opens later it closes, except what `migrateTo` returns.
 */
export function testMigrations<D extends DatabasePort, V extends number>(
  registry: Registry<never, V>,
  options: KitOptions<D>,
): MigrationKit<D, 'sync', V>
export function testMigrations<D, M extends Mode, V extends number>(
  registry: Registry<D, V>,
  options: DrivenKitOptions<D, M>,
): MigrationKit<D, M, V>
export function testMigrations(
  registry: Registry<never>,
  {
    open,
    close = closeByItself,
    driver = betterSqlite3 as Workshop<object>['driver'],
    options = {},
    needs = {},
  }: KitOptions<object> | DrivenKitOptions<object, Mode>,
): MigrationKit<object, Mode, number> {
  const known = registry as Registry<object>
  return makeKit<object>({ registry: known, needs, options, open, close, driver })
}

const closeByItself = (db: object): unknown => (db as { close?: () => unknown }).close?.()
