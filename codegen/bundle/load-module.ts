// Loads a TypeScript or JavaScript file of the project (configuration, registry) without leaving a file on disk.
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { moduleFailed } from '../../src/errors/command-line.js'
import { projectPath } from '../project/project-path.js'
import type { BundleSource, FileSource } from './build-module.js'
import { openBundleCache, type RememberedBundle } from './bundle-cache.js'
import { evaluateModule, type Exports } from './evaluate-module.js'
import { lendTo } from './lent-doors.js'

export type { Exports } from './evaluate-module.js'

/**
 * Bundles a file with everything of the project that it imports, and runs the bundle. Installed packages are loaded from the
 * location of the file; Lockstep itself is this copy. Stack traces name the original files from then on. Printed paths are
 * relative to `root`. Throws `MODULE_BROKEN` if it does not build, and `MODULE_FAILED` if its code throws; a missing file does
 * not build. `memory` is the folder of the bundle cache, if not in the project.
 */
export const loadModule = async (file: string, root: string, memory?: string): Promise<Exports> =>
  run(await bundleOf(file, root, memory), { file, root })

/** The same for a file that imports much of Lockstep, such as a registry. */
export const loadLent = async (file: string, root: string): Promise<Exports> =>
  run(await bundleWith({ file, root, doors: 'lent' }), { file, root })

async function run({ code }: RememberedBundle, { file, root }: BundleSource): Promise<Exports> {
  const doors = await lendTo(code)
  try {
    return evaluateModule(code, file, doors)
  } catch (cause) {
    throw new LockstepError(moduleFailed(projectPath(root, file), reasonOf(cause)), { cause })
  }
}

/** The bundle of a file, cached or built; esbuild is only loaded to build one. Throws `MODULE_BROKEN`. */
export const bundleOf = (file: string, root: string, memory?: string): Promise<RememberedBundle> =>
  bundleWith({ file, root }, memory)

async function bundleWith(source: FileSource, memory?: string): Promise<RememberedBundle> {
  const cache = openBundleCache(source.file, source.root, memory)
  const remembered = cache.recall()
  if (remembered !== null) return remembered
  const { buildModule } = await import('./build-module.js')
  const { code, inputs } = await buildModule(source)
  cache.remember(code, inputs)
  return { code, inputs }
}

/** Node appends the modules that required a missing one, which here is only the bundle. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/\nRequire stack:[^]*$/, '') : String(cause)
