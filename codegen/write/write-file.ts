// Replaces a file atomically: whatever happens, readers see either the old or the new file.
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { removeAbandoned, temporaryPath } from '../project/owned-names.js'
import { writeNew } from '../project/write-new.js'

/**
 * Writes `text` next to `path`, makes it durable and renames it into place. Creates the folder if it is missing, and removes
 * temporary files left by killed processes. Rejects with the error of the file system.
 */
export async function writeFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  removeAbandoned(dirname(path))
  const temporary = temporaryPath(join(dirname(path), `.${basename(path)}`))
  try {
    await writeNew(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
