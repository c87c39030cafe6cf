// Hands rows to the work of an author that is to end with the batch.
import { isPromise, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationPromise } from '../../errors/run.js'
import { withItsCalls } from '../environment/calls.js'
import type { ToolkitHost } from './context.js'

/** Does the work. Throws `MIGRATION_PROMISE` where it has not ended. */
export function* handOver<H>(host: ToolkitHost<H>, work: () => unknown): Work<void> {
  const answer = yield* withItsCalls(host, work)
  if (isPromise(answer)) throw new LockstepError(migrationPromise(host.task))
}
