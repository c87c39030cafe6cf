// Replaces a file in one step: whoever reads it, and whatever happens meanwhile, it is the old one or the new one.
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** After this time a temporary file belongs to a process that died. */
const ABANDONED_AFTER_MS = 60_000

/**
 * Writes `text` beside `path`, makes it durable and renames it into place. Makes the folder where it is missing, and
 * clears away what a process that died has left there. Rejects with the error of the file system.
 */
export async function writeFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await removeAbandoned(path)
  const temporary = `${temporaryPrefix(path)}${randomBytes(6).toString('hex')}.tmp`
  try {
    await writeDurably(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

const temporaryPrefix = (path: string): string =>
  join(dirname(path), `.${basename(path)}.lockstep-`)

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const prefix = basename(temporaryPrefix(path))
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix)) continue
    const leftover = join(dirname(path), name)
    const found = await stat(leftover).catch(() => null)
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS)
      await rm(leftover, { force: true })
  }
}
