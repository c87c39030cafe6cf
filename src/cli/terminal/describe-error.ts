// Converts errors into plain data, which can be printed and sent between processes.
import type { CodeFrame } from '../../../codegen/diagnostics/code-frame.js'
import { unexpected } from '../../errors/command-line.js'
import { isLockstepError, LockstepError, saidAgain } from '../../errors/lockstep-error.js'
import { visible } from '../../model/visible.js'
import type { RunReport } from '../../model/report.js'

/** An error with everything that is known about it, serialisable as JSON. */
export interface ErrorDescription {
  readonly code: string
  readonly message: string
  readonly fix: string
  readonly facts?: Readonly<Record<string, unknown>>
  /** What had been done before; with `dryRun` only on a copy, which is removed. */
  readonly report?: RunReport & { readonly dryRun?: true }
  /** Where in the project the cause is; `file` is relative to the project. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number }
  /** The line of code there. */
  readonly frame?: CodeFrame
  /** The stacks of the error and its causes, the last cause last. */
  readonly stacks: readonly string[]
}

/** An error from another process, transferred as data. */
export class DescribedError extends LockstepError {
  constructor(readonly description: ErrorDescription) {
    super(
      { ...description, ...saidAgain(description.message) },
      description.report ? { report: description.report } : {},
    )
  }
}

/** Describes whatever was thrown; anything but a Lockstep error becomes `COMMAND_UNEXPECTED`. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof DescribedError) return error.description
  const known = isLockstepError(error)
    ? error
    : new LockstepError(unexpected(messageOf(error)), { cause: error })
  const { code, message, fix, facts, report } = known
  return {
    code,
    message,
    fix,
    ...(Object.keys(facts).length > 0 && { facts: plain(facts) }),
    ...(report && { report }),
    stacks: causesOf(known).map(shownStack),
  }
}

/** The message of a thrown value. */
export const messageOf = (error: unknown): string =>
  error instanceof Error || typeof (error as Error | null)?.message === 'string'
    ? (error as Error).message
    : String(error)

/** An error and its causes, the outermost first; stops at a cycle. */
export function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let next = error; next != null && !chain.includes(next);) {
    chain.push(next)
    next = (next as Error).cause
  }
  return chain
}

/** The stack of a thrown value, or else its message. */
export const stackOf = (error: unknown): string =>
  (error as Partial<Error> | null)?.stack ?? messageOf(error)

/** The stack with the message on one line: only Lockstep's own messages have several lines, and nothing foreign in them. */
function shownStack(error: unknown): string {
  const message = messageOf(error)
  return isLockstepError(error)
    ? stackOf(error)
    : stackOf(error).replace(message, () => visible(message))
}

/** Facts may hold values that JSON does not support. */
function plain(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(facts, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return JSON.parse(text) as Record<string, unknown>
}
