// Compares whether two paths are the same file: through links of either kind, and names that differ only in case.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'

/** False if either does not exist. Nothing is opened: closing a database's file would drop its locks. */
export function isSameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false
  const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })]
  return a.ino === 0n
    ? realpathSync.native(one) === realpathSync.native(other)
    : a.ino === b.ino && a.dev === b.dev
}

/**
 * Whether this process has the file open that currently has a name, and not only one that had it before. True if the system does
 * not tell which files are open.
 */
export function isOpenHere(file: string): boolean {
  const open = '/proc/self/fd'
  return !existsSync(open) || readdirSync(open).some((one) => isSameFile(`${open}/${one}`, file))
}
