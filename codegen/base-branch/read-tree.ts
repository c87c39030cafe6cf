// Reads the files in a folder of a commit, without touching the working tree.
import { gitFailed, gitPathUnsafe } from '../../src/errors/git.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { askGit, runGit } from '../git/run-git.js'
import type { Repository } from '../git/open-repository.js'
import { dangerIn, isRead } from '../project/tree-path.js'

/** One file of a commit. */
export interface TreeFile {
  /** Relative to the folder that was read, with `/`. */
  readonly path: string
  readonly bytes: Buffer
  /** The target of the symbolic link, if it is one; the bytes are those of the target file. */
  readonly link?: string
}

/**
 * The files in `folder` (a path inside the repository) of a commit that discovery reads; empty if the commit does not have the
 * folder. Throws `GIT_PATH_UNSAFE` if a path leads out of the folder.
 */
export async function readTree(
  { at }: Repository,
  commit: string,
  folder: string,
): Promise<TreeFile[]> {
  const tree = await treeOf(at, commit, folder)
  return tree === null ? [] : readBelow({ at, commit, folder }, [tree], '')
}

/** Where to read a tree. */
interface Base {
  readonly at: string
  readonly commit: string
  readonly folder: string
}

/** The files below a tree, with those of linked folders; `trees` are those on the way to it, into which no link is followed. */
async function readBelow(base: Base, trees: readonly string[], below: string): Promise<TreeFile[]> {
  const { at, commit, folder } = base
  const entries = await listTree(base, trees.at(-1)!, below)
  const blobs = entries.filter(({ mode }) => mode !== LINK && mode !== TREE)
  const contents = await readBlobs(at, blobs.map(idOf))
  const files = blobs.map(({ path }, index) => ({ path, bytes: contents[index]! }))
  const folders = entries.filter(({ mode }) => mode === TREE)
  const links = entries.filter(({ mode }) => mode === LINK)
  const targets = await readBlobs(at, links.map(idOf))
  const linked: TreeFile[] = []
  for (const [index, { path }] of links.entries()) {
    const found = await readLinked(at, `${commit}:${inFolder(folder, path)}`)
    if (found?.bytes) linked.push({ path, bytes: found.bytes, link: targets[index]!.toString() })
    else if (found && path.startsWith('_')) {
      const around = folders.filter((one) => path.startsWith(`${one.path}/`))
      const way = [...trees, ...around.map(({ id }) => id)]
      if (!way.includes(found.id)) linked.push(...(await readBelow(base, [...way, found.id], path)))
    }
  }
  return [...files, ...linked]
}

/** The path of every file in a commit, relative to the top of the repository; without those that lead out of it. */
export async function listPaths({ at }: Repository, commit: string): Promise<string[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]
  return splitZero(await runGit(at, args)).filter((path) => dangerIn(path) === null)
}

const LINK = '120000'
const TREE = '040000'

interface Entry {
  readonly mode: string
  readonly id: string
  readonly path: string
}

async function listTree({ at, folder }: Base, tree: string, below: string): Promise<Entry[]> {
  const listed = await runGit(at, ['ls-tree', '-r', '-t', '-z', '--full-tree', tree])
  return splitZero(listed).flatMap((line) => {
    const [, mode = '', type, id = '', name = ''] = /^(\d+) (\w+) (\w+)\t([^]*)$/.exec(line) ?? []
    if (type === 'commit') return []
    const path = inFolder(below, name)
    const danger = dangerIn(path)
    if (danger !== null) throw new LockstepError(gitPathUnsafe(inFolder(folder, path), danger))
    return isRead(path) ? [{ mode, id, path }] : []
  })
}

/**
 * The folder itself, following links inside the commit; null if the path does not exist. Throws `GIT_PATH_UNSAFE` if the path
 * exists but is not a folder of that commit: treated as empty, it would compare with nothing.
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
const NAME_ANOTHER = 'Name a commit with --base that has the folder itself, or leave out --base.'

/** The path of something in a folder of a repository. */
export const inFolder = (folder: string, path: string): string =>
  folder === '' ? path : `${folder}/${path}`

const splitZero = (bytes: Buffer): string[] =>
  bytes
    .toString('utf8')
    .split('\0')
    .filter((one) => one !== '')

const idOf = ({ id }: Entry): string => id

/** The contents of these blobs; `until` as in `askGit`. */
export async function readBlobs(
  at: string,
  ids: readonly string[],
  until?: AbortSignal,
): Promise<Buffer[]> {
  if (ids.length === 0) return []
  const asked = ids.map((id) => `${id}\n`).join('')
  return cutBatch(await runGit(at, ['cat-file', '--batch'], asked, until))
}

/** Splits git's output: for each object `<id> blob <size>`, a newline, the bytes, a newline. */
function cutBatch(answer: Buffer): Buffer[] {
  const contents: Buffer[] = []
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(0x0a, at)
    const head = answer.toString('latin1', at, end)
    const size = Number(/^\w+ blob (\d+)$/.exec(head)?.[1])
    // The object is missing: a partial clone that cannot reach its server.
    if (Number.isNaN(size)) throw new LockstepError(gitFailed('cat-file --batch', head))
    contents.push(answer.subarray(end + 1, end + 1 + size))
    at = end + 1 + size + 1
  }
  return contents
}

/** The target of a link inside the commit: a file with its bytes, or a folder; null if it leads outside or in a circle. */
async function readLinked(
  at: string,
  name: string,
): Promise<{ id: string; bytes: Buffer | null } | null> {
  const args = ['cat-file', '--batch', '--follow-symlinks']
  const { stdout } = await askGit(at, args, `${name}\n`)
  const [, id, type] = /^(\w+) (blob|tree) \d+\n/.exec(stdout.toString('latin1', 0, 100)) ?? []
  if (id === undefined) return null
  return { id, bytes: type === 'blob' ? (cutBatch(stdout)[0] ?? null) : null }
}
