// Adds to an error which step it ended, what is left of that step, and what to do about it.
import {
  keptBatches,
  NO_STATEMENT,
  ROLLED_BACK,
  RUN_AGAIN,
  RUN_EDITED,
  settleRow,
  STILL_THERE,
  title,
  unmark,
  type Where,
} from '../model/told-step.js'
import { LockstepError, saidAgain, type Cause } from './lockstep-error.js'

/** How far a step came. Outside a transaction it may have done all of its work and only failed to be recorded. */
export type Reached =
  'was not started' | 'failed before its first statement' | 'failed' | 'ran but is not recorded'

/** The error that ended a step: names the step, and says what is left of it. */
export function afterStep(
  error: LockstepError,
  where: Where,
  reached: Reached = 'failed',
): LockstepError {
  const cause = causeOf(error)
  const { ofStep = ROLLED_BACK, next = RUN_AGAIN } = cause
  const isOpen = cause.code === 'COMMIT_UNCERTAIN'
  const isBegun = reached !== 'was not started'
  const how =
    isOpen && isBegun
      ? where.resumes
        ? HALF_KNOWN
        : 'ran, and may or may not be recorded'
      : reached
  return new LockstepError(
    {
      ...cause,
      where,
      message: isOf(cause, where)
        ? cause.message
        : `${title(where)} in ${where.file} ${how}. ${cause.message}`,
      state: where.outside
        ? isBegun
          ? next && left(where, reached)
          : unbegun(where, isOpen)
        : ofStep,
      next: where.outside && (isBegun || isOpen) ? next && settling(cause, where, reached) : next,
      told: true,
    },
    error,
  )
}

/** Whether the message names this step; it may name an earlier one that was kept. */
const isOf = ({ where }: Cause, { version }: Where): boolean => where?.version === version

function left({ resumes, kept }: Where, reached: Reached): string {
  if (resumes) return keptBatches(kept)
  return reached === 'failed before its first statement' ? NO_STATEMENT : STILL_THERE
}

/** What is left of a step that this run has not begun. */
function unbegun({ resumes }: Where, isOpen: boolean): string {
  if (isOpen) return 'The ledger may still say that it was started.'
  return resumes ? keptBatches() : 'None of it was done.'
}

/** Errors whose reason is the code of the migration, so that it will be edited. */
const BY_CODE = /^(?:MIGRATION_|BATCHES_INVALID$)/

/** The fix for a step outside a transaction that has begun. */
function settling({ code, restores, next }: Cause, where: Where, reached: Reached): string {
  if (where.resumes) return next ?? (BY_CODE.test(code) ? RUN_EDITED : RUN_AGAIN)
  if (restores) return RUN_AGAIN
  if (reached === 'failed before its first statement') return unmark(where)
  return `${code === 'COMMIT_UNCERTAIN' ? 'If that says `interrupted`: ' : ''}${settleRow(where.version)}`
}

/** For a step that goes on where it stopped. */
const HALF_KNOWN = 'stopped, and its last batch may or may not be recorded'

/** An error that is already attributed belongs to a run that the step itself started. */
function causeOf(error: LockstepError): Cause {
  const parts = LockstepError.partsOf(error)
  if (!parts.told) return parts
  const { code, fix, facts } = error
  return { ...saidAgain(error.message), code, fix, facts }
}
