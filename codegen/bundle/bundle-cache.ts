// Caches bundles under `node_modules/.cache`, by the bytes they were built from. Losing one costs time, never correctness.
// Loading esbuild and bundling would take most of the time of a short command.
import { dirname, join, resolve } from 'node:path'
import { fileDigest } from '../project/fingerprint.js'
import { lockstepBuild, packageFile } from '../project/lockstep-package.js'
import { memoryFolder, placedName, readMemory, writeMemory } from '../project/memory-file.js'
import { projectPath } from '../project/project-path.js'
import { isInside } from '../project/repository-root.js'

/** A bundle, and the absolute paths of the files it was built from. */
export interface RememberedBundle {
  readonly code: string
  readonly inputs: readonly string[]
}

/** The memory of one bundle. */
export interface BundleCache {
  /** The bundle, if every file that it was built from still has the same bytes. */
  recall(): RememberedBundle | null
  /** Stores a bundle and the absolute paths of the files it was built from. Does nothing without a `node_modules` folder. */
  remember(code: string, inputs: readonly string[]): void
}

interface Stored {
  readonly build: string
  readonly code: string
  /** Path relative to the project → digest, or null for a file that must stay missing. */
  readonly inputs: Readonly<Record<string, string | null>>
}

/** The cache for the bundle of one file of the project in `root`; `memory` is the folder, if not the project's own. */
export function openBundleCache(file: string, root: string, memory?: string): BundleCache {
  const folder = memory ?? memoryFolder(root)
  if (folder === null) return { recall: () => null, remember: () => {} }
  const name = placedName(root, [projectPath(root, file)])
  const path = join(folder, `bundle-${name}.json`)
  return {
    recall: () => recall(path, root),
    remember: (code, inputs) => {
      const digests = watched(inputs, root).map((input) => [
        projectPath(root, input),
        fileDigest(input),
      ])
      writeMemory(path, { build: lockstepBuild(), code, inputs: Object.fromEntries(digests) })
    },
  }
}

/** Aliases come from the tsconfig. Lockstep's own files are identified by its build. */
function watched(inputs: readonly string[], root: string): string[] {
  const own = dirname(packageFile())
  const foreign = inputs.filter((input) => own === root || !isInside(input, own))
  return [...foreign, join(root, 'tsconfig.json')]
}

function recall(path: string, root: string): RememberedBundle | null {
  const { build, code, inputs } = (readMemory(path) ?? {}) as Partial<Stored>
  if (build !== lockstepBuild() || typeof code !== 'string' || !inputs) return null
  const same = Object.entries(inputs).every(
    ([input, digest]) => fileDigest(resolve(root, input)) === digest,
  )
  return same ? { code, inputs: Object.keys(inputs).map((input) => resolve(root, input)) } : null
}
