// Finds where in git a migration stands that a database has applied and the code does not have: on another branch, or in an
// older commit. It only helps to explain, so it takes little time, fetches nothing and never throws.
import { join, relative } from 'node:path'
import { versionId } from '../../src/model/version.js'
import { forwardSlashes } from '../project/project-path.js'
import { listTips, type Tip } from './list-tips.js'
import { openRepository } from '../git/open-repository.js'
import { inFolder, readBlobs } from './read-tree.js'
import { runGit } from '../git/run-git.js'

/** A migration as the ledger has it. */
export interface AppliedIdentity {
  readonly version: number
  readonly name: string
  readonly checksum: string | null
}

/** Where it stands. */
export interface Sighting {
  /** The refs of which the newest commit has it: `HEAD`, then branches, those of remotes, and the rest as `stash@{0}`, each newest first. */
  readonly refs: readonly string[]
  /** Those of them that a working tree has checked out: git does not switch to them from another one. */
  readonly checkedOut?: readonly string[]
  /** A commit that has it; the only one known where it is in none of the newest. */
  readonly commit: string
  /** Whether a registry there has it with the applied meaning, and in `HEAD` the file as well; else there is a file with that number and name. */
  readonly proven: boolean
}

/** The folders of the project; they need not be there. */
export interface ProjectFolders {
  readonly migrations: string
  readonly out: string
}

/** How long to look in all, and at how much. */
const LONGEST_MS = 3000
const MOST_REFS = 300
const MOST_REFS_BY_NAME = 50
const MOST_REGISTRIES = 100

/** What is found in time, by version; nothing where there is no git or no repository. */
export async function findApplied(
  wanted: readonly AppliedIdentity[],
  folders: ProjectFolders,
): Promise<ReadonlyMap<number, Sighting>> {
  const found = new Map<number, Sighting>()
  // Other names stand in no registry, and git would read more into a line end.
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
    // What was found until then is true all the same.
  }
  return found
}

/** A registry may be committed without the file that it was made of; then it is elsewhere that the migration is found. */
async function asCommitted(
  place: Place,
  tips: readonly Tip[],
  { sighting, ...one }: AppliedIdentity & { readonly sighting: Sighting },
): Promise<Sighting | null> {
  const { refs, commit } = sighting
  if (refs[0] !== 'HEAD' || !sighting.proven) return sighting
  // It loads the compiler.
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
  /** In the repository. */
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

/** By the registries of these commits. */
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

/** The texts of the registries of each commit, by its place among these. */
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

/** Whatever formatter a project has: the fields of an entry stand in this order. */
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

/** By the names of files, as where the generated files are not committed: a registry that is there has told already. */
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

/** By the commits that changed a registry, those that no branch has any more included. */
async function inHistory(
  place: Place,
  wanted: readonly AppliedIdentity[],
): Promise<[number, Sighting][]> {
  const newest = wanted.findLast(({ checksum }) => checksum !== null)
  if (!newest) return []
  const which = ['log', '--all', '--reflog', '--no-textconv', '--no-ext-diff', '-n', '4']
  const args = [...which, '--format=%H %P', `-S${newest.checksum}`, '--', ...place.pathspecs]
  const listed = (await runGit(place.at, args, undefined, place.until)).toString()
  // A commit that took it away has it no more, but the one before it does.
  const commits = listed.split(/\s+/).filter((commit) => commit !== '')
  const tips = commits.map((commit) => ({ ref: '', commit }))
  return inRegistries(place, tips, wanted)
}

/** The blob that each name stands for; null where there is none. */
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
