// Finds files of a folder that are in git but missing or different on disk. It only helps to explain: it never throws.
import { basename, dirname, join } from 'node:path'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import { openRepository } from './open-repository.js'
import { restoreDeleted } from './restore-command.js'
import { runGit } from './run-git.js'

/** A file that was deleted and not committed. */
export interface DeletedFile {
  /** Relative to the project. */
  readonly file: string
  /** The command that restores it, in the folder of the project; a file deleted with `git rm` is only in the last commit. */
  readonly restore: string
}

const LONGEST_MS = 2000

/** None without git, a repository or a commit. */
export async function findDeleted(root: string, folder: string): Promise<DeletedFile[]> {
  try {
    const { at } = await openRepository(folder)
    const [unstaged, all] = await Promise.all([differing(at, 'D'), differing(at, 'D', 'HEAD')])
    const below = forwardSlashes(projectPath(root, folder))
    return [...new Set([...unstaged, ...all])]
      .map((name) => ({ name, file: forwardSlashes(projectPath(root, join(at, name))) }))
      .filter(({ file }) => file.startsWith(`${below}/`))
      .map(({ name, file }) => ({
        file,
        restore: restoreDeleted(file, unstaged.includes(name) ? 'index' : 'HEAD'),
      }))
  } catch {
    return []
  }
}

/** Files of a folder, absolute, that differ from those in a commit; none if git cannot tell. */
export async function findEdited(folder: string, commit: string): Promise<string[]> {
  try {
    const { at } = await openRepository(folder)
    return (await differing(at, 'M', commit)).map((name) => join(at, name))
  } catch {
    return []
  }
}

/** The newest commit that changed a file; null if git cannot tell. */
export async function lastCommitOf(file: string): Promise<string | null> {
  try {
    const args = ['log', '-1', '--format=%H', '--', `./${basename(file)}`]
    const answer = await runGit(dirname(file), args, undefined, AbortSignal.timeout(LONGEST_MS))
    return answer.toString().trim() || null
  } catch {
    return null
  }
}

/** The names, relative to `at`, of files that were deleted, or modified. */
async function differing(
  at: string,
  how: 'D' | 'M',
  ...against: readonly string[]
): Promise<readonly string[]> {
  const args = [
    'diff',
    '--name-only',
    '-z',
    '--no-renames',
    '--no-ext-diff',
    `--diff-filter=${how}`,
  ]
  const answer = await runGit(
    at,
    [...args, '--relative', ...against, '--', '.'],
    undefined,
    AbortSignal.timeout(LONGEST_MS),
  )
  return answer
    .toString()
    .split('\0')
    .filter((name) => name !== '')
}
