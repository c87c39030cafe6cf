// Runs an author's code, and judges by its return value whether it has done its work.
import { isPromise, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationNotRun, migrationPromise, migrationReturnedFalse } from '../../errors/run.js'
import { withItsCalls } from '../environment/calls.js'
import type { ToolkitHost } from './context.js'

/**
 * Does the work of a step or batch, which must have finished on return. Throws `MIGRATION_PROMISE` if it has not finished,
 * `MIGRATION_NOT_RUN` if it has not begun, and `MIGRATION_RETURNED_FALSE` if it reports failure.
 */
export function* handOver<H>(host: ToolkitHost<H>, work: () => unknown): Work<void> {
  const { task } = host
  const answer = yield* withItsCalls(host, work)
  if (isPromise(answer)) {
    Promise.resolve(answer).then(undefined, () => {})
    throw new LockstepError(migrationPromise(task))
  }
  if (typeof answer === 'function' || isIterator(answer))
    throw new LockstepError(migrationNotRun(task))
  if (answer === false) throw new LockstepError(migrationReturnedFalse(task))
}

/** What a generator function returns: it does nothing until somebody asks it for values. */
const isIterator = (answer: unknown): boolean =>
  typeof (answer as { next?: unknown } | null | undefined)?.next === 'function'
