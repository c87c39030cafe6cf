// Lists a folder and reads the text of its files; what cannot be listed or read becomes a diagnostic.
import { readFileSync, statSync, type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic } from '../model/diagnostic.js'
import {
  fileEncoding,
  fileUnreadable,
  folderMissing,
  folderUnreadable,
} from './discovery-problems.js'
import { projectPath } from '../project/project-path.js'
import { orElse } from '../../src/model/or-else.js'

/** An entry of a folder. Links count as their target; `other` is a socket, a device and the like. */
export interface Entry {
  readonly name: string
  readonly path: string
  readonly is: 'file' | 'folder' | 'other' | 'broken'
  readonly linked: boolean
}

/** The entries of a folder in order of name, or the diagnostic why it cannot be listed. */
export async function listFolder(root: string, folder: string): Promise<Entry[] | Diagnostic> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.map((entry) => entryOf(folder, entry)).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    const shown = projectPath(root, folder)
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    return missing ? folderMissing(shown, root) : folderUnreadable(shown, cause)
  }
}

/**
 * The text of a file without its byte order mark, or the diagnostic why it cannot be read. Read synchronously: for a thousand
 * small files that takes 10 ms, while promises take 60.
 */
export function readText(root: string, path: string): string | Diagnostic {
  const file = projectPath(root, path)
  try {
    const bytes = readFileSync(path)
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      return fileEncoding(file, isBinary(bytes) ? 'binary' : 'text')
    }
  } catch (cause) {
    return fileUnreadable(file, cause)
  }
}

/** No text has a NUL, but in UTF-16, which begins with a byte order mark. */
const isBinary = (bytes: Buffer): boolean =>
  bytes.includes(0) && !/^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2))

function entryOf(folder: string, entry: Dirent): Entry {
  const path = join(folder, entry.name)
  const linked = entry.isSymbolicLink()
  return { name: entry.name, path, linked, is: linked ? targetOf(path) : kindOf(entry) }
}

const targetOf = (link: string): Entry['is'] => orElse(() => kindOf(statSync(link)), 'broken')

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory'>): Entry['is'] {
  if (entry.isFile()) return 'file'
  return entry.isDirectory() ? 'folder' : 'other'
}
