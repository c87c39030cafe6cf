// Writes a file that does not exist yet, atomically and durably.
import { open } from 'node:fs/promises'

/** Resolves when the text is on the disk. Rejects with the error of the file system, including if the file exists. */
export async function writeNew(path: string, text: string, mode?: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
