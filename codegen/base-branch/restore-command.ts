// Says how to bring files back as they were on the base branch, in a command that can be pasted. Pure.
import { posix } from 'node:path'

/** The commit that has them, and the folder that they were in there and are in now, as printed. */
export interface Origin {
  readonly mergeBase: string
  readonly former: string
  readonly folder: string
  /** Where a file of that folder really is, as printed: of a symbolic link, git brings back the link alone. */
  readonly targetOf?: (file: string) => string
}

/** The commands for files that are named by their paths in the former folder. */
export function restoreCommand(origin: Origin, files: readonly string[]): string {
  const commit = origin.mergeBase.slice(0, 12)
  if (origin.former === origin.folder) {
    const targets = files.map((file) => origin.targetOf?.(file) ?? file)
    return `\`${gitFor(targets)} checkout ${commit} -- ${targets.map(quoted).join(' ')}\``
  }
  const commands = files.map(
    (file) => `\`git show ${quoted(`${commit}:./${file}`)} > ${quoted(placeOf(origin, file))}\``,
  )
  return commands.join(' and ')
}

/** Where a file of the former folder belongs now. */
export const placeOf = ({ former, folder }: Origin, file: string): string =>
  posix.join(folder, posix.relative(former, file))

/** Git takes some names for patterns, which would bring back other files as well. */
const gitFor = (files: readonly string[]): string =>
  files.some((file) => /[*?[\]\\]|^:/.test(file)) ? 'git --literal-pathspecs' : 'git'

/**
 * In quotes where a shell would take it apart, or read more into its beginning; double ones, which every shell knows, where
 * they are enough.
 */
function quoted(word: string): string {
  if (/^[\w./][\w@+=:,./-]*$/.test(word)) return word
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`
}
