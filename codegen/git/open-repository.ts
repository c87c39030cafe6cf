// Finds the repository of a folder, and the commits by which two branches are compared.
import { existsSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import {
  gitFailed,
  gitNoRepository,
  gitRefUnknown,
  gitShallow,
  gitUnrelated,
} from '../../src/errors/git.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { forwardSlashes } from '../project/project-path.js'
import { askGit, runGit, wordsOf } from './run-git.js'

/** A repository as seen from one folder, which need not exist. */
export interface Repository {
  /** A folder of the working tree, in which to run git. */
  readonly at: string
  /** The folder's path inside the repository, with `/`; '' for its top. */
  readonly path: string
}

/** A branch to compare with: its commit, and the commit where this one left it. */
export interface BaseCommits {
  /** As given by the caller. */
  readonly ref: string
  readonly tip: string
  readonly mergeBase: string
}

/** Throws `GIT_NO_REPOSITORY`, `GIT_MISSING` or `GIT_FAILED`. */
export async function openRepository(folder: string): Promise<Repository> {
  const at = nearestExisting(folder)
  const { exitCode, stdout, stderr } = await askGit(at, ['rev-parse', '--show-prefix'])
  if (exitCode !== 0 && /not a git repository/.test(stderr))
    throw new LockstepError(gitNoRepository(folder))
  if (exitCode !== 0) throw new LockstepError(gitFailed('rev-parse --show-prefix', wordsOf(stderr)))
  const prefix = stdout.toString().replace(/\n$/, '')
  const path = prefix + forwardSlashes(relative(at, folder))
  return { at, path: path.replace(/\/$/, '') }
}

/**
 * The commit that `ref` names, and the last one that it has in common with the working tree's branch. Throws
 * `GIT_REF_UNKNOWN`, `GIT_SHALLOW` or `GIT_UNRELATED`.
 */
export async function findCommits({ at }: Repository, ref: string): Promise<BaseCommits> {
  const tip = await commitOf(at, ref)
  if (tip === null) throw new LockstepError(await unknownRef(at, ref))
  const { stdout } = await askGit(at, ['merge-base', 'HEAD', tip])
  const mergeBase = stdout.toString().trim()
  if (mergeBase !== '') return { ref, tip, mergeBase }
  throw new LockstepError((await isShallow(at)) ? gitShallow(ref) : gitUnrelated(ref))
}

function nearestExisting(folder: string): string {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

/** Null if it is not a commit. A name that begins with a dash would be read as an option. */
async function commitOf(at: string, ref: string): Promise<string | null> {
  if (ref === '' || ref.startsWith('-')) return null
  const { stdout } = await askGit(at, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  // For a range, git prints two commits, of which one begins with `^`.
  return /^[\da-f]+$/.exec(stdout.toString().trim())?.[0] ?? null
}

const isShallow = async (at: string): Promise<boolean> =>
  (await runGit(at, ['rev-parse', '--is-shallow-repository'])).toString().trim() === 'true'

/** Names the branches of this clone that end with the requested name: `main` is often `origin/main`. */
async function unknownRef(at: string, ref: string) {
  const format = '--format=%(refname:short)'
  const known = (
    await runGit(at, ['for-each-ref', format, 'refs/heads', 'refs/remotes'])
  ).toString()
  const name = ref.split('/').at(-1)
  const meant = known
    .split('\n')
    .filter((one) => one !== '' && one.split('/').at(-1) === name)
    .map((one) => (one.startsWith('-') ? `refs/heads/${one}` : one))
    .filter((one) => one !== ref)
  if (known.trim() === '' && (await commitOf(at, 'HEAD')) === null)
    return gitRefUnknown(ref, [], 'empty')
  const isAlone = (await runGit(at, ['remote'])).length === 0
  const kind = isAlone ? 'alone' : (await isShallow(at)) ? 'shallow' : 'whole'
  return gitRefUnknown(ref, meant.slice(0, 3), kind)
}
