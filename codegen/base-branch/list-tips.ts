// Lists the newest commits of a repository: those of the working tree, branches, tags and other refs.
import { askGit, runGit } from '../git/run-git.js'

/** A commit, and the ref that leads to it. */
export interface Tip {
  /** The full name, such as `refs/heads/main`; `HEAD` for the working tree, `stash@{0}` for the last stash. */
  readonly ref: string
  readonly commit: string
  /** Whether it is a branch checked out in a working tree; git does not switch to it from another one. */
  readonly isCheckedOut?: boolean
}

/** Where to ask, and what ends it. */
interface Asked {
  readonly at: string
  readonly until: AbortSignal
}

/** `HEAD` first, then branches, then those of remotes, then the rest with each stash; of each kind the newest first. */
export async function listTips({ at, until }: Asked, most: number): Promise<Tip[]> {
  const format = '--format=%(objectname) %(refname) %(symref) %(worktreepath)'
  const args = ['for-each-ref', '--sort=-creatordate', `--count=${most}`, format]
  const listed = await runGit(at, args, undefined, until)
  const tips = listed
    .toString()
    .split('\n')
    .flatMap((line) => {
      // A symbolic ref has a third word.
      const [, commit, ref, tree] = /^([\da-f]+) (\S+) {2}(.*)$/.exec(line) ?? []
      if (commit === undefined || ref === undefined) return []
      return [{ commit, ref, ...(tree !== '' && { isCheckedOut: true }) }]
    })
  const head = await askGit(at, ['rev-parse', '--verify', '--quiet', 'HEAD'], undefined, until)
  const here = head.exitCode === 0 ? [{ ref: 'HEAD', commit: head.stdout.toString().trim() }] : []
  const stashed = tips.some(({ ref }) => ref === STASH) ? await listStashes({ at, until }) : []
  const others = tips.filter(({ ref }) => ref !== STASH)
  return [...here, ...others.toSorted((a, b) => kindOf(a) - kindOf(b)), ...stashed]
}

/** The ref is the newest stash alone; earlier ones are in its log. */
const STASH = 'refs/stash'
const MOST_STASHES = 20

async function listStashes({ at, until }: Asked): Promise<Tip[]> {
  const args = ['log', '--walk-reflogs', '--format=%H', '-n', `${MOST_STASHES}`, STASH, '--']
  const listed = (await runGit(at, args, undefined, until)).toString().trim().split('\n')
  return listed.map((commit, index) => ({ ref: `stash@{${index}}`, commit }))
}

const kindOf = ({ ref }: Tip): number =>
  ['refs/heads/', 'refs/remotes/', ''].findIndex((kind) => ref.startsWith(kind))
