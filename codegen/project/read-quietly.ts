// Reads files that need not be there.
import { readFileSync } from 'node:fs'

/** The text of a file; empty where it cannot be read. */
export function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
