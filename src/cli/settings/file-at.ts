// Identifies a file by any of its names, whatever folders and links these go through.
import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { orElse } from '../../model/or-else.js'

/** Resolves hard links as well; for a file that does not exist yet, by its existing folders. */
export function fileAt(path: string): string {
  const found = orElse(() => {
    const { dev, ino } = statSync(path, { bigint: true })
    return ino === 0n ? realpathSync(path) : `${dev} ${ino}`
  }, null)
  const folder = dirname(path)
  return found ?? (folder === path ? path : join(fileAt(folder), basename(path)))
}
