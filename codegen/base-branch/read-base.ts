// Reads what the base branch contains: at the commit where this branch left it, and where it stands now.
import { existsSync } from 'node:fs'
import { join, posix, relative } from 'node:path'
import { withAliases } from '../bundle/resolve-aliases.js'
import { projectPath } from '../project/project-path.js'
import { parseFileName } from '../project/file-name.js'
import type { Discovery } from '../model/migration.js'
import type { GenerateSettings } from '../model/settings.js'
import { discoverAt } from './discover-at.js'
import {
  findCommits,
  openRepository,
  type BaseCommits,
  type Repository,
} from '../git/open-repository.js'
import { knowsLockstep } from './knows-lockstep.js'
import { listPaths, readTree, type TreeFile } from './read-tree.js'

/** The migrations of one commit. */
export interface FolderAt {
  readonly commit: string
  /** The folder's path relative to the project, as it is printed. */
  readonly shown: string
  readonly files: readonly TreeFile[]
  readonly discovery: Discovery
  /** The files that look like migrations, as printed, of a commit that does not know Lockstep: they are none of its. */
  readonly foreign: readonly string[]
}

/** What the base branch contains. */
export interface Base extends BaseCommits {
  /** Where this branch left the base branch: what is here was released before any of this branch's work. */
  readonly before: FolderAt
  /** Where the base branch stands now; the same object when it has not moved. */
  readonly now: FolderAt
}

/**
 * Reads the migrations folder of the base branch; where that commit has none, the folder from which this branch moved
 * its migrations, if there is one. Throws the `GIT_…` errors.
 */
export async function readBase(
  settings: Pick<GenerateSettings, 'root' | 'migrations'>,
  ref: string,
): Promise<Base> {
  const repository = await openRepository(settings.migrations)
  const commits = await findCommits(repository, ref)
  const read = (commit: string): Promise<FolderAt> => folderAt(repository, commit, settings)
  const before = await read(commits.mergeBase)
  const now = commits.tip === commits.mergeBase ? before : await read(commits.tip)
  return { ...commits, before, now }
}

async function folderAt(
  repository: Repository,
  commit: string,
  { root, migrations }: Pick<GenerateSettings, 'root' | 'migrations'>,
): Promise<FolderAt> {
  const own = await readTree(repository, commit, repository.path)
  const former = own.length > 0 ? null : await formerFolder(repository, commit, migrations)
  const files = former === null ? own : await readTree(repository, commit, former)
  const path = former ?? repository.path
  const shown = projectPath(root, join(migrations, relative(`/${repository.path}`, `/${path}`)))
  const discovery = await withAliases(await discoverAt(files, shown), migrations)
  const found = { commit, shown, files, discovery, foreign: [] }
  if (discovery.files.length === 0 || (await knowsLockstep(repository, commit, discovery)))
    return found
  const foreign = discovery.files.map(({ file }) => file)
  return { ...found, files: [], discovery: NOTHING, foreign }
}

const NOTHING: Discovery = { files: [], helpers: new Map(), diagnostics: [] }

/**
 * The folder in which a commit has the migrations that the present folder has under the same names, and from which they
 * are gone: they were moved. The one with most of them; null when there is none.
 */
async function formerFolder(
  repository: Repository,
  commit: string,
  migrations: string,
): Promise<string | null> {
  const counts = new Map<string, number>()
  for (const path of await listPaths(repository, commit)) {
    const name = posix.basename(path)
    const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path)
    if (parseFileName(name).is !== 'migration' || !existsSync(join(migrations, name))) continue
    const back = relative(`/${repository.path}`, `/${path}`)
    if (!existsSync(join(migrations, back))) counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most?.[0] ?? null
}
