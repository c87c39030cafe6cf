// Creates managers over the driver under test.
import type { Mode } from '../../../database/outcome.js'
import { MigrationManager } from '../../../manager.js'
import type { ManagerOptions } from '../../../model/options.js'
import type { Registry } from '../../../model/registry.js'
import type { AnyDriver } from './stage.js'

/** A manager whose results are awaited in either mode. */
export const managerOf = (
  driver: AnyDriver,
  history: Registry<unknown>,
  options?: ManagerOptions,
): MigrationManager<unknown, Mode> => new MigrationManager<unknown, Mode>(driver, history, options)
