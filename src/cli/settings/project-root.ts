// Finds the project's folder.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The nearest folder with a package.json from `folder` upwards, no higher than its repository; `folder` itself if there is none:
 * a package.json above the repository belongs to something else.
 */
export function projectRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
    if (existsSync(join(at, '.git')) || at === dirname(at)) return folder
  }
}
