// The canonical description of `up` or `down` that is code: the function and everything it mentions.
import { startWalk, type Start } from './code-walk.js'
import type { Description } from './digest.js'
import { describeHandedOn } from './describe-handed-on.js'
import { describeLoading } from './describe-loading.js'
import { describeFunction, describePending } from './describe-node.js'

/**
 * Describes a function of a migration, or of a helper that the migration takes it from; then each declaration that it
 * mentions, in order of first mention, and what these mention in turn; then what the files of all of them do when they
 * are loaded. Mentions are found by name and scope, without types. Changing the name of anything changes the
 * description. Throws `RangeError` where calls are chained or nested by the thousand.
 */
export function describeCode(start: Start): Description {
  const walk = startWalk(start)
  describeFunction(walk, start.root)
  describePending(walk)
  describeLoading(walk)
  describeHandedOn(walk)
  return { items: walk.out, sawMore: walk.sawMore }
}
