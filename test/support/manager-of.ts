// Managers over real databases, for tests of the runtime.
import type { Database } from 'better-sqlite3'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'

/** A manager over the client itself, as in an application; without digests, unless the registry or the options have them. */
export const managerOf = <V extends number = number>(
  db: Database | Handle,
  registry: Registry<Handle, V>,
  options?: ManagerOptions,
): MigrationManager<Handle, 'sync', V> =>
  new MigrationManager(betterSqlite3(db as Handle), registry, { digests: {}, ...options })
