// Checks the migrations of the working tree against the base branch: released migrations must not change.
import { posix } from 'node:path'
import { compareDiagnostics } from '../diagnostics/compare-diagnostics.js'
import { fileStart } from '../diagnostics/problem.js'
import { withAliases } from '../bundle/resolve-aliases.js'
import { discover } from '../discover/discover.js'
import { projectPath } from '../project/project-path.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Discovery, MigrationFile } from '../model/migration.js'
import type { Pins } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { pinsOnDisk } from '../write/released-checksums.js'
import { applySeverities } from '../diagnostics/apply-severities.js'
import {
  baseDeleted,
  baseDownChanged,
  baseDropped,
  baseEdited,
  baseFolderMoved,
  baseIntroduced,
  baseNotMerged,
  baseNumberPassed,
  baseNumberTaken,
  baseRenamed,
  baseRenumbered,
  type BaseName,
  type Named,
} from './base-problems.js'
import { digest, helpersOf, textOf, withoutSame } from './digested.js'
import { addedSince, isSame } from './find-own.js'
import {
  matchHistories,
  sameMeaning,
  type Matched,
  type Pair,
  type Digested,
} from './match-histories.js'
import { droppedGap, heldFiles, isDropped, lastOf } from './merged-numbers.js'
import { readBase, type Base } from './read-base.js'
import { realPlace } from './real-place.js'
import { remadeByImports } from './remade-by-imports.js'
import { unmergedGaps } from './unmerged-gaps.js'

/**
 * Every change that this branch makes to migrations of the base branch, and every number of its own that is taken there. Checks
 * the working tree, with uncommitted changes; compares with `ref` both as it is now and as it was when this branch left it,
 * because the merge contains both. `pins` is what this branch proves, or what its registry says. The severity of errors is fixed.
 * Throws the `GIT_…` errors.
 */
export async function compareWithBase(
  settings: GenerateSettings,
  ref: string,
  pins: Pins = pinsOnDisk(settings),
): Promise<Diagnostic[]> {
  const read = await readBase(settings, ref)
  const discovery = await withAliases(
    await discover(settings.root, settings.migrations),
    settings.migrations,
  )
  const folder = projectPath(settings.root, settings.migrations)
  const database = settings.config?.database ?? null
  const former = read.before.shown
  const links = new Map(read.before.files.map(({ path, link }) => [posix.join(former, path), link]))
  const targetOf = (file: string): string => realPlace(settings.root, file, links.get(file))
  const base = { ...read, former, folder, database, targetOf }
  const found = [
    ...movedFolder(base),
    ...introduced(base),
    ...dropped(base, discovery),
    ...compare(base, discovery),
    ...notMerged(base, discovery),
    ...(await remadeByImports(base, { settings, discovery, pins })),
  ]
  return applySeverities(found, settings).sort(compareDiagnostics)
}

/** The base branch, and the location of the folder. */
type Compared = Base & BaseName

/** The findings of comparing two states of the folder. Pure except for the compiler that reads them. */
function compare(base: Compared, discovery: Discovery): Diagnostic[] {
  const [before, now] = withoutSame(base.before.discovery, discovery)
  const released = digest(before)
  const matched = matchHistories(released, digest(now))
  const helpers = changedHelpers(base, discovery)
  const lost = matched.lost.filter(({ migration }) => !isDropped(base, migration.file))
  return [
    ...matched.pairs.flatMap((pair) => judgePair(pair, base, helpers)),
    ...lost.map((one) => deleted(one, matched, base)),
    ...judgeFresh(matched, base, discovery),
  ]
}

function judgePair(
  { before, now }: Pair,
  base: Compared,
  helpers: readonly string[],
): Diagnostic[] {
  const { migration } = now
  const named = nameOf(before)
  const found: Diagnostic[] = []
  if (before.version !== now.version)
    found.push(baseRenumbered(migration.position, base, named, now.version))
  else if (before.name !== now.name)
    found.push(baseRenamed(migration.position, base, named, now.name))
  return [...found, ...judgeMeaning({ before, now }, base, helpers)]
}

