// Digests of everything a generation depends on. Synchronous in one go: for a thousand small files that is fastest.
import { createHash, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../discover/project-path.js'
import type { GenerateSettings } from '../settings.js'
import { lockstepBuild } from './lockstep-package.js'

/**
 * A digest of the names and bytes in the migrations folder, of the settings and of Lockstep's own build. The same
 * project gives the same digest in another place. Null when the folder cannot be read.
 */
export function fingerprint(settings: GenerateSettings): string | null {
  const hash = createHash('sha256')
  try {
    addPart(hash, lockstepBuild())
    addPart(hash, JSON.stringify(relativeSettings(settings)))
    addFolder(hash, settings.migrations, '')
    return hash.digest('hex')
  } catch {
    return null
  }
}

/** A digest of one file's bytes; null when it cannot be read, most often because it is not there. */
export function fileDigest(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    return null
  }
}

function relativeSettings(settings: GenerateSettings): object {
  const { root, migrations, out, rules, ...others } = settings
  return {
    ...others,
    migrations: projectPath(root, migrations),
    out: projectPath(root, out),
    rules: Object.entries(rules).sort(([one], [other]) => (one < other ? -1 : 1)),
  }
}

/** Only `_*` folders are entered: helpers may lie there; any other folder counts by its name alone. */
function addFolder(hash: Hash, folder: string, prefix: string): void {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    addPart(hash, prefix + name)
    if (!statSync(path).isDirectory()) addPart(hash, readFileSync(path))
    else if (name.startsWith('_')) addFolder(hash, path, `${prefix}${name}/`)
  }
}

/** The length goes first, so that no two lists of parts run together into the same bytes. */
function addPart(hash: Hash, part: string | Uint8Array): void {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part
  hash.update(`${bytes.length}:`).update(bytes)
}
