// Lists the seed files in the order they run, by their names alone. Reads none of them.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseFileName } from '../../../codegen/project/file-name.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { seedsMissing } from '../../errors/seed.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { nearest } from '../../../codegen/diagnostics/nearest.js'
import type { Settings } from '../settings/settings.js'

/** A file with development rows. */
export interface SeedFile {
  readonly path: string
  /** As shown: relative to the project. */
  readonly file: string
  readonly kind: 'sql' | 'script'
}

const SEED = /\.(?:(sql)|[cm]?[jt]s)$/i

/**
 * The SQL files and scripts of the folder; those that begin with `_`, tests, type declarations and folders are helpers. `words`
 * select some of them by name, with or without folder and extension. Throws `SEEDS_MISSING` if a word selects none.
 */
export function findSeeds(settings: Settings, words: readonly string[]): readonly SeedFile[] {
  const all = listed(settings)
  if (words.length === 0) return all
  const picked = new Set(words.map((word) => pick(all, word)))
  return all.filter((seed) => picked.has(seed))
}

function listed({ seedsFolder, root }: Settings): SeedFile[] {
  const files = filesIn(seedsFolder).flatMap((name): SeedFile[] => {
    const found = SEED.exec(name)
    if (!found || /^(?:bystander|helper)$/.test(parseFileName(name).is)) return []
    const path = join(seedsFolder, name)
    return [{ path, file: projectPath(root, path), kind: found[1] ? 'sql' : 'script' }]
  })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map(({ name }) => name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function pick(all: readonly SeedFile[], word: string): SeedFile {
  const wanted = stem(word)
  const found =
    all.find(({ path }) => basename(path) === basename(word)) ??
    all.find(({ path }) => stem(path) === wanted)
  if (found) return found
  const files = all.map(({ path }) => basename(path))
  const meant = nearest(basename(word), files)
  const hint = meant === null ? '' : ` Did you mean ${meant}?`
  throw new LockstepError(seedsMissing(`There is no seed called ${word}.${hint}`, files))
}

const stem = (path: string): string => basename(path).replace(SEED, '')
