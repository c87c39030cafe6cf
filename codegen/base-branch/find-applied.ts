// Finds a migration that a database has applied and the code does not have in git: on another branch, or in an older commit. It
// only helps to explain, so it takes little time, fetches nothing and never throws.
import { join, relative } from 'node:path'
import { versionId } from '../../src/model/version.js'
import { forwardSlashes } from '../project/project-path.js'
import { listTips, type Tip } from './list-tips.js'
import { openRepository } from '../git/open-repository.js'
import { inFolder, readBlobs } from './read-tree.js'
import { runGit } from '../git/run-git.js'

/** A migration as recorded in the ledger. */
export interface AppliedIdentity {
  readonly version: number
  readonly name: string
  readonly checksum: string | null
}

/** The place where a migration was found. */
export interface Sighting {
  /** The refs whose newest commit has it: `HEAD`, then branches, remote branches, and the rest as `stash@{0}`, each newest first. */
  readonly refs: readonly string[]
  /** Those of them that are checked out in a working tree: git does not switch to them from another one. */
  readonly checkedOut?: readonly string[]
  /** A commit that has it; the only known place if no ref has it. */
  readonly commit: string
  /**
   * Whether a registry there has it with the applied meaning, and in `HEAD` the file as well; otherwise there is a file with that
   * number and name.
   */
  readonly proven: boolean
}

/** The folders of the project; they need not exist. */
export interface ProjectFolders {
  readonly migrations: string
  readonly out: string
}

/** The limits of the search in time and in amount. */
const LONGEST_MS = 3000
const MOST_REFS = 300
const MOST_REFS_BY_NAME = 50
const MOST_REGISTRIES = 100

/** Migrations found in time, by version; none without git or a repository. */
export async function findApplied(
  wanted: readonly AppliedIdentity[],
  folders: ProjectFolders,
): Promise<ReadonlyMap<number, Sighting>> {
  const found = new Map<number, Sighting>()
  // No registry has other names, and a line break would mean something to git.
  const named = wanted.filter(({ name }) => /^\w+$/.test(name)).slice(0, 20)
  const missing = () => named.filter(({ version }) => !found.has(version))
  const look = async (by: Look): Promise<void> => {
    for (const [version, sighting] of await by(missing())) found.set(version, sighting)
  }
  try {
    if (named.length === 0) return found
    const place = await placeOf(folders)
    const tips = await listTips(place, MOST_REFS)
    await look((rest) => inRegistries(place, tips, rest))
    if (missing().length > 0)
      await look((rest) => byName(place, tips.slice(0, MOST_REFS_BY_NAME), rest))
    if (missing().length > 0) await look((rest) => inHistory(place, rest))
    for (const one of named) {
      const sighting = found.get(one.version)
      const committed = sighting && (await asCommitted(place, tips, { ...one, sighting }))
      if (committed === null) found.delete(one.version)
      else if (committed) found.set(one.version, committed)
    }
  } catch {
    // What was found so far is still true.
  }
  return found
}

/** Checks a find in `HEAD`: the registry may be committed without the file, and then the migration is somewhere else. */
async function asCommitted(
  place: Place,
  tips: readonly Tip[],
  { sighting, ...one }: AppliedIdentity & { readonly sighting: Sighting },
): Promise<Sighting | null> {
  const { refs, commit } = sighting
  if (refs[0] !== 'HEAD' || !sighting.proven) return sighting
  // Loaded lazily, because it loads the compiler.
  const { meaningAt } = await import('./meaning-at.js')
  const meaning = await meaningAt(place, commit, one)
  if (meaning === 'same') return sighting
  const [elsewhere, ...more] = tips.filter((tip) => refs.includes(tip.ref) && tip.commit !== commit)
  if (elsewhere)
    return {
      ...sighting,
      refs: [elsewhere, ...more].map(({ ref }) => ref),
      commit: elsewhere.commit,
    }
  return meaning === 'other' ? { ...sighting, proven: false } : null
}

type Look = (wanted: readonly AppliedIdentity[]) => Promise<Iterable<readonly [number, Sighting]>>

interface Place {
  readonly at: string
  /** The folder of the migrations, absolute. */
  readonly folder: string
  /** The same inside the repository. */
  readonly migrations: string
  readonly registries: readonly string[]
  /** The same, relative to `at`. */
  readonly pathspecs: readonly string[]
  readonly until: AbortSignal
}

async function placeOf({ migrations, out }: ProjectFolders): Promise<Place> {
  const { at, path } = await openRepository(migrations)
  const generated = await openRepository(out)
  const files = ['registry.ts', 'registry.js']
  return {
    at,
    folder: migrations,
    migrations: path,
    registries: files.map((file) => inFolder(generated.path, file)),
    pathspecs: files.map((file) => forwardSlashes(relative(at, join(out, file)))),
    until: AbortSignal.timeout(LONGEST_MS),
  }
}

