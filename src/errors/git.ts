// Errors about reading the base branch in git. Nothing was written in any of these cases.
import type { Cause } from './lockstep-error.js'

/** The program `git` cannot be started. */
export const gitMissing = (reason: string): Cause => ({
  code: 'GIT_MISSING',
  message: `The program git could not be started: ${reason}. Without it, Lockstep cannot tell what the base branch contains.`,
  fix: 'Install git where this runs. Without it, `check` and `lint` work as long as --base is left out.',
})

/** The migrations folder is not in a git repository. */
export const gitNoRepository = (folder: string): Cause => ({
  code: 'GIT_NO_REPOSITORY',
  message: `The folder ${folder} is not in a git repository, so there is nothing to compare it with.`,
  fix: 'Run inside a clone of the repository (an archive or a copied folder has no history). Without one, `check` and `lint` work as long as --base is left out.',
  facts: { folder },
})

/** The state of a clone; `alone` is one that was cloned from nowhere. */
type Clone = 'whole' | 'shallow' | 'alone' | 'empty'

/** The name given to `--base` is not a commit, branch or tag of this clone. `meant` are similar names that exist. */
export const gitRefUnknown = (ref: string, meant: readonly string[], clone: Clone): Cause => {
  const guess = meant.length > 0 ? `Did you mean ${meant.join(' or ')}? ` : ''
  return {
    code: 'GIT_REF_UNKNOWN',
    message: `There is no commit, branch or tag ${JSON.stringify(ref)} in this clone.`,
    fix: guess + adviceFor(ref, clone),
    facts: { ref, meant },
  }
}

function adviceFor(ref: string, clone: Clone): string {
  if (clone === 'empty')
    return 'This repository has no commits yet: commit first, or leave --base out.'
  const name = ref.replace(/^origin\//, '')
  if (clone === 'alone' || !PLAIN_NAME.test(name))
    return 'Name one branch, tag or commit with --base; `git branch --all` lists the branches.'
  return `${clone === 'shallow' ? 'This clone is shallow and may not have it' : 'If it is new'}: ${fetchOf(name)}`
}

/** Names that are safe in a command to copy: no option, no range, and nothing that a shell or git interprets. */
const PLAIN_NAME = /^(?!.*(?:\.\.|@\{))[\p{L}\p{N}_][\p{L}\p{M}\p{N}_./+@=,#-]*$/u

/** A clone of a single branch only fetches others under an explicit name. */
const fetchOf = (name: string): string =>
  /^[\da-f]{7,64}$/.test(name)
    ? `run \`git fetch origin ${name}\`.`
    : `run \`git fetch origin ${name}:refs/remotes/origin/${name}\`, then name it as origin/${name}.`

/** A shallow clone ends before the commit where the two branches diverged. */
export const gitShallow = (ref: string): Cause => ({
  code: 'GIT_SHALLOW',
  message: `This clone is shallow: it does not go back to the commit at which this branch left ${ref}, so Lockstep cannot tell what was released there.`,
  fix: 'Run `git fetch --unshallow`; for actions/checkout, set `fetch-depth: 0`.',
  facts: { ref },
})

/** The two branches have no commit in common. */
export const gitUnrelated = (ref: string): Cause => ({
  code: 'GIT_UNRELATED',
  message: `This branch and ${ref} have no commit in common, so Lockstep cannot tell which migrations are new.`,
  fix: 'With --base, name the branch that this one was made from.',
  facts: { ref },
})

/** Git itself refused or failed. */
export const gitFailed = (command: string, reason: string): Cause => ({
  code: 'GIT_FAILED',
  message: `Git failed to run \`git ${command}\`: ${reason}.`,
  fix: 'Run that command yourself to see more. For "dubious ownership", tell git that the folder is yours: git config --global --add safe.directory <folder>.',
  facts: { command },
})

/**
 * A commit names a file in a way that no checkout can have, which would be written to another place than it says; or its entry for
 * the migrations folder points outside it.
 */
export const gitPathUnsafe = (
  path: string,
  reason: string,
  fix = 'Run `git ls-tree -r` on that branch and find out who added it: no checkout should have such a path. Name another commit with --base, or fix the branch.',
): Cause => ({
  code: 'GIT_PATH_UNSAFE',
  message: `The commit to compare with has something at the path ${JSON.stringify(path)}, which is not read: ${reason}.`,
  fix,
  facts: { path },
})
