// Runs git in a folder: never through a shell, always in English, and never in another repository than the folder's own.
import { execFile } from 'node:child_process'
import { gitFailed, gitMissing } from '../../src/errors/git.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'

/** The result of running git. */
export interface GitAnswer {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Runs git with these arguments; `input` is its standard input, and `until` ends it: with `until`, git uses only what the clone
 * has, and fetches nothing. Throws `GIT_MISSING` if there is no git, or if it was ended.
 */
export function askGit(
  folder: string,
  args: readonly string[],
  input?: string | Buffer,
  until?: AbortSignal,
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: folder,
      env: { ...environment(), ...(until && { GIT_NO_LAZY_FETCH: '1' }) },
      maxBuffer: LARGEST,
      encoding: 'buffer' as const,
      ...(until && { signal: until }),
    }
    const child = execFile('git', [...args], options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr: String(stderr) })
      else reject(new LockstepError(gitMissing(error?.message ?? 'no answer'), { cause: error }))
    })
    // Git may exit before it has read everything; its exit code says why.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** Like `askGit`, for commands that must succeed: throws `GIT_FAILED` with git's own message. */
export async function runGit(
  folder: string,
  args: readonly string[],
  input?: string | Buffer,
  until?: AbortSignal,
): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await askGit(folder, args, input, until)
  if (exitCode === 0) return stdout
  throw new LockstepError(gitFailed(args.join(' '), wordsOf(stderr) || `exit code ${exitCode}`))
}

/** Git's message as one line, without its prefix and final full stop. */
export const wordsOf = (stderr: string): string =>
  stderr
    .trim()
    .split(/\s*\n\s*/)
    .map((line) => line.replace(/^(?:fatal|error): /, ''))
    .join(' ')
    .replace(/[.\s]+$/, '')

const LARGEST = 1024 * 1024 * 1024

/**
 * Variables that a git hook sets, which would refer to another repository, or to this one by a relative path; and those that
 * change the meaning of commits or turn file names into patterns. Windows ignores the case of variable names.
 */
const REPOSITORY =
  /^GIT_(?:DIR|(?:IMPLICIT_)?WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|NAMESPACE|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES)|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|(?:GLOB|NOGLOB|ICASE)_PATHSPECS|TRACE)$/i

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !REPOSITORY.test(name))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
  }
}
