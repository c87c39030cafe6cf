// Formats ranges of versions.
import { versionId } from '../../../src/model/version.js'

/** First and last version, both included. */
export type VersionRange = readonly [first: number, last: number]

/** `version 003` or `versions 003–005`. */
export function formatVersions([first, last]: VersionRange): string {
  return first === last
    ? `version ${versionId(first)}`
    : `versions ${versionId(first)}–${versionId(last)}`
}
