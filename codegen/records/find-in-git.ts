// Finds an applied migration in the repository, by its digests: on another branch, or in an older commit. Nothing is fetched, and
// nothing leaves the clone.
import { basename, join } from 'node:path'
import { isLockstepError } from '../../src/errors/lockstep-error.js'
import { isUnexpanded } from '../alter/expanded.js'
import { discoverAt } from '../base-branch/discover-at.js'
import { findApplied, type Sighting } from '../base-branch/find-applied.js'
import { openRepository, type Repository } from '../git/open-repository.js'
import { readTree } from '../base-branch/read-tree.js'
import { registryAt } from '../base-branch/registry-at.js'
import { runGit } from '../git/run-git.js'
import { givenFiles } from '../bundle/given-files.js'
import { withAliases } from '../bundle/resolve-aliases.js'
import type { Discovery } from '../model/migration.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { readMigrations } from '../parse/read-migrations.js'
import { projectPath } from '../project/project-path.js'
import { registryItems } from '../render/registry/registry-items.js'
import { bundleSteps } from './bundle-steps.js'
import { asWritten, expansionsIn } from '../write/registry-expansions.js'
import { readStep, type Lent, type ReadStep } from './read-step.js'
import type { RecordKey } from './record-folder.js'

/** A migration as recorded in the ledger. */
export interface NamedKey extends RecordKey {
  readonly name: string
}

/** A migration as a commit has it. */
export interface CommittedStep extends ReadStep {
  readonly commit: string
  /** The full name of the ref that leads to it; null if none of the newest commits has it. */
  readonly ref: string | null
  /** When it was committed, as ISO 8601. */
  readonly at: string
}

/** The most commits that changed the folder to search, the newest first, and the longest time for all of them. */
const MOST_COMMITS = 50
const LONGEST_MS = 10_000

/**
 * The migrations found, by version; none without git or a repository. Only migrations completely covered by their digests are
 * used: one that imports more of the project than helpers in its folder is not found, nor is one that cannot be loaded.
 */
export async function findInGit(
  keys: readonly NamedKey[],
  settings: GenerateSettings,
  lent: Lent,
): Promise<ReadonlyMap<number, CommittedStep>> {
  const found = new Map<number, CommittedStep>()
  if (keys.length === 0) return found
  const seen = await findApplied(keys, settings)
  const until = Date.now() + LONGEST_MS
  try {
    const repository = await openRepository(settings.migrations)
    const commits = await commitsOf(repository, seen)
    for (const commit of commits) {
      const missing = keys.filter(({ version }) => !found.has(version))
      if (missing.length === 0 || Date.now() > until) break
      for (const [version, step] of await stepsOf({ repository, commit, settings, lent }, missing))
        found.set(version, { ...step, ...(await placeOf(repository, commit, seen.get(version))) })
    }
  } catch (error) {
    if (!isLockstepError(error) || !error.code.startsWith('GIT_')) throw error
  }
  return found
}

/** The commits that were found to have them, then all that changed the folder, including those that are on no branch any more. */
async function commitsOf(
  { at, path }: Repository,
  seen: ReadonlyMap<number, Sighting>,
): Promise<ReadonlySet<string>> {
  const args = [
    'log',
    '--all',
    '--reflog',
    '--full-history',
    '--format=%H',
    '-n',
    `${MOST_COMMITS}`,
  ]
  const top = (await runGit(at, ['rev-parse', '--show-toplevel'])).toString().replace(/\n$/, '')
  const listed = await runGit(top, [...args, '--', path === '' ? '.' : path])
  const commits = listed.toString().split('\n')
  return new Set([...[...seen.values()].map(({ commit }) => commit), ...commits.filter(Boolean)])
}

interface CommitPlace {
  readonly repository: Repository
  readonly commit: string
  readonly settings: GenerateSettings
  readonly lent: Lent
}

async function stepsOf(
  { repository, commit, settings, lent }: CommitPlace,
  keys: readonly NamedKey[],
): Promise<(readonly [number, ReadStep])[]> {
  const files = await readTree(repository, commit, repository.path)
  const shown = projectPath(settings.root, settings.migrations)
  const discovery = await withAliases(await discoverAt(files, shown), settings.migrations)
  const wanted = discovery.files.filter(({ from, to }) =>
    keys.some(({ version }) => from <= version && version <= to),
  )
  const read = readMigrations({ ...discovery, files: wanted }).migrations
  const registry = read.some(isUnexpanded) ? await registryAt(settings, commit) : null
  const written = expansionsIn(registry ?? '')
  const migrations = read.map((one) => asWritten(one, written.get(one.version)))
  const found: (readonly [number, ReadStep])[] = []
  for (const key of keys) {
    const own = migrations.filter(
      (one) => one.version === key.version && !one.unreadable && one.up && !isUnexpanded(one),
    )
    const items = registryItems({ discovery, migrations: own, diagnostics: [] })
    const item = items.find(
      ({ checksums: { up, down } }) =>
        up === key.checksum && (key.downChecksum === undefined || down === key.downChecksum),
    )
    const step = item && (await loadStep(item, discovery, { key, settings, lent, commit }))
    if (step) found.push([key.version, step])
  }
  return found
}

/** Bundles the code from the files of that commit alone; packages are loaded from the project. */
async function loadStep(
  { migration, ...item }: RegistryItem,
  discovery: Discovery,
  { key, settings, lent, commit }: LoadOrder,
): Promise<ReadStep | null> {
  const { root, migrations } = settings
  const { file } = migration
  const place = { ...file, path: join(migrations, basename(file.path)) }
  const placed = { ...item, migration: { ...migration, file: place } }
  const [built] = (await bundleSteps([placed], root, givenFiles(discovery, migrations))).values()
  if (!built) return null
  const source = `Commit ${commit.slice(0, 9)}`
  return readStep({ code: built.code, file: file.file, root, source }, key, lent)
}

interface LoadOrder {
  readonly key: RecordKey
  readonly settings: GenerateSettings
  readonly lent: Lent
  readonly commit: string
}

async function placeOf(
  { at }: Repository,
  commit: string,
  seen: Sighting | undefined,
): Promise<Pick<CommittedStep, 'commit' | 'ref' | 'at'>> {
  const ref = seen?.commit === commit ? (seen.refs[0] ?? null) : null
  const time = await runGit(at, ['show', '--no-patch', '--format=%cI', commit])
  return { commit, ref, at: new Date(time.toString().trim()).toISOString() }
}
