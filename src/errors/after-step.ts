// An error as it is told of the step that it ended: what the step is, what is left of it, and what to do about that.
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

/** How far a step came. Outside a transaction it may have done all of its work, and only recording it went wrong. */
export type Reached =
  'was not begun' | 'failed before its first statement' | 'failed' | 'has run, but is not recorded'

/** The error that ended a step: it names the step, and says what is left of it. */
export function afterStep(
  error: LockstepError,
  where: Where,
  reached: Reached = 'failed',
): LockstepError {
  const cause = causeOf(error)
  const { ofStep = ROLLED_BACK, next = RUN_AGAIN } = cause
  const isOpen = cause.code === 'COMMIT_UNCERTAIN'
  const isBegun = reached !== 'was not begun'
  const how = isOpen && isBegun ? 'has run, and may be recorded or not' : reached
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

/** Whether what is said names this step; it may be of an earlier one, of which something was kept. */
const isOf = ({ where }: Cause, { version }: Where): boolean => where?.version === version

function left({ resumes, kept }: Where, reached: Reached): string {
  if (resumes) return keptBatches(kept)
  return reached === 'failed before its first statement' ? NO_STATEMENT : STILL_THERE
}

/** What is left of one that this run has not begun. */
function unbegun({ resumes }: Where, isOpen: boolean): string {
  if (isOpen) return 'The ledger may say all the same that it has begun.'
  return resumes ? keptBatches() : 'Nothing of it was done.'
}

/** What the code of a migration is the reason of, so that it will be edited. */
const BY_CODE = /^(?:MIGRATION_|BATCHES_INVALID$)/

/** What to do about a step outside a transaction that has begun. */
function settling({ code, restores, next }: Cause, where: Where, reached: Reached): string {
  if (where.resumes) return next ?? (BY_CODE.test(code) ? RUN_EDITED : RUN_AGAIN)
  if (restores) return RUN_AGAIN
  if (reached === 'failed before its first statement') return unmark(where)
  return `${code === 'COMMIT_UNCERTAIN' ? 'If that says `interrupted`: ' : ''}${settleRow(where.version)}`
}

/** What is told already is of a run that the step has made itself. */
function causeOf(error: LockstepError): Cause {
  const parts = LockstepError.partsOf(error)
  if (!parts.told) return parts
  const { code, fix, facts } = error
  return { ...saidAgain(error.message), code, fix, facts }
}
