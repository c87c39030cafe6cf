// Replaces a file in one step: whoever reads it, and whatever happens meanwhile, it is the old one or the new one.
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { removeAbandoned, temporaryPath } from '../project/owned-names.js'
import { writeNew } from '../project/write-new.js'

/**
 * Writes `text` beside `path`, makes it durable and renames it into place. Makes the folder where it is missing, and
 * clears away what processes that were killed have left there. Rejects with the error of the file system.
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
