// Decides which migrations get other numbers: those that the base branch does not have, or the newer ones of the folder.
import { posix } from 'node:path'
import { renumberReleased, renumberUndecided } from '../../src/errors/renumber.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { findOwn } from '../base/find-own.js'
import { openRepository } from '../base/open-repository.js'
import { lastOf, type Base } from '../base/read-base.js'
import { askGit, runGit } from '../base/run-git.js'
import type { ParsedMigration, Reading } from '../model.js'
import { collisions, fileOf, unitsOf, type Unit } from './unit.js'

/** Who moves, in order of version, and behind which number. */
export interface Movers {
  readonly units: readonly Unit[]
  /** The last number that stays; those who move get the ones after it. */
  readonly last: number
}

/**
 * With a base branch, everything that it does not have moves behind its last version. Throws `RENUMBER_RELEASED` where
 * that leaves two migrations with one number, or a file holds both.
 */
export function moversByBase(reading: Reading, base: Base): Movers {
  const own = new Set(findOwn(base, reading.discovery).map(({ migration }) => keyOf(migration)))
  const all = unitsOf(reading)
  const units = all.filter((unit) => unit.migrations.some((one) => own.has(keyOf(one))))
  for (const unit of units) {
    if (unit.migrations.every((one) => own.has(keyOf(one)))) continue
    throw released(unit, base, 'it holds released migrations as well')
  }
  const [twice] = collisions(all.filter((unit) => !units.includes(unit)))
  if (twice) throw released(twice[1], base, `it and ${fileOf(twice[0])} are both released`)
  return { units, last: lastOf(base) }
}

const keyOf = ({ version, file }: ParsedMigration): string => `${version} ${file.file}`

const released = (unit: Unit, { ref }: Base, reason: string): LockstepError =>
  new LockstepError(renumberReleased(fileOf(unit), ref, reason))

/**
 * Without one, of two migrations with one number the one moves that git got last, one that is not committed before all;
 * and with it those behind it that are not older, for they may build on it. Throws `RENUMBER_UNDECIDED`, and the `GIT_…`
 * errors.
 */
export async function moversByAge(reading: Reading, folder: string): Promise<Movers> {
  const all = unitsOf(reading)
  const pairs = collisions(all)
  if (pairs.length === 0) return { units: [], last: 0 }
  const first = Math.min(...pairs.map(([{ from }]) => from))
  const ages = await readAges(
    all.filter(({ from }) => from >= first),
    folder,
  )
  const ageOf = (unit: Unit): number => ages.get(unit) ?? 0
  const losers = new Set(pairs.map((pair) => newerOf(pair, ageOf)))
  const start = Math.min(...[...losers].map(({ from }) => from))
  const since = Math.min(...[...losers].map(ageOf))
  const moves = (unit: Unit): boolean =>
    losers.has(unit) || (unit.from > start && ageOf(unit) >= since)
  const kept = all.filter((unit) => !moves(unit))
  return { units: all.filter(moves), last: Math.max(0, ...kept.map(({ to }) => to)) }
}

function newerOf([a, b]: readonly [Unit, Unit], ageOf: (unit: Unit) => number): Unit {
  const [first, second] = [ageOf(a), ageOf(b)]
  if (first !== second) return first > second ? a : b
  const reason = first === Infinity ? 'neither is committed' : 'they were committed together'
  throw new LockstepError(renumberUndecided([fileOf(a), fileOf(b)], reason))
}

/** When each was added, in seconds; Infinity for what is not committed. */
async function readAges(all: readonly Unit[], folder: string): Promise<Map<Unit, number>> {
  const { at } = await openRepository(folder)
  const started = await askGit(at, ['rev-parse', '--verify', '--quiet', 'HEAD'])
  const ages = new Map<Unit, number>()
  for (const unit of all) {
    const name = posix.basename(fileOf(unit))
    const args = ['log', '-1', '--diff-filter=A', '--no-renames', '--format=%ct', '--', name]
    const answer = started.exitCode === 0 ? (await runGit(at, args)).toString().trim() : ''
    ages.set(unit, answer === '' ? Infinity : Number(answer))
  }
  return ages
}
