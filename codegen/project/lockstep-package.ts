// Finds the package.json of Lockstep itself, from the sources as well as from the built files.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of Lockstep's own package.json. */
export function packageFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return join(folder, 'package.json')
}

/**
 * What tells one build of Lockstep from another: its version, and the time of this very file, because a working copy
 * that was built again has the same version and other code.
 */
export function lockstepBuild(): string {
  const { version } = JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }
  return `${version} ${statSync(fileURLToPath(import.meta.url)).mtimeMs}`
}
