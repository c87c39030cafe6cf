// What an earlier replay has seen of values that later versions may drop. Pure.
import type { VersionProof } from '../../model/evidence.js'
import type { CopiesSeen } from '../../model/version-facts.js'

/** Of versions that are not proven again. */
export const copiesSeenIn = (versions: readonly VersionProof[]): CopiesSeen[] =>
  versions.flatMap(({ facts }) => facts.filter((fact) => fact.kind === 'copies-seen'))
