// Matches the migrations of two histories, even if they were edited, renamed or renumbered.
import type { Checksums, ParsedMigration } from '../model/migration.js'

/** A migration with its digests; null when it cannot be read. */
export interface Digested {
  readonly version: number
  readonly name: string
  readonly migration: ParsedMigration
  readonly checksums: Checksums | null
  /** Digests that ledgers may have instead. */
  readonly formerly: readonly string[]
}

/** One migration in two histories. */
export interface Pair {
  readonly before: Digested
  readonly now: Digested
}

/** Two histories side by side. */
export interface Matched {
  readonly pairs: readonly Pair[]
  /** Migrations only in the first history, in order. */
  readonly lost: readonly Digested[]
  /** Migrations only in the second history, in order. */
  readonly fresh: readonly Digested[]
}

type Same = (a: Digested, b: Digested) => boolean

const sameVersion: Same = (a, b) => a.version === b.version
const sameName: Same = (a, b) => a.name === b.name

/** Whether two migrations are known to do the same. */
export const sameMeaning: Same = (a, b) =>
  a.checksums !== null &&
  b.checksums !== null &&
  (isOf(a, b.checksums.up) || isOf(b, a.checksums.up))

const isOf = ({ checksums, formerly }: Digested, checksum: string): boolean =>
  checksums?.up === checksum || formerly.includes(checksum)

/** The surest sign first; each migration is found once. */
const SIGNS: readonly Same[] = [
  (a, b) => sameVersion(a, b) && sameName(a, b),
  (a, b) => sameVersion(a, b) && sameMeaning(a, b),
  (a, b) => sameName(a, b) && sameMeaning(a, b),
  sameName,
  sameMeaning,
]

/** Matches two histories, each in order of version. */
export function matchHistories(before: readonly Digested[], now: readonly Digested[]): Matched {
  const lost = new Set(before)
  const fresh = new Set(now)
  const pairs: Pair[] = []
  for (const same of SIGNS) {
    for (const one of lost) {
      const found = [...fresh].find((other) => same(one, other))
      if (!found) continue
      pairs.push({ before: one, now: found })
      lost.delete(one)
      fresh.delete(found)
    }
  }
  pairs.sort((a, b) => a.before.version - b.before.version)
  return { pairs, lost: [...lost], fresh: [...fresh] }
}
