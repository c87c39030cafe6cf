// The only error class. Its texts come from the catalogue; nothing in Lockstep throws anything else on purpose.
import type { ErrorCode } from '../model/codes.js'
import type { Problem, RunReport } from '../model/report.js'
import type { Where } from '../model/told-step.js'
import { visible } from '../model/visible.js'

/** The context of an error: its cause, and what had been done before. */
export interface ErrorContext {
  readonly cause?: unknown
  readonly report?: RunReport | undefined
}

/**
 * What the catalogue says about an error or a problem. `message` is one line and may hold text from outside; the lines below it
 * are in `lines`. What is left behind and what to do about it are separate parts, which `afterStep` replaces if a step was
 * running.
 */
export interface Cause extends Omit<Problem, 'severity'> {
  readonly lines?: readonly string[]
  /** The step that the message names; its parts become facts. */
  readonly where?: Where
  /** What is left behind if no step was running. */
  readonly state?: string
  /** What is left of a step in a transaction, if that may be more than nothing; empty if the message says it. */
  readonly ofStep?: string
  /** What to do after `fix`; empty if that is all. */
  readonly next?: string
  /** Set if the fix also undoes what a step outside a transaction has done. */
  readonly restores?: true
  /** Set once it is known which step was running. */
  readonly told?: true
}

/** A cause as a problem of a report; as in an error, text from outside cannot break a line. */
export function problemOf(cause: Cause, severity: Problem['severity']): Problem {
  const { code, message, lines = [], where, state = '', fix, next, facts } = cause
  return {
    code,
    severity,
    message:
      [message, ...lines].map(visible).join('\n') + (state && (lines[0] ? '\n' : ' ') + state),
    fix: [visible(fix), next].filter(Boolean).join(' '),
    ...((where ?? facts) && { facts: { ...(where && plainly(where)), ...facts } }),
  }
}

/** More may be known about a step than belongs into the facts. */
const plainly = ({ version, name, direction, file, outside }: Where): Where => ({
  version,
  name,
  direction,
  file,
  outside,
})

/**
 * The property under which an error keeps its parts, shared by all copies of the package; not enumerable, so not listed or
 * copied.
 */
const PARTS: unique symbol = Symbol.for('lockstep.parts') as never

/**
 * An error with a permanent `code`, the facts, what to do (`fix`), the cause, and the report of what had been done. Recognise it
 * by `isLockstepError`, not by `instanceof`: a program may contain two copies of the package.
 */
export class LockstepError extends Error {
  /** Printed by Node: bundlers shorten the name of the class. */
  static override readonly name = 'LockstepError'
  override readonly name = 'LockstepError'
  readonly code: ErrorCode
  readonly fix: string
  readonly facts: Readonly<Record<string, unknown>>
  /** The steps that were committed before the failure; absent if the run had not begun. */
  readonly report: RunReport | undefined

  constructor(cause: Cause, context: ErrorContext = {}) {
    const { message, code, fix, facts = {} } = problemOf(cause, 'error')
    super(message, 'cause' in context ? { cause: context.cause } : undefined)
    this.code = code as ErrorCode
    this.fix = fix
    this.facts = facts
    this.report = context.report
    Object.defineProperty(this, PARTS, { value: cause })
  }

  /** The parts of an error from the catalogue of any copy of the package; for any other object, its own properties. */
  static partsOf(error: Cause): Cause {
    return (error as { [PARTS]?: Cause })[PARTS] ?? { ...error, ...saidAgain(error.message) }
  }
}

/** The text of an error, for an error that repeats it. */
export function saidAgain(said: string): Pick<Cause, 'message' | 'lines'> {
  const [message = '', ...lines] = said.split('\n')
  return { message, lines }
}

/** Whether a thrown value is a `LockstepError` of any copy of the package, optionally with one code. */
export function isLockstepError(error: unknown, code?: ErrorCode): error is LockstepError {
  const candidate = error as Partial<LockstepError> | null | undefined
  return (
    candidate?.name === 'LockstepError' &&
    typeof candidate.code === 'string' &&
    (code === undefined || candidate.code === code)
  )
}
