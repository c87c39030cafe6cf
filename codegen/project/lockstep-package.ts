// Finds the package.json of Lockstep itself, from the sources as well as from the built files.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of Lockstep's own package.json. */
export function packageFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return join(folder, 'package.json')
}

/**
 * Identifies a build of Lockstep: its version, and the time of this very file, because a rebuilt working copy has the same
 * version and other code.
 */
export function lockstepBuild(): string {
  const { version } = JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }
  return `${version} ${statSync(fileURLToPath(import.meta.url)).mtimeMs}`
}

/** The folder of the sources, or of the built files. */
const ROOT = rootAbove(import.meta.url)

function rootAbove(url: string): string {
  let folder = dirname(fileURLToPath(url))
  while (!['src', 'codegen'].every((name) => existsSync(join(folder, name))))
    folder = dirname(folder)
  return folder
}

/** A file of Lockstep by its path in the sources, without its extension: built files find built ones. */
export const ownFile = (stem: string): string =>
  join(ROOT, `${stem}${extname(fileURLToPath(import.meta.url))}`)

/** Whether a file belongs to Lockstep itself; the built programs share `chunks`, and Node loads the entry points from `doors`. */
export const isOwnFile = (file: string): boolean =>
  ['src', 'codegen', 'chunks', 'doors'].some((folder) => file.startsWith(join(ROOT, folder) + sep))
