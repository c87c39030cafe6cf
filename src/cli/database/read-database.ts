// What the reading commands share: settings, the state of the file, a manager over it. Creates nothing.
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import { problemOf } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
import type { Problem } from '../../model/report.js'
import { displayPath } from '../terminal/display-path.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { tellSettings } from '../settings/tell-settings.js'
import type { Invocation } from '../command/command.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { loadRegistryAside, loadRegistryInPart, type PartialRegistry } from './load-registry.js'
import { lookAtFile, type FileLook } from './look-at-file.js'
import { openEmpty, openForReading } from './open-database.js'
import { findUnregistered, requireFresh } from './registry-freshness.js'

/** A database open for reading, or an empty one in place of a missing file. */
export interface ReadableDatabase extends FileLook {
  /** The absolute path, and the path as shown to a person. */
  readonly path: string
  readonly shown: string
  readonly handle: ClientHandle
  readonly settings: Settings
  readonly registry: Registry<ClientHandle>
  readonly manager: MigrationManager<ClientHandle, 'sync'>
  /** Differences between the folder and the registry; if that was required to be fresh, at most drafts. */
  readonly unregistered: readonly Problem[]
}

/**
 * Where the migrations of the code come from: `none` for commands that only read the ledger, `fresh` for those that report what
 * migrating would do, and refuse what it would refuse.
 */
export type RegistryUse = 'registry' | 'fresh' | 'none'

/** Opens the database for reading, runs `work`, and closes it. Throws `REGISTRY_STALE` if it must be fresh and is not. */
export async function readDatabase<T>(
  invocation: Invocation,
  use: RegistryUse,
  work: (database: ReadableDatabase) => T | Promise<T>,
): Promise<T> {
  const settings = await loadSettings(invocation)
  const { cwd, terminal } = invocation
  tellSettings(settings, terminal)
  const path = databaseOf(settings, cwd)
  const look = lookAtFile(path)
  const { registry, missing } = await registryFor(use, settings, cwd)
  const told = use === 'fresh' ? await requireFresh(settings) : []
  const handle = look.exists ? await openForReading(settings, path) : openEmpty(settings)
  try {
    const manager = new MigrationManager(betterSqlite3(handle), registry, settings.manager)
    const unregistered = missing
      ? [problemOf(missing, 'error')]
      : use === 'registry'
        ? await findUnregistered(settings, registry)
        : told
    const shown = displayPath(path, cwd)
    const facts = { ...look, path, shown, settings, handle, registry, manager, unregistered }
    return await work(facts)
  } finally {
    handle.close()
  }
}

/** Read-only commands accept a registry with missing files. */
async function registryFor(
  use: RegistryUse,
  settings: Settings,
  cwd: string,
): Promise<PartialRegistry> {
  if (use === 'registry') return loadRegistryInPart(settings, cwd)
  return { registry: use === 'none' ? [] : await loadRegistryAside(settings, cwd), missing: null }
}
