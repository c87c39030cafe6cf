// The calls of `ctx` on an asynchronous driver: none continues after the code that made it has ended.
import { settled, type Mode, type Outcome, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationNotAwaited } from '../../errors/run.js'
import type { Where } from '../../model/told-step.js'

/** A call that has not finished. */
export interface Call {
  readonly ended: Promise<void>
  answer?: Outcome<Mode, unknown>
}

/** The code that makes calls, and its open calls in order. What runs within a call has its own list. */
export interface Caller {
  readonly task: Where
  readonly calls: { open: Call[] }
}

/** Runs code that makes calls. Throws `MIGRATION_NOT_AWAITED` if some are still open when it ends, after waiting for them. */
export function* withItsCalls<T>({ task, calls }: Caller, code: () => T): Work<T> {
  const outer = calls.open
  const open: Call[] = (calls.open = [])
  try {
    const answer = yield* settled<T>(code())
    if (open.length > 0) throw new LockstepError(migrationNotAwaited(task))
    return answer
  } finally {
    for (let call = open[0]; call; call = open[0]) {
      // The error to report is that the code did not await the call.
      Promise.resolve(call.answer).then(undefined, () => {})
      yield call.ended
    }
    calls.open = outer
  }
}