/** Searches the registries of these commits. */
async function inRegistries(
  place: Place,
  tips: readonly Tip[],
  wanted: readonly AppliedIdentity[],
): Promise<[number, Sighting][]> {
  const textsOf = await registriesAt(place, tips)
  return wanted.flatMap((one) => {
    const having = tips.filter((_, index) =>
      textsOf(index).some((text) => entryOf(text, one)?.checksum === one.checksum),
    )
    return sightingOf(one, having, true)
  })
}

/** Reads the registries of these commits; returns a function from a commit's index to the texts of its registries. */
async function registriesAt(
  { at, registries, until }: Place,
  tips: readonly Tip[],
): Promise<(index: number) => string[]> {
  const names = tips.flatMap(({ commit }) => registries.map((path) => `${commit}:${path}`))
  const blobs = await idsOf(at, names, until)
  const ids = [...new Set(blobs.filter((id) => id !== null))].slice(0, MOST_REGISTRIES)
  const read = await readBlobs(at, ids, until)
  const texts = new Map(ids.map((id, index) => [id, String(read[index])]))
  return (index) =>
    registries.map((_, file) => texts.get(blobs[index * registries.length + file] ?? '') ?? '')
}

/** Independent of the project's formatter: the fields of an entry have this order. */
function entryOf(
  registry: string,
  { version, name }: AppliedIdentity,
): { readonly checksum: string } | null {
  const [, checksum] =
    new RegExp(
      `\\bversion:\\s*${version},\\s*name:\\s*["']${name}["'][^]*?\\bchecksum:\\s*["']([^"']*)`,
    ).exec(registry) ?? []
  return checksum === undefined ? null : { checksum }
}

function sightingOf(
  { version }: AppliedIdentity,
  having: readonly Tip[],
  proven: boolean,
): [number, Sighting][] {
  const [first] = having
  if (!first) return []
  const refs = having.map(({ ref }) => ref).filter((ref) => ref !== '')
  const held = having.filter(({ isCheckedOut }) => isCheckedOut).map(({ ref }) => ref)
  const checkedOut = held.length > 0 ? { checkedOut: held } : null
  return [[version, { refs, ...checkedOut, commit: first.commit, proven }]]
}

const ENDINGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'sql', 'up.sql']

/** Searches by file name, for projects that do not commit generated files: an existing registry has already answered. */
async function byName(
  place: Place,
  tips: readonly Tip[],
  wanted: readonly AppliedIdentity[],
): Promise<[number, Sighting][]> {
  const { at, migrations, until } = place
  const found: [number, Sighting][] = []
  const textsOf = await registriesAt(place, tips)
  for (const one of wanted) {
    const stem = `${versionId(one.version)}_${one.name}`
    const files = ['', 'migration_'].flatMap((prefix) =>
      ENDINGS.map((ending) => inFolder(migrations, `${prefix}${stem}.${ending}`)),
    )
    const names = tips.flatMap(({ commit }) => files.map((file) => `${commit}:${file}`))
    const ids = await idsOf(at, names, until)
    const having = tips.filter(
      (_, index) =>
        files.some((_file, file) => ids[index * files.length + file] !== null) &&
        !textsOf(index).some((text) => entryOf(text, one)),
    )
    found.push(...sightingOf(one, having, false))
  }
  return found
}

/** Searches the commits that changed a registry, including those that are on no branch any more. */
async function inHistory(
  place: Place,
  wanted: readonly AppliedIdentity[],
): Promise<[number, Sighting][]> {
  const newest = wanted.findLast(({ checksum }) => checksum !== null)
  if (!newest) return []
  const which = ['log', '--all', '--reflog', '--no-textconv', '--no-ext-diff', '-n', '4']
  const args = [...which, '--format=%H %P', `-S${newest.checksum}`, '--', ...place.pathspecs]
  const listed = (await runGit(place.at, args, undefined, place.until)).toString()
  // A commit that removed it no longer has it, but its parent does.
  const commits = listed.split(/\s+/).filter((commit) => commit !== '')
  const tips = commits.map((commit) => ({ ref: '', commit }))
  return inRegistries(place, tips, wanted)
}

/** The blob that each name refers to; null if there is none. */
async function idsOf(
  at: string,
  names: readonly string[],
  until: AbortSignal,
): Promise<(string | null)[]> {
  const asked = names.map((name) => `${name}\n`).join('')
  const answer = await runGit(at, ['cat-file', '--batch-check'], asked, until)
  return answer
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => /^([\da-f]+) blob \d+$/.exec(line)?.[1] ?? null)
}
