// An error as it is told of the step that it ended: what the step is, what is left of it, and what to do about that.
import {
  ROLLED_BACK,
  RUN_AGAIN,
  settleRow,
  STILL_THERE,
  title,
  type Where,
} from '../model/told-step.js'
import { versionId } from '../model/version.js'
import { LockstepError, saidAgain, type Cause } from './lockstep-error.js'

/** How far a step came. Outside a transaction it may have done all of its work, and only recording it went wrong. */
export type Reached = 'was not begun' | 'failed' | 'has run, but is not recorded'

/** The error that ended a step: it names the step, and says what is left of it. */
export function afterStep(
  error: LockstepError,
  where: Where,
  reached: Reached = 'failed',
): LockstepError {
  const parts = LockstepError.partsOf(error)
  // What is told already is of a run that the step has made itself.
  const cause: Cause = parts.told
    ? { ...saidAgain(error.message), code: error.code, fix: error.fix, facts: error.facts }
    : parts
  const isOpen = cause.code === 'COMMIT_UNCERTAIN'
  const how =
    isOpen && reached !== 'was not begun' ? 'has run, and may be recorded or not' : reached
  const message = cause.where
    ? cause.message
    : `${title(where)} in ${where.file} ${how}. ${cause.message}`
  const left = leftOf(cause, where, reached, isOpen)
  return new LockstepError({ ...cause, ...left, where, message, told: true }, error)
}

function leftOf(
  { ofStep = ROLLED_BACK, next = RUN_AGAIN }: Cause,
  { outside, version, direction }: Where,
  reached: Reached,
  isOpen: boolean,
): Required<Pick<Cause, 'state' | 'next'>> {
  if (!outside) return { state: ofStep, next }
  const mark = `\`lockstep mark ${versionId(version)} --${direction === 'up' ? 'pending' : 'applied'}\``
  if (reached === 'was not begun')
    return isOpen
      ? {
          state: 'The ledger may say all the same that it has begun.',
          next: `If it is said there not to have ended, run ${mark}.`,
        }
      : { state: 'Nothing of it was done.', next }
  const settle = `${isOpen ? 'If it is not applied there: ' : ''}${settleRow(version, direction)}`
  return { state: STILL_THERE, next: next && settle }
}
