// Describes the versions for which nothing is proven because replaying ended before them.
import { versionId } from '../../src/model/version.js'

/** `version 003` or `versions 001 to 005`. */
export const rangeText = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  from === to ? `version ${versionId(from)}` : `versions ${versionId(from)} to ${versionId(to)}`

/** A sentence about the versions after one, up to the last; empty if that is the last. */
export const versionsLeft = (stopped: number, last: number): string =>
  last <= stopped
    ? ''
    : ` The replay ends here: nothing is proven about ${rangeText({ from: stopped + 1, to: last })} yet.`
