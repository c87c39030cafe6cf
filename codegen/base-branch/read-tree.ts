// Reads the files below a folder as a commit has them, without touching the working tree.
import { gitFailed, gitPathUnsafe } from '../../src/errors/git.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { askGit, runGit } from './run-git.js'
import type { Repository } from './open-repository.js'
import { dangerIn, isRead } from '../project/tree-path.js'

/** One file of a commit. */
export interface TreeFile {
  /** Relative to the folder that was read, with `/`. */
  readonly path: string
  readonly bytes: Buffer
  /** What stands in the symbolic link, where it is one; the bytes are those of the file that it leads to. */
  readonly link?: string
}

/**
 * The files below `folder` (a path inside the repository) in a commit that discovery reads; empty when it has no such
 * folder. Throws `GIT_PATH_UNSAFE` where a path leads out of the folder.
 */
export async function readTree(
  { at }: Repository,
  commit: string,
  folder: string,
): Promise<TreeFile[]> {
  const entries = await listTree(at, commit, folder)
  const blobs = entries.filter(({ mode }) => mode !== LINK)
  const contents = await readBlobs(at, blobs)
  const files = blobs.map(({ path }, index) => ({ path, bytes: contents[index]! }))
  const links = entries.filter(({ mode }) => mode === LINK)
  const targets = await readBlobs(at, links)
  const linked: TreeFile[] = []
  for (const [index, { path }] of links.entries()) {
    const bytes = await readLinked(at, `${commit}:${inFolder(folder, path)}`)
    if (bytes) linked.push({ path, bytes, link: targets[index]!.toString() })
  }
  return [...files, ...linked]
}

/** The path of every file in a commit, relative to the top of the repository; without those that lead out of it. */
export async function listPaths({ at }: Repository, commit: string): Promise<string[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]
  return splitZero(await runGit(at, args)).filter((path) => dangerIn(path) === null)
}

const LINK = '120000'

interface Entry {
  readonly mode: string
  readonly id: string
  readonly path: string
}

async function listTree(at: string, commit: string, folder: string): Promise<Entry[]> {
  const tree = await treeOf(at, commit, folder)
  if (tree === null) return []
  const listed = await runGit(at, ['ls-tree', '-r', '-z', '--full-tree', tree])
  return splitZero(listed).flatMap((line) => {
    const [, mode = '', type, id = '', path = ''] = /^(\d+) (\w+) (\w+)\t([^]*)$/.exec(line) ?? []
    if (type !== 'blob') return []
    const danger = dangerIn(path)
    if (danger !== null) throw new LockstepError(gitPathUnsafe(inFolder(folder, path), danger))
    return isRead(path) ? [{ mode, id, path }] : []
  })
}

/**
 * The folder itself, also where links lead to it inside the commit; null where there is nothing of that name. Throws
 * `GIT_PATH_UNSAFE` for what is there and is no folder of that commit: as an empty one it would be compared with nothing.
 */
async function treeOf(at: string, commit: string, folder: string): Promise<string | null> {
  if (folder === '') return commit
  const ask = ['cat-file', '--batch-check', '--follow-symlinks']
  const { stdout } = await askGit(at, ask, `${commit}:${folder}\n`)
  const answer = stdout.toString()
  const [, id, type] = /^(\w+) (tree|blob|commit) \d+\n/.exec(answer) ?? []
  if (id !== undefined && type === 'tree') return id
  const listed = await runGit(at, ['ls-tree', '-z', '--full-tree', commit, '--', folder])
  if (answer.endsWith(' missing\n') && listed.length === 0) return null
  throw new LockstepError(gitPathUnsafe(folder, NO_FOLDER, NAME_ANOTHER))
}

const NO_FOLDER =
  'it is no folder of that commit, but a file, a submodule or a symbolic link that leads out of it, so the migrations could not be compared'
const NAME_ANOTHER = 'Name a commit with --base that has the folder itself, or leave --base out.'

const inFolder = (folder: string, path: string): string =>
  folder === '' ? path : `${folder}/${path}`

const splitZero = (bytes: Buffer): string[] =>
  bytes
    .toString('utf8')
    .split('\0')
    .filter((one) => one !== '')

async function readBlobs(at: string, entries: readonly Entry[]): Promise<Buffer[]> {
  if (entries.length === 0) return []
  const asked = entries.map(({ id }) => `${id}\n`).join('')
  return cutBatch(await runGit(at, ['cat-file', '--batch'], asked))
}

/** Each answer is `<id> blob <size>`, a line end, the bytes, a line end. */
function cutBatch(answer: Buffer): Buffer[] {
  const contents: Buffer[] = []
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(0x0a, at)
    const head = answer.toString('latin1', at, end)
    const size = Number(/^\w+ blob (\d+)$/.exec(head)?.[1])
    // A partial clone that cannot reach its server.
    if (Number.isNaN(size)) throw new LockstepError(gitFailed('cat-file --batch', head))
    contents.push(answer.subarray(end + 1, end + 1 + size))
    at = end + 1 + size + 1
  }
  return contents
}

/** What a link points to inside the commit; null for one that leads out of it, in circles, or to a folder. */
async function readLinked(at: string, name: string): Promise<Buffer | null> {
  const args = ['cat-file', '--batch', '--follow-symlinks']
  const { stdout } = await askGit(at, args, `${name}\n`)
  return /^\w+ blob \d+\n/.test(stdout.toString('latin1', 0, 100))
    ? (cutBatch(stdout)[0] ?? null)
    : null
}