/** An unreadable migration has diagnostics of its own; on the base branch it could not have been released. */
function judgeMeaning(
  { before, now }: Pair,
  base: Compared,
  helpers: readonly string[],
): Diagnostic[] {
  const { migration } = now
  if (!before.checksums || !now.checksums) return []
  const named = nameOf(before)
  if (!sameMeaning(before, now)) {
    const through = sameText(before, now) ? { helpers } : null
    return [baseEdited(migration.up?.position ?? migration.position, base, named, through)]
  }
  return before.checksums.down === now.checksums.down
    ? []
    : [baseDownChanged(migration.down?.position ?? migration.position, base, named)]
}

const sameText = (a: Digested, b: Digested): boolean =>
  textOf(a.migration.file) === textOf(b.migration.file)

function deleted(one: Digested, { fresh }: Matched, base: Compared): Diagnostic {
  const instead = fresh.find(({ version }) => version === one.version)
  const at = instead?.migration.position ?? fileStart(one.migration.file.file)
  return baseDeleted(at, base, nameOf(one), instead?.name ?? null)
}

/** The helpers of the base branch that are missing or different here; paths as printed there. */
function changedHelpers({ before, former }: Compared, here: Discovery): string[] {
  const present = helpersOf(here)
  return [...helpersOf(before.discovery)].flatMap(([path, text]) =>
    present.get(path) === text ? [] : [posix.join(former, path)],
  )
}

/** Checks the migrations that this branch adds against those that the base branch has now. */
function judgeFresh(
  { fresh, lost, pairs }: Matched,
  base: Compared,
  discovery: Discovery,
): Diagnostic[] {
  const last = lastOf(base, discovery)
  const added = addedSince(base)
  const late = fresh.filter(({ version }) => version <= last)
  const told = new Set(lost.map(({ version }) => version))
  const shared = new Set(pairs.map(({ now }) => now.migration.file))
  return late.flatMap((one) => {
    if (told.has(one.version) || added.some((other) => isSame(one, other))) return []
    const moved = added.find((other) => sameMeaning(one, other) && one.name === other.name)
    const at = one.migration.position
    if (moved) return [baseRenumbered(at, base, nameOf(moved), one.version)]
    const own = { ...nameOf(one), in: shared.has(one.migration.file) ? 'shared' : 'own' } as const
    const taken = holderOf(one.version, heldFiles(base, discovery))
    return [taken ? baseNumberTaken(at, base, own, taken) : baseNumberPassed(at, base, own, last)]
  })
}

/** The migration that has a number on the base branch, judged by the names of its files. */
function holderOf(version: number, held: readonly MigrationFile[]): Named | null {
  const file = held.find(
    ({ from, to, kind }) => kind !== 'sql-down' && from <= version && version <= to,
  )
  return file ? { version, name: file.name, file: file.file } : null
}

const nameOf = ({ version, name, migration }: Digested): Named => ({
  version,
  name,
  file: migration.file.file,
})

/** A migration that existed when this branch left is missing for another reason. */
function notMerged(base: Compared, discovery: Discovery): Diagnostic[] {
  const known = new Set(base.before.discovery.files.map(({ from }) => from))
  return unmergedGaps(discovery, base.now.discovery)
    .filter(({ filledBy }) => filledBy.every(({ from }) => !known.has(from)))
    .map(({ after, filledBy }) => {
      const missing = filledBy.map(({ file }) => file)
      return baseNotMerged(fileStart(after.file), base, missing)
    })
}

function dropped(base: Compared, discovery: Discovery): Diagnostic[] {
  const gap = droppedGap(base, discovery)
  if (!gap) return []
  const files = gap.dropped.map(({ file }) => file)
  return [baseDropped(fileStart(gap.after.file), base, files)]
}

const introduced = (base: Compared): Diagnostic[] =>
  base.now.foreign.length === 0
    ? []
    : [baseIntroduced(fileStart(base.folder), base, base.now.foreign)]

const movedFolder = (base: Compared): Diagnostic[] =>
  base.former === base.folder || base.before.files.length === 0
    ? []
    : [baseFolderMoved(fileStart(base.folder), base, base.former)]
