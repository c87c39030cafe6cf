// What is the same for all names of a file, whichever folders and links they go through.
import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { orElse } from '../../model/or-else.js'

/** Hard links included; of a file that is not there yet, by what there is of its folders. */
export function fileAt(path: string): string {
  const found = orElse(() => {
    const { dev, ino } = statSync(path, { bigint: true })
    return ino === 0n ? realpathSync(path) : `${dev} ${ino}`
  }, null)
  const folder = dirname(path)
  return found ?? (folder === path ? path : join(fileAt(folder), basename(path)))
}
