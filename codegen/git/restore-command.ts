// Builds commands that restore files as they were on the base branch, ready to be pasted. Pure.
import { posix } from 'node:path'

/** The commit that has the files, and their folder there and now, as printed. */
export interface Origin {
  readonly mergeBase: string
  readonly former: string
  readonly folder: string
  /** The real path of a file of that folder, as printed: for a symbolic link, git restores only the link. */
  readonly targetOf?: (file: string) => string
}

/** The commands for files that are named by their paths in the former folder. */
export function restoreCommand(origin: Origin, files: readonly string[]): string {
  if (origin.former === origin.folder) {
    const targets = files.map((file) => origin.targetOf?.(file) ?? file)
    return `\`${gitFor(targets)} checkout ${shortOf(origin)} -- ${targets.map(quoted).join(' ')}\``
  }
  return files.map((file) => copyCommand(origin, file, placeOf(origin, file))).join(' and ')
}

/** The command that undoes the changes to files since a commit. */
export const restoreEdited = (files: readonly string[], commit: string): string =>
  restoreCommand({ mergeBase: commit, former: '', folder: '' }, files)

/** The command that brings back one file of the present branch, from the index or from its last commit. */
export const restoreDeleted = (file: string, from: 'index' | 'HEAD'): string =>
  `\`${gitFor([file])} restore ${from === 'HEAD' ? '--source=HEAD ' : ''}${/^[\w./]/.test(file) ? '' : '-- '}${quoted(file)}\``

/** The command that writes the former text of a file to another path. */
export const copyCommand = (origin: Pick<Origin, 'mergeBase'>, file: string, to: string): string =>
  `\`git show ${quoted(`${shortOf(origin)}:./${file}`)} > ${quoted(to)}\``

const shortOf = ({ mergeBase }: Pick<Origin, 'mergeBase'>): string => mergeBase.slice(0, 12)

/** The present path of a file of the former folder. */
export const placeOf = ({ former, folder }: Origin, file: string): string =>
  posix.join(folder, posix.relative(former, file))

/** Git reads some names as patterns, which would restore other files as well; then it is told not to. */
const gitFor = (files: readonly string[]): string =>
  files.some((file) => /[*?[\]\\]|^:/.test(file)) ? 'git --literal-pathspecs' : 'git'

/** Quotes a word that a shell would split or interpret: in double quotes, which every shell knows, if they suffice. */
function quoted(word: string): string {
  if (/^[\w./][\w@+=:,./-]*$/.test(word)) return word
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`
}
