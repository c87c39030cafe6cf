// Where migrations come from that the code does not have, as a person reads it. Pure.
import type { Sighting } from '../../../codegen/base-branch/find-applied.js'

/** What is known of migrations that the code does not have, by their versions. */
export interface Origins {
  /** Where they stand in git. */
  readonly sightings: ReadonlyMap<number, Sighting>
  /** Those that were applied with a `down` of which neither a record nor git knows. */
  readonly lost: ReadonlySet<number>
}

/** The names of the branches in a few words: `main, feature/x and 3 more`. */
export function namesOf({ refs, commit }: Sighting): string {
  const [first, second, ...more] = refs.map(shortName)
  if (first === undefined) return `commit ${commit.slice(0, 12)}`
  if (second === undefined) return first
  return more.length > 0 ? `${first}, ${second} and ${more.length} more` : `${first} and ${second}`
}

/** A ref as people write it. */
export const shortName = (ref: string): string =>
  ref === 'HEAD' ? 'the last commit here' : ref.replace(/^refs\/(?:heads|remotes|tags)\//, '')
