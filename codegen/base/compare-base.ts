// Judges the migrations of the working tree by what the base branch has: what is released there must stay as it is.
import { compareDiagnostics } from '../check/compare-diagnostics.js'
import { fileStart } from '../check/place.js'
import { discover } from '../discover/discover.js'
import { projectPath } from '../discover/project-path.js'
import type { Diagnostic, Discovery } from '../model.js'
import type { GenerateSettings } from '../settings.js'
import { weighWarnings } from '../weigh-warnings.js'
import {
  baseDeleted,
  baseDownChanged,
  baseEdited,
  baseFolderMoved,
  baseNotMerged,
  baseNumberPassed,
  baseNumberTaken,
  baseRenamed,
  baseRenumbered,
  type Named,
} from './base-problems.js'
import { digest, textOf, withoutSame, type Digested } from './digested.js'
import { addedSince, isSame } from './find-own.js'
import { matchHistories, sameMeaning, type Matched, type Pair } from './match-histories.js'
import { lastOf, readBase, type Base } from './read-base.js'
import { unmergedGaps } from './unmerged-gaps.js'

/**
 * Everything that this branch does to migrations of the base branch, and every number of its own that is taken there.
 * The working tree is judged, with what is not committed yet; `ref` is judged as it stands and as it was when this branch
 * left it, so that the merge of both is. The severity of errors is fixed. Throws the `GIT_…` errors.
 */
export async function compareWithBase(
  settings: GenerateSettings,
  ref: string,
): Promise<Diagnostic[]> {
  const base = await readBase(settings, ref)
  const discovery = await discover(settings.root, settings.migrations)
  const shown = projectPath(settings.root, settings.migrations)
  const found = [
    ...movedFolder(base, shown),
    ...compare(base, discovery),
    ...notMerged(base, discovery),
  ]
  return weighWarnings(found, settings).sort(compareDiagnostics)
}

/** What comparing two states of the folder comes to. Pure but for the compiler that reads them. */
function compare(base: Base, discovery: Discovery): Diagnostic[] {
  const [before, now] = withoutSame(base.before.discovery, discovery)
  const released = digest(before)
  const matched = matchHistories(released, digest(now))
  return [
    ...matched.pairs.flatMap((pair) => judgePair(pair, base)),
    ...matched.lost.map((one) => deleted(one, matched, base)),
    ...judgeFresh(matched, base),
  ]
}

function judgePair({ before, now }: Pair, base: Base): Diagnostic[] {
  const { migration } = now
  const named = nameOf(before)
  const found: Diagnostic[] = []
  if (before.version !== now.version)
    found.push(baseRenumbered(migration.position, base, named, now.version))
  else if (before.name !== now.name)
    found.push(baseRenamed(migration.position, base, named, now.name))
  return [...found, ...judgeMeaning({ before, now }, base)]
}

/** What cannot be read has diagnostics of its own; on the base branch it could not be released. */
function judgeMeaning({ before, now }: Pair, base: Base): Diagnostic[] {
  const { migration } = now
  if (!before.checksums || !now.checksums) return []
  const named = nameOf(before)
  if (!sameMeaning(before, now)) {
    const through = sameText(before, now) ? 'helper' : 'itself'
    return [baseEdited(migration.up?.position ?? migration.position, base, named, through)]
  }
  return before.checksums.down === now.checksums.down
    ? []
    : [baseDownChanged(migration.down?.position ?? migration.position, base, named)]
}

const sameText = (a: Digested, b: Digested): boolean =>
  textOf(a.migration.file) === textOf(b.migration.file)

function deleted(one: Digested, { fresh }: Matched, base: Base): Diagnostic {
  const instead = fresh.find(({ version }) => version === one.version)
  const at = instead?.migration.position ?? fileStart(one.migration.file.file)
  return baseDeleted(at, base, nameOf(one), instead?.name ?? null)
}

/** The migrations that this branch adds, against those that the base branch has meanwhile. */
function judgeFresh({ fresh, lost }: Matched, base: Base): Diagnostic[] {
  const last = lastOf(base)
  const added = addedSince(base)
  const late = fresh.filter(({ version }) => version <= last)
  const told = new Set(lost.map(({ version }) => version))
  return late.flatMap((own) => {
    if (told.has(own.version) || added.some((other) => isSame(own, other))) return []
    const moved = added.find((other) => sameMeaning(own, other) && own.name === other.name)
    const at = own.migration.position
    if (moved) return [baseRenumbered(at, base, nameOf(moved), own.version)]
    const taken = holderOf(own.version, base)
    if (taken) return [baseNumberTaken(at, base, nameOf(own), taken)]
    return [baseNumberPassed(at, base, nameOf(own), last)]
  })
}

/** The migration that has a number on the base branch, judged by the names of its files. */
function holderOf(version: number, { before, now }: Base): Named | null {
  const files = [...now.discovery.files, ...before.discovery.files]
  const file = files.find(({ from, to }) => from <= version && version <= to)
  return file ? { version, name: file.name, file: file.file } : null
}

const nameOf = ({ version, name, migration }: Digested): Named => ({
  version,
  name,
  file: migration.file.file,
})

/** What was there when this branch left is missing for another reason. */
function notMerged(base: Base, discovery: Discovery): Diagnostic[] {
  const known = new Set(base.before.discovery.files.map(({ from }) => from))
  return unmergedGaps(discovery, base.now.discovery)
    .filter(({ filledBy }) => filledBy.every(({ from }) => !known.has(from)))
    .map(({ after, filledBy }) => {
      const missing = filledBy.map(({ file }) => file)
      return baseNotMerged(fileStart(after.file), base, missing)
    })
}

const movedFolder = (base: Base, shown: string): Diagnostic[] =>
  base.before.shown === shown || base.before.files.length === 0
    ? []
    : [baseFolderMoved(fileStart(shown), base, base.before.shown)]
