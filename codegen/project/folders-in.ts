// Lists the folders to enter for helpers: links too, but not in cycles.
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isInside } from './repository-root.js'

/** The folders in a folder, unordered. Throws if it cannot be listed. */
export const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() && !leadsBack(path))

/** Whether a path is a link to a folder that contains it, so that entering it would never end. */
export function leadsBack(path: string): boolean {
  const target = realpathSync(path)
  for (let above = dirname(path); ; above = dirname(above)) {
    if (isInside(realpathSync(above), target)) return true
    if (above === dirname(above)) return false
  }
}
