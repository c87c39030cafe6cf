// Loads the generated registry of the project by bundling it in memory.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import { registryConflict, registryMissing, registryUnusable } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
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
  const { registry } = await loadModule(file, settings.root).catch(async (error: unknown) => {
    const { conflictIn } = await import('../../../codegen/write/compare-generated.js')
    const conflict = conflictIn(readFileSync(file, 'utf8')) >= 0
    throw conflict ? new LockstepError(registryConflict(displayPath(file, cwd))) : error
  })
  if (!Array.isArray(registry)) {
    throw new LockstepError(registryUnusable(displayPath(file, cwd)))
  }
  return registry as Registry<ClientHandle>
}

/**
 * The registry for commands that run no migration: what its modules do to other databases while they are loaded stays
 * undone. Throws what `loadRegistry` throws.
 */
export async function loadRegistryAside(
  settings: Settings,
  cwd: string,
): Promise<Registry<ClientHandle>> {
  return buildWall().around(() => loadRegistry(settings, cwd))
}

/** Where the registry is, or should be: the one of the project's language, or one that was written before it changed. */
function registryFile({ out, language }: Settings): string {
  const [first, second] = ['ts', 'js'].map((extension) => join(out, `registry.${extension}`))
  const [wanted = '', other = ''] = language === 'ts' ? [first, second] : [second, first]
  return !existsSync(wanted) && existsSync(other) ? other : wanted
}
