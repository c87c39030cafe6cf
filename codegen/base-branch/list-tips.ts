// The newest commits of a repository: that of the working tree, and those of its branches, tags and other refs.
import { askGit, runGit } from './run-git.js'

/** A commit, and the ref that leads to it. */
export interface Tip {
  /** In full, like `refs/heads/main`; `HEAD` for the working tree's. */
  readonly ref: string
  readonly commit: string
}

/** Where to ask, and what ends it. */
interface Asked {
  readonly at: string
  readonly until: AbortSignal
}

/** `HEAD` first, then branches, then those of remotes, then the rest; of each kind the newest first. */
export async function listTips({ at, until }: Asked, most: number): Promise<Tip[]> {
  const format = '--format=%(objectname) %(refname) %(symref)'
  const args = ['for-each-ref', '--sort=-creatordate', `--count=${most}`, format]
  const listed = await runGit(at, args, undefined, until)
  const tips = listed
    .toString()
    .split('\n')
    .flatMap((line) => {
      // What only points to another ref has a third word.
      const [, commit, ref] = /^([\da-f]+) (\S+) $/.exec(line) ?? []
      return commit !== undefined && ref !== undefined ? [{ commit, ref }] : []
    })
  const head = await askGit(at, ['rev-parse', '--verify', '--quiet', 'HEAD'], undefined, until)
  const here = head.exitCode === 0 ? [{ ref: 'HEAD', commit: head.stdout.toString().trim() }] : []
  return [...here, ...tips.toSorted((a, b) => kindOf(a) - kindOf(b))]
}

const kindOf = ({ ref }: Tip): number =>
  ['refs/heads/', 'refs/remotes/', ''].findIndex((kind) => ref.startsWith(kind))
