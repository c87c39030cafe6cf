// Discovers the migrations of a commit in the same way as those on disk.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { discover } from '../discover/discover.js'
import type { Discovery } from '../model.js'
import type { TreeFile } from './read-tree.js'

/**
 * What discovery finds in these files; `shown` is the folder's path as it is printed. The files stand in a temporary
 * folder meanwhile, so that there is one discovery and not two; it is gone when this returns.
 */
export async function discoverAt(files: readonly TreeFile[], shown: string): Promise<Discovery> {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-base-'))
  try {
    const folder = join(root, 'migrations')
    await writeTree(folder, files)
    const found = await discover(root, folder)
    return {
      ...found,
      files: found.files.map((one) => ({
        ...one,
        file: posix.join(shown, posix.basename(one.file)),
      })),
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Writes files below a folder, which is made. */
export async function writeTree(folder: string, files: readonly TreeFile[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}
