// Chooses which migrations are renumbered: those that the base branch does not have, or the newer ones of the folder.
import {
  renumberDropped,
  renumberKnown,
  renumberReleased,
  renumberShared,
  renumberUndecided,
} from '../../src/errors/renumber.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { addedSince, findOwn } from '../base-branch/find-own.js'
import { sameMeaning, type Digested } from '../base-branch/match-histories.js'
import { droppedGap, lastOf } from '../base-branch/merged-numbers.js'
import type { Base } from '../base-branch/read-base.js'
import type { ParsedMigration, Reading } from '../model/migration.js'
import { collisions, fileOf, unitsOf, type Unit } from './unit.js'
import { posix } from 'node:path'
import { openRepository } from '../git/open-repository.js'
import { askGit, runGit } from '../git/run-git.js'

/** The migrations to renumber, in order of version, and the number that they follow. */
export interface Movers {
  readonly units: readonly Unit[]
  /** The last number that stays; the renumbered migrations get the ones after it. */
  readonly last: number
}

/**
 * With a base branch: everything that it does not have moves after its last version. Throws `RENUMBER_RELEASED` if two migrations
 * with the same number would be left, `RENUMBER_SHARED` if a file holds migrations of both branches, `RENUMBER_DROPPED` if
 * numbers only become free by merging, and `RENUMBER_KNOWN` if a migration of the base branch has another number here.
 */
export function moversByBase(reading: Reading, base: Base): Movers {
  const gap = droppedGap(base, reading.discovery)
  if (gap) {
    const dropped = gap.dropped.map(({ file }) => file)
    throw new LockstepError(renumberDropped(gap.after.file, dropped, base.ref))
  }
  const released = lastOf(base, reading.discovery)
  const digested = findOwn(base, reading.discovery)
  refuseKnown(digested, base)
  const own = new Set(digested.map(({ migration }) => keyOf(migration)))
  const isOwn = (one: ParsedMigration): boolean => own.has(keyOf(one))
  const all = unitsOf(reading)
  const fresh = all.filter(({ migrations }) => migrations.some(isOwn))
  const shared = fresh.filter(({ migrations }) => !migrations.every(isOwn))
  for (const unit of shared) {
    const late = unit.migrations.filter(isOwn).every(({ version }) => version > released)
    if (!late) throw new LockstepError(renumberShared(fileOf(unit), base.ref))
  }
  const units = fresh.filter((unit) => !shared.includes(unit))
  const [twice] = collisions(all.filter((unit) => !units.includes(unit)))
  if (twice) throw new LockstepError(renumberReleased(fileOf(twice[1]), fileOf(twice[0]), base.ref))
  return { units, last: Math.max(released, ...shared.map(({ to }) => to)) }
}

/** Refuses a migration of the base branch that has another number here, such as one renamed in the middle of a merge. */
function refuseKnown(own: readonly Digested[], base: Base): void {
  const added = addedSince(base)
  for (const one of own) {
    const twin = added.find((other) => other.name === one.name && sameMeaning(one, other))
    if (!twin) continue
    const files = [one, twin].map(({ migration }) => migration.file.file) as [string, string]
    throw new LockstepError(renumberKnown(...files, base.ref))
  }
}

const keyOf = ({ version, file }: ParsedMigration): string => `${version} ${file.file}`

/**
 * Without a base branch: of two migrations with the same number, the one that is certainly newer moves, because it is not
 * committed anywhere, or was committed on top of the other; with it move those after it that are at least as new, since they may
 * build on it. Dates do not count: a released migration of another branch may be younger than an unreleased one of this branch.
 * Throws `RENUMBER_UNDECIDED` and the `GIT_…` errors.
 */
export async function moversByAge(reading: Reading, folder: string): Promise<Movers> {
  const all = unitsOf(reading)
  const pairs = collisions(all)
  if (pairs.length === 0) return { units: [], last: 0 }
  const first = Math.min(...pairs.map(([{ from }]) => from))
  const origins = await readOrigins(folder)
  const late = all.filter(({ from }) => from >= first)
  for (const unit of late) await origins.find(unit)
  const losers = new Set<Unit>()
  for (const pair of pairs) losers.add(await newerOf(pair, origins))
  const start = Math.min(...[...losers].map(({ from }) => from))
  const movers = new Set(losers)
  for (const unit of late) {
    if (unit.from <= start) continue
    for (const loser of losers) if (await origins.isOnTop(unit, loser)) movers.add(unit)
  }
  const kept = all.filter((unit) => !movers.has(unit))
  return {
    units: all.filter((unit) => movers.has(unit)),
    last: Math.max(0, ...kept.map(({ to }) => to)),
  }
}

async function newerOf([a, b]: readonly [Unit, Unit], origins: Origins): Promise<Unit> {
  const [onTop, below] = [await origins.isOnTop(a, b), await origins.isOnTop(b, a)]
  if (onTop !== below) return onTop ? a : b
  const reason = !onTop
    ? 'they come from two branches'
    : (await origins.find(a)) === null
      ? 'neither is committed'
      : 'they were committed together'
  throw new LockstepError(renumberUndecided([fileOf(a), fileOf(b)], reason))
}

/** What git knows about the migrations of a working tree; asked once for each. */
interface Origins {
  /** The commit that added it; null if it is not committed. */
  find(unit: Unit): Promise<string | null>
  /** Whether `unit` was added together with `other`, or later on top of it; an uncommitted one is on top of everything. */
  isOnTop(unit: Unit, other: Unit): Promise<boolean>
}

/** Throws the `GIT_…` errors. */
async function readOrigins(folder: string): Promise<Origins> {
  const { at } = await openRepository(folder)
  const head = await commitsOf(at, ['HEAD'])
  // Migrations from a merge, cherry-pick or rebase in progress are committed elsewhere; so are copied ones without their history.
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

/** The commits of git operations in progress. */
const UNFINISHED = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REBASE_HEAD']

async function commitsOf(at: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) => askGit(at, ['rev-parse', '--verify', '--quiet', name])),
  )
  return found.flatMap(({ exitCode, stdout }) => (exitCode === 0 ? [stdout.toString().trim()] : []))
}

/** The newest of these commits and their ancestors that added this file; null if there is none. `-c` includes merges. */
async function addedBy(at: string, revisions: readonly string[], name: string) {
  const shown = ['--no-patch', '--no-show-signature', '--format=%H']
  const args = ['log', '-1', '-c', '--diff-filter=A', '--no-renames', ...shown]
  const answer = (await runGit(at, [...args, ...revisions, '--', name])).toString().trim()
  return answer === '' ? null : answer
}

/** Every commit is its own ancestor. */
const isAncestor = async (at: string, one: string, other: string): Promise<boolean> =>
  (await askGit(at, ['merge-base', '--is-ancestor', one, other])).exitCode === 0
