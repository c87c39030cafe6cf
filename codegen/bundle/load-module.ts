// Loads a TypeScript or JavaScript file of the project (configuration, registry) without leaving a file on disk.
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { moduleFailed } from '../../src/errors/command-line.js'
import { projectPath } from '../project/project-path.js'
import { openBundleCache, type RememberedBundle } from './bundle-cache.js'
import { evaluateModule, type Exports } from './evaluate-module.js'

export type { Exports } from './evaluate-module.js'

/**
 * Bundles a file with everything of the project that it imports, and runs the bundle. Installed packages are loaded
 * from where the file lies, Lockstep itself is this copy. Stack traces name the original files from then on. `root` is
 * what printed paths are relative to. Throws `MODULE_BROKEN` when it does not build, and `MODULE_FAILED` when its code
 * throws; a file that is not there does not build. `memory` is where bundles are remembered, if not in the project.
 */
export async function loadModule(file: string, root: string, memory?: string): Promise<Exports> {
  const { code } = await bundleOf(file, root, memory)
  try {
    return evaluateModule(code, file)
  } catch (cause) {
    throw new LockstepError(moduleFailed(projectPath(root, file), reasonOf(cause)), { cause })
  }
}

/** The bundle that loading a file runs: remembered, or built; only then is esbuild loaded. Throws `MODULE_BROKEN`. */
export async function bundleOf(
  file: string,
  root: string,
  memory?: string,
): Promise<RememberedBundle> {
  const cache = openBundleCache(file, root, memory)
  const remembered = cache.recall()
  if (remembered !== null) return remembered
  const { buildModule } = await import('./build-module.js')
  const { code, inputs } = await buildModule(file, root)
  cache.remember(code, inputs)
  return { code, inputs }
}

/** Node appends the modules that required a missing one, which here is only the bundle. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/\nRequire stack:[^]*$/, '') : String(cause)
