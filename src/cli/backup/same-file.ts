// Whether two names are one file: through links of either kind, and where names differ in case only.
import { existsSync, realpathSync, statSync } from 'node:fs'

/** False where either is not there. Nothing is opened: closing a database's file would give up its locks. */
export function isSameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false
  const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })]
  return a.ino === 0n
    ? realpathSync.native(one) === realpathSync.native(other)
    : a.ino === b.ino && a.dev === b.dev
}
