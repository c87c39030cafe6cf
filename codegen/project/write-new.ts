// Writes a file that is not there yet, whole and durably.
import { open } from 'node:fs/promises'

/** When this is over, the text is on the disk. Rejects with the error of the file system, also where the file exists. */
export async function writeNew(path: string, text: string, mode?: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
