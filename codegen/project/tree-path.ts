// Validates the paths in a commit: they are data from outside, and git itself allows a tree with any. Pure.
import { parseFileName } from './file-name.js'

/**
 * Why a path below the migrations folder must not be followed, on any platform; null if it may. No checkout can have such a path,
 * so it is never there by mistake.
 */
export function dangerIn(path: string): string | null {
  const parts = path.split(/[\\/]/)
  // `C:x` without a separator is a valid name everywhere but on Windows, and never that of a migration.
  const unnamed = parts.filter((part) => /^[. ]*$/.test(part))
  const isAbsolute = parts[0] === '' || /^[a-z]:[\\/]/i.test(path)
  // Windows leaves out spaces, and dots, at the end.
  if (isAbsolute || unnamed.some((part) => part.includes('.', part.indexOf('.') + 1)))
    return 'it leads out of its folder'
  if (unnamed.length > 0) return 'a part of it is no name'
  if (parts.some((part) => /^(?:\.git|git~\d)[. ]*(?::|$)/i.test(part)))
    return 'it leads into a repository of git'
  const plain = path.replace(UNSEEN, '')
  return plain !== path && isRead(plain) ? 'it has a control character' : null
}

/** With a line break in it, the name of a migration would be taken for something else. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}]/gu

/** Whether discovery reads this path: a migration, a helper, or a file in a folder of helpers. */
export function isRead(path: string): boolean {
  const [first = '', ...below] = path.split('/')
  if (below.length > 0) return first.startsWith('_')
  return first.startsWith('_') || parseFileName(first).is === 'migration'
}
