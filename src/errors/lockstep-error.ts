// The one error class. What it says comes from the catalogue; nothing in Lockstep throws anything else on purpose.
import type { ErrorCode } from '../model/codes.js'
import type { Problem, RunReport } from '../model/report.js'
import type { Where } from '../model/told-step.js'
import { visible } from '../model/visible.js'

/** What accompanies an error: what caused it, and what had been done before. */
export interface ErrorContext {
  readonly cause?: unknown
  readonly report?: RunReport | undefined
}

/**
 * What the catalogue says about an error or a problem. `message` is one line and may hold text from outside; what is to stand
 * below it is in `lines`. What is left behind, and what to do about that, are parts of their own: `afterStep` puts others
 * there, where a step was under way.
 */
export interface Cause extends Omit<Problem, 'severity'> {
  readonly lines?: readonly string[]
  /** The step that the message names; its parts are facts. */
  readonly where?: Where
  /** What is left behind, where no step was under way. */
  readonly state?: string
  /** What is left of a step in a transaction, where it may be more than nothing; empty where the message says it. */
  readonly ofStep?: string
  /** What to do when `fix` is done; empty where that is all. */
  readonly next?: string
  /** Set where doing that takes back what a step outside a transaction has done as well. */
  readonly restores?: true
  /** Set where it is known which step was under way. */
  readonly told?: true
}

/** A cause as a problem of a report; as in an error, no text from outside ends a line of what it says. */
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

/** What is known of a step may be more than is told. */
const plainly = ({ version, name, direction, file, outside }: Where): Where => ({
  version,
  name,
  direction,
  file,
  outside,
})

/** Where an error keeps its parts, which every copy of the package finds; not seen by what lists or copies an error. */
const PARTS: unique symbol = Symbol.for('lockstep.parts') as never

/**
 * An error with a permanent `code`, the facts, what to do (`fix`), the cause, and the report of what had been done.
 * Recognise it by `isLockstepError`, not by `instanceof`: two copies of the package may meet in one program.
 */
export class LockstepError extends Error {
  /** Which Node prints: bundlers shorten the name of the class. */
  static override readonly name = 'LockstepError'
  override readonly name = 'LockstepError'
  readonly code: ErrorCode
  readonly fix: string
  readonly facts: Readonly<Record<string, unknown>>
  /** The steps that were committed before the failure; absent when the run had not begun. */
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

  /** What the catalogue of any copy of the package has said about an error, part by part; of another object, what that says. */
  static partsOf(error: Cause): Cause {
    return (error as { [PARTS]?: Cause })[PARTS] ?? { ...error, ...saidAgain(error.message) }
  }
}

/** What an error has said, for one that says it again. */
export function saidAgain(said: string): Pick<Cause, 'message' | 'lines'> {
  const [message = '', ...lines] = said.split('\n')
  return { message, lines }
}

/** Whether a thrown value is a `LockstepError` of any copy of the package, optionally of one code. */
export function isLockstepError(error: unknown, code?: ErrorCode): error is LockstepError {
  const candidate = error as Partial<LockstepError> | null | undefined
  return (
    candidate?.name === 'LockstepError' &&
    typeof candidate.code === 'string' &&
    (code === undefined || candidate.code === code)
  )
}
