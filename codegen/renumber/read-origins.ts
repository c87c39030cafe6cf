// Asks git where the migrations of a folder come from: which commit added each, and which of them stands on which.
import { posix } from 'node:path'
import { openRepository } from '../git/open-repository.js'
import { askGit, runGit } from '../git/run-git.js'
import { fileOf, type Unit } from './unit.js'

/** What git knows of the migrations of a working tree. Asked once for each. */
export interface Origins {
  /** The commit that added it; null for what is not committed. */
  find(unit: Unit): Promise<string | null>
  /** Whether one was added together with the other or later, on top of it; what is not committed stands on everything. */
  isOnTop(unit: Unit, other: Unit): Promise<boolean>
}

/** Throws the `GIT_…` errors. */
export async function readOrigins(folder: string): Promise<Origins> {
  const { at } = await openRepository(folder)
  const head = await commitsOf(at, ['HEAD'])
  // What is being merged, picked or replayed is committed, though not here; so is what was taken over without its history.
  const elsewhere = [...(await commitsOf(at, UNFINISHED)), '--branches', '--remotes']
  const known = new Map<string, string | null>()
  const find = async (unit: Unit): Promise<string | null> => {
    const name = posix.basename(fileOf(unit))
    const before = known.get(name)
    if (before !== undefined) return before
    const own = head.length > 0 ? await addedBy(at, head, name) : null
    const found = own ?? (await addedBy(at, elsewhere, name))
    known.set(name, found)
    return found
  }
  return {
    find,
    async isOnTop(unit, other) {
      const [above, below] = [await find(unit), await find(other)]
      if (above === null || above === below) return true
      return below !== null && (await isAncestor(at, below, above))
    },
  }
}

/** The commits of what git has begun and not ended. */
const UNFINISHED = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REBASE_HEAD']

async function commitsOf(at: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) => askGit(at, ['rev-parse', '--verify', '--quiet', name])),
  )
  return found.flatMap(({ exitCode, stdout }) => (exitCode === 0 ? [stdout.toString().trim()] : []))
}

/** The last commit among these and before them that added a file of the folder; `-c` looks into merges as well. */
async function addedBy(at: string, revisions: readonly string[], name: string) {
  const shown = ['--no-patch', '--no-show-signature', '--format=%H']
  const args = ['log', '-1', '-c', '--diff-filter=A', '--no-renames', ...shown]
  const answer = (await runGit(at, [...args, ...revisions, '--', name])).toString().trim()
  return answer === '' ? null : answer
}

/** Every commit is its own ancestor. */
const isAncestor = async (at: string, one: string, other: string): Promise<boolean> =>
  (await askGit(at, ['merge-base', '--is-ancestor', one, other])).exitCode === 0
