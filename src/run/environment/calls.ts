// The calls of `ctx` on an asynchronous driver: none goes on when the code that made it has ended.
import { settled, type Mode, type Outcome, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationNotAwaited } from '../../errors/run.js'
import type { Where } from '../../model/told-step.js'

/** A call that is not done. */
export interface Call {
  readonly ended: Promise<void>
  answer?: Outcome<Mode, unknown>
}

/** Who makes calls, and those that are open, in order. What runs within a call has a list of its own. */
export interface Caller {
  readonly task: Where
  readonly calls: { open: Call[] }
}

/** Runs code that makes calls. Throws `MIGRATION_NOT_AWAITED` where some are open when it ends, after they have ended. */
export function* withItsCalls<T>({ task, calls }: Caller, code: () => T): Work<T> {
  const outer = calls.open
  const open: Call[] = (calls.open = [])
  try {
    const answer = yield* settled<T>(code())
    if (open.length > 0) throw new LockstepError(migrationNotAwaited(task))
    return answer
  } finally {
    for (let call = open[0]; call; call = open[0]) {
      // That the code has left it behind is the error to see.
      Promise.resolve(call.answer).then(undefined, () => {})
      yield call.ended
    }
    calls.open = outer
  }
}
