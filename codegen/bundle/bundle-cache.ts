// Remembers bundles under `node_modules/.cache`, by the bytes they were made from. Losing one costs time, never
// correctness. Loading esbuild and bundling is most of what a short command would take.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileDigest } from '../cache/fingerprint.js'
import { lockstepBuild, packageFile } from '../cache/lockstep-package.js'
import { memoryFolder, placedName } from '../cache/memory-file.js'
import { projectPath } from '../discover/project-path.js'
import { isInside } from '../write/repository-root.js'

/** A bundle, and the files, absolute, that it was made from. */
export interface RememberedBundle {
  readonly code: string
  readonly inputs: readonly string[]
}

/** The memory of one bundle. */
export interface BundleCache {
  /** The bundle, if every file that it was made from has the bytes it had then. */
  recall(): RememberedBundle | null
  /** Remembers a bundle and the files, absolute, that it was made from. Does nothing without a `node_modules` folder. */
  remember(code: string, inputs: readonly string[]): void
}

interface Stored {
  readonly build: string
  readonly code: string
  /** Path relative to the project → digest, or null for a file that must stay missing. */
  readonly inputs: Readonly<Record<string, string | null>>
}

/** The memory for the bundle of one file of the project in `root`. */
export function openBundleCache(file: string, root: string): BundleCache {
  const folder = memoryFolder(root)
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
      write(path, { build: lockstepBuild(), code, inputs: Object.fromEntries(digests) })
    },
  }
}

/** Aliases come from the tsconfig. Lockstep's own files are known by its build. */
function watched(inputs: readonly string[], root: string): string[] {
  const own = dirname(packageFile())
  const foreign = inputs.filter((input) => own === root || !isInside(input, own))
  return [...foreign, join(root, 'tsconfig.json')]
}

function recall(path: string, root: string): RememberedBundle | null {
  try {
    const { build, code, inputs } = JSON.parse(readFileSync(path, 'utf8')) as Stored
    const same = Object.entries(inputs).every(
      ([input, digest]) => fileDigest(resolve(root, input)) === digest,
    )
    if (!same || build !== lockstepBuild() || typeof code !== 'string') return null
    return { code, inputs: Object.keys(inputs).map((input) => resolve(root, input)) }
  } catch {
    // Not there, cut off, or written by something else.
    return null
  }
}

/** Beside and renamed, so that a second process never reads half of it. */
function write(path: string, stored: Stored): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, JSON.stringify(stored))
    renameSync(temporary, path)
  } catch {
    // Without a memory the next run does the work again.
  }
}
