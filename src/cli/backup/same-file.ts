// Whether two names are one file: through links of either kind, and where names differ in case only.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'

/** False where either is not there. Nothing is opened: closing a database's file would give up its locks. */
export function isSameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false
  const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })]
  return a.ino === 0n
    ? realpathSync.native(one) === realpathSync.native(other)
    : a.ino === b.ino && a.dev === b.dev
}

/**
 * Whether this process has the file open that has a name now, and not only one that had it before. True where the system does
 * not tell which files are open.
 */
export function isOpenHere(file: string): boolean {
  const open = '/proc/self/fd'
  return !existsSync(open) || readdirSync(open).some((one) => isSameFile(`${open}/${one}`, file))
}
