// The one error class. What it says comes from the catalogue; nothing in Lockstep throws anything else on purpose.
import type { Problem, RunReport } from '../model/report.js'
import { visible } from '../model/visible.js'

/** What accompanies an error: what caused it, and what had been done before. */
export interface ErrorContext {
  readonly cause?: unknown
  readonly report?: RunReport
}

/**
 * What the catalogue says about an error or a problem. `message` is one line and may hold text from outside; what is to stand
 * below it is in `lines`.
 */
export interface Cause extends Omit<Problem, 'severity'> {
  readonly lines?: readonly string[]
}

/** A cause as a problem of a report; as in an error, no text from outside ends a line of what it says. */
export const problemOf = (
  { message, lines = [], fix, ...others }: Cause,
  severity: Problem['severity'],
): Problem => ({
  ...others,
  severity,
  message: [message, ...lines].map(visible).join('\n'),
  fix: visible(fix),
})

/**
 * An error with a permanent `code`, the facts, what to do (`fix`), the cause, and the report of what had been done.
 * Recognise it by `isLockstepError`, not by `instanceof`: two copies of the package may meet in one program.
 */
export class LockstepError extends Error {
  override readonly name = 'LockstepError'
  readonly code: string
  readonly fix: string
  readonly facts: Readonly<Record<string, unknown>>
  /** The steps that were committed before the failure; absent when the run had not begun. */
  readonly report: RunReport | undefined

  constructor(cause: Cause, context: ErrorContext = {}) {
    const { message, code, fix, facts = {} } = problemOf(cause, 'error')
    super(message, 'cause' in context ? { cause: context.cause } : undefined)
    this.code = code
    this.fix = fix
    this.facts = facts
    this.report = context.report
  }
}

/** Whether a thrown value is a `LockstepError` of any copy of the package, optionally of one code. */
export function isLockstepError(error: unknown, code?: string): error is LockstepError {
  const candidate = error as Partial<LockstepError> | null | undefined
  return (
    candidate?.name === 'LockstepError' &&
    typeof candidate.code === 'string' &&
    (code === undefined || candidate.code === code)
  )
}
