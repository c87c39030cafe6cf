// Loads the generated registry of the project by bundling it in memory.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { loadLent } from '../../../codegen/bundle/load-module.js'
import {
  registryConflict,
  registryFileMissing,
  registryMissing,
  registryUnusable,
} from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
import { registryOf } from './registry-exports.js'
import { displayPath } from '../terminal/display-path.js'
import { searchBorder } from '../settings/find-config.js'
import type { Settings } from '../settings/settings.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** Throws `REGISTRY_MISSING`, `REGISTRY_CONFLICT`, `REGISTRY_UNUSABLE`, and what loading a module throws. */
export async function loadRegistry(
  settings: Settings,
  cwd: string,
): Promise<Registry<ClientHandle>> {
  const file = registryFile(settings)
  if (!existsSync(file)) {
    const searched = settings.configFile === null ? { from: cwd, to: searchBorder(cwd) } : null
    throw new LockstepError(registryMissing(displayPath(file, cwd), searched))
  }
  const exports = await loadLent(file, settings.root).catch(async (error: unknown) => {
    throw await explained(error, file, { settings, cwd })
  })
  const registry = registryOf(exports)
  if (!registry) throw new LockstepError(registryUnusable(displayPath(file, cwd)))
  return registry
}

/**
 * The registry for commands that run no migration: what its modules do to other databases while being loaded is undone. Throws
 * what `loadRegistry` throws.
 */
export async function loadRegistryAside(
  settings: Settings,
  cwd: string,
): Promise<Registry<ClientHandle>> {
  return buildWall().around(() => loadRegistry(settings, cwd))
}

/** A registry that may be incomplete, and what is missing. */
export interface PartialRegistry {
  readonly registry: Registry<ClientHandle>
  /** Null if it is complete. */
  readonly missing: LockstepError | null
}

/**
 * Like `loadRegistryAside`, for commands that only read: if files that it names are gone, the rest still shows what is applied
 * and pending. The missing migrations cannot be run.
 */
export async function loadRegistryInPart(
  settings: Settings,
  cwd: string,
): Promise<PartialRegistry> {
  try {
    return { registry: await loadRegistryAside(settings, cwd), missing: null }
  } catch (error) {
    if (!isLockstepError(error, 'REGISTRY_FILE_MISSING')) throw error
    const { loadWithout } = await import('./load-without.js')
    const registry = await buildWall().around(() =>
      loadWithout(registryFile(settings), settings.root),
    )
    if (registry === null) throw error
    return { registry, missing: error }
  }
}

interface Place {
  readonly settings: Settings
  readonly cwd: string
}

/** Why it does not load, if the registry itself shows that; otherwise the error. */
async function explained(
  error: unknown,
  file: string,
  { settings: { root, migrations }, cwd }: Place,
): Promise<unknown> {
  const text = readFileSync(file, 'utf8')
  const { conflictIn } = await import('../../../codegen/write/compare-generated.js')
  if (conflictIn(text) >= 0) return new LockstepError(registryConflict(displayPath(file, cwd)))
  const { missingFiles } = await import('./load-without.js')
  const missing = isLockstepError(error, 'MODULE_BROKEN') ? missingFiles(text, root) : []
  if (missing.length === 0) return error
  const { findDeleted } = await import('../../../codegen/git/find-deleted.js')
  const deleted = (await findDeleted(root, migrations)).filter((one) => missing.includes(one.file))
  const restore = deleted.map((one) => one.restore)
  return new LockstepError(registryFileMissing(displayPath(file, cwd), missing, restore), {
    cause: error,
  })
}

/** Where the registry is or should be: the one in the project's language, or one that was written before the language changed. */
function registryFile({ out, language }: Settings): string {
  const [first, second] = ['ts', 'js'].map((extension) => join(out, `registry.${extension}`))
  const [wanted = '', other = ''] = language === 'ts' ? [first, second] : [second, first]
  return !existsSync(wanted) && existsSync(other) ? other : wanted
}
