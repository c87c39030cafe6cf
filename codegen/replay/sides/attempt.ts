// Lets a proof continue when one of its own trials crashes: the trial then yields nothing, and the crash is recorded and reported.
import { isLockstepError } from '../../../src/errors/lockstep-error.js'
import type { HistoryRun } from './history-run.js'

type Run = Pick<HistoryRun, 'failedTrials'>

/** The side that is tried. */
interface Side {
  readonly entry: { readonly version: number }
}

/**
 * Returns the result of the work, or `otherwise` if it throws an unexpected error, which is recorded; rethrows it where nothing records
 * errors.
 */
export function attempt<T>(run: Run, side: Side, work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (error) {
    note(run, side, error)
    return otherwise
  }
}

/** The same for asynchronous work. */
export async function attemptLater<T>(
  run: Run,
  side: Side,
  work: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    note(run, side, error)
    return otherwise
  }
}

/** Errors with a code are about the project: a database that cannot be opened ends the proof. */
function note({ failedTrials }: Run, { entry: { version } }: Side, error: unknown): void {
  if (!failedTrials || isLockstepError(error)) throw error
  const { message, stack = '' } = error instanceof Error ? error : { message: String(error) }
  const callers = [...stack.matchAll(/^ +at (?:async )?(?:\w+\.)?(\w+) \(/gm)].map(
    ([, name]) => name,
  )
  const thrown = `${message} (${callers.slice(0, MOST_CALLERS).join(' < ')})`
  if (!failedTrials.some((one) => one.version === version && one.thrown === thrown))
    failedTrials.push({ kind: 'unproven', version, reason: 'trial-failed', thrown })
}

/** How many functions of the stack are reported. */
const MOST_CALLERS = 8
