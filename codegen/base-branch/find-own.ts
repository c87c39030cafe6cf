// Finds the migrations of the working tree that are this branch's own: neither released, nor merged from the base branch.
import type { Discovery } from '../model/migration.js'
import { digest, withoutSame } from './digested.js'
import { matchHistories, sameMeaning, type Digested } from './match-histories.js'
import type { Base } from './read-base.js'

/** The migrations that are not on the base branch, neither where this branch left it nor now; in order of version. */
export function findOwn(base: Base, discovery: Discovery): Digested[] {
  const [before, now] = withoutSame(base.before.discovery, discovery)
  const { fresh } = matchHistories(digest(before), digest(now))
  const added = addedSince(base)
  return fresh.filter((own) => !added.some((other) => isSame(own, other)))
}

/** The migrations added to the base branch since this branch left it. */
export function addedSince({ before, now }: Base): readonly Digested[] {
  if (now === before) return []
  const [old, present] = withoutSame(before.discovery, now.discovery)
  return matchHistories(digest(old), digest(present)).fresh
}

/** Whether a migration that both branches added is the same one: the same number, name and meaning. */
export const isSame = (a: Digested, b: Digested): boolean =>
  a.version === b.version &&
  a.name === b.name &&
  (sameMeaning(a, b) || a.checksums === null || b.checksums === null)
