// Describes where migrations come from that the code lacks. Pure.
import type { Sighting } from '../../../codegen/base-branch/find-applied.js'

/** What is known about migrations that the code lacks, by version. */
export interface Origins {
  /** Where they are in git. */
  readonly sightings: ReadonlyMap<number, Sighting>
  /** Those applied with a `down` that neither a record nor git has. */
  readonly lost: ReadonlySet<number>
}

/** The names of the branches, shortened: `main, feature/x and 3 more`. */
export function namesOf({ refs, commit }: Sighting): string {
  const [first, second, ...more] = refs.map(shortName)
  if (first === undefined) return `commit ${commit.slice(0, 12)}`
  if (second === undefined) return first
  return more.length > 0 ? `${first}, ${second} and ${more.length} more` : `${first} and ${second}`
}

/** A ref as people write it. */
export const shortName = (ref: string): string =>
  ref === 'HEAD' ? 'the last commit here' : ref.replace(/^refs\/(?:heads|remotes|tags)\//, '')
