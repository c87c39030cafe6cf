// Reads the contents of the base branch: at the commit where this branch left it, and now.
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
import { listPaths, readTree, type TreeFile } from './read-tree.js'
import { askGit } from '../git/run-git.js'
import { orElse } from '../../src/model/or-else.js'

/** The migrations of one commit. */
export interface FolderAt {
  readonly commit: string
  /** The folder's path relative to the project, as it is printed. */
  readonly shown: string
  readonly files: readonly TreeFile[]
  readonly discovery: Discovery
  /** The files that look like migrations, as printed, in a commit that does not use Lockstep: they are not Lockstep's. */
  readonly foreign: readonly string[]
}

/** The contents of the base branch. */
export interface Base extends BaseCommits {
  /** The base branch where this branch left it: everything here was released before this branch's work. */
  readonly before: FolderAt
  /** The base branch now; the same object if it has not moved. */
  readonly now: FolderAt
}

/**
 * Reads the migrations folder of the base branch; if that commit does not have it, the folder from which this branch moved its
 * migrations, if there is one. Throws the `GIT_…` errors.
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
 * The folder in which a commit has migrations with the names of those in the present folder, and from which they have
 * disappeared: they were moved. The one with most of them; null if there is none.
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

/**
 * Whether these are Lockstep's migrations: that commit has a generated registry or a configuration, anywhere, because folders
 * move; or the migrations themselves show it, if the registry is not committed and no configuration is needed.
 */
async function knowsLockstep(
  repository: Repository,
  commit: string,
  { files }: Discovery,
): Promise<boolean> {
  if (files.some(({ from, text }) => IMPORTED.test(text) || (from < DATES && SECTION.test(text))))
    return true
  const paths = await listPaths(repository, commit)
  if (paths.some((path) => CONFIG.test(posix.basename(path)))) return true
  for (const path of paths) {
    const sign = SIGNS.find(([name]) => name.test(posix.basename(path)))?.[1]
    if (!sign) continue
    const { stdout } = await askGit(repository.at, ['cat-file', 'blob', `${commit}:${path}`])
    if (sign(stdout.toString())) return true
  }
  return false
}

const IMPORTED = /\bfrom\s*['"]lockstep['"/]/

/** Tools whose files have the same sections number them by the date. */
const DATES = 10_000_000
const SECTION = /^-- *migrate:up\b/im

const CONFIG = /^lockstep\.config\.\w+$/

const SIGNS: readonly (readonly [name: RegExp, isSign: (text: string) => boolean])[] = [
  [/^registry\.[jt]s$/, (text) => text.includes('`lockstep gen`')],
  [/^package\.json$/, (text) => isConfigured(text)],
]

const isConfigured = (manifest: string): boolean =>
  orElse(() => 'lockstep' in Object(JSON.parse(manifest)), false)
