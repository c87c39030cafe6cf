// Reads what package.json says about the `.js` files below it, for everything that depends on it.
import { existsSync, readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import type { PackageKind } from '../model/migration.js'
import { foldersUpTo } from './repository-root.js'
import { orElse } from '../../src/model/or-else.js'

/** Searches for the nearest package.json of a folder as Node does, up to the root of the disk. */
export function packageType(folder: string): PackageKind {
  const files = foldersUpTo(folder, parse(folder).root).map((one) => join(one, 'package.json'))
  const index = files.findIndex((file) => existsSync(file))
  return {
    type: index < 0 ? undefined : typeIn(files[index]!),
    consulted: index < 0 ? files : files.slice(0, index + 1),
  }
}

const typeIn = (manifest: string): unknown =>
  orElse(
    () =>
      (JSON.parse(readFileSync(manifest, 'utf8').replace(/^\ufeff/, '')) as { type?: unknown })
        .type,
    undefined,
  )
