// Derives a migration's name from the user's words. Pure.
import { sentenceCase, snakeCase } from 'change-case'
import { nameUnusable } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'

/** A name for files, and the same as a sentence. */
export interface MigrationTitle {
  readonly name: string
  readonly description: string
}

/** File systems allow 255 bytes; people want much less. */
const LONGEST = 80

/**
 * `['Add', 'users table']` → `add_users_table`. Accents are dropped (`café` → `cafe`). Throws `NAME_UNUSABLE` if nothing is left,
 * if it is too long, or if the words look like a path.
 */
export function migrationTitle(words: readonly string[]): MigrationTitle {
  const said = words.join(' ').trim()
  const refuse = (reason: string): never => {
    throw new LockstepError(nameUnusable(shorten(said), reason))
  }
  if (/[\\/]|^\.+$/.test(said)) refuse('it looks like a path, and the folder is known already')
  const plain = said
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
  const name = snakeCase(plain.replace(/[^\p{L}\p{N}]+/gu, ' ')).replace(/[^a-z0-9_]+/g, '')
  const trimmed = name.replace(/_+/g, '_').replace(/^_|_$/g, '')
  if (trimmed === '') refuse('it has no Latin letter or digit')
  if (trimmed.length > LONGEST) refuse(`it has more than ${LONGEST} letters`)
  return { name: trimmed, description: sentenceCase(trimmed) }
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
