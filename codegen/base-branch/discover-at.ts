// Discovers the migrations of a commit in the same way as those on disk.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { gitPathUnsafe } from '../../src/errors/git.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { discover } from '../discover/discover.js'
import type { Discovery } from '../model/migration.js'
import { temporaryFolder } from '../project/owned-names.js'
import type { TreeFile } from './read-tree.js'

/**
 * Runs discovery on these files; `shown` is the folder's path as it is printed. The files are written to a temporary folder, so
 * that there is only one implementation of discovery; it is deleted before this returns.
 */
export async function discoverAt(files: readonly TreeFile[], shown: string): Promise<Discovery> {
  const root = temporaryFolder(tmpdir())
  try {
    const folder = join(root, 'migrations')
    await writeTree(folder, files)
    const found = await discover(root, folder)
    return {
      ...found,
      // The package.json of that commit is not known here.
      package: undefined,
      files: found.files.map((one) => ({
        ...one,
        file: posix.join(shown, posix.basename(one.file)),
      })),
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/**
 * Writes files into a folder, which it creates. Throws `GIT_PATH_UNSAFE` for two files with the same name on this file system,
 * where the second would replace the first, and for names that are not valid here.
 */
export async function writeTree(folder: string, files: readonly TreeFile[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { path, bytes } of files) {
    try {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), bytes, { flag: 'wx' })
    } catch (cause) {
      const reason = NAME_FAULTS.get(String((cause as NodeJS.ErrnoException).code))
      if (reason === undefined) throw cause
      throw new LockstepError(gitPathUnsafe(path, reason), { cause })
    }
  }
}

const SAME_NAME = 'another file of that commit has the same name on this file system'
const NAME_FAULTS = new Map([
  ['EEXIST', SAME_NAME],
  ['ENOTDIR', SAME_NAME],
  ['ENAMETOOLONG', 'it is too long for this file system'],
  ['EINVAL', 'it cannot be a name on this file system'],
])
