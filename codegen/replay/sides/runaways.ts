// Sides that do not come to their end with rows, though they did without. Types, and those known from an earlier replay.
import type { Direction, VersionProof } from '../../model/evidence.js'

/** By `2 up`, sides that ran away, how often, and the statement that was running, if known. */
export type Runaways = Readonly<Record<string, Runaway>>

/** After the first time a side gets moderate numbers, after the second no rows. */
export interface Runaway {
  readonly times: number
  readonly statement?: { readonly script: number; readonly offset: number }
}

/** The key of a side among those that ran away. */
export const sideKey = (version: number, direction: Direction): string => `${version} ${direction}`

/** Those known from an earlier replay: if their versions are carried again, they would run away again. */
export const runawaysIn = (versions: readonly VersionProof[]): Runaways =>
  Object.fromEntries(
    versions.flatMap(({ facts }) =>
      facts.flatMap((fact) =>
        fact.kind === 'ran-away'
          ? [[sideKey(fact.at.version, fact.at.direction), { times: fact.rows === 'none' ? 2 : 1 }]]
          : [],
      ),
    ),
  )
