// The bytes of a database on the disk, to see that nothing was written.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** Digests of the file and of what stands beside it, by ending; a file that is not there, or that is empty, is left out. */
export function bytesOf(path: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const side of ['', '-journal', '-wal']) {
    const bytes = existsSync(path + side) ? readFileSync(path + side) : Buffer.alloc(0)
    if (bytes.length > 0) found[side] = createHash('sha256').update(bytes).digest('hex')
  }
  return found
}
