// Collects failures of several trials to report them together.
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Cause } from '../../errors/lockstep-error.js'

/** What failed, and its name. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly error: unknown
}

/** A failure with its message. */
export const failureOf = (name: string, error: unknown): Failure => ({
  name,
  message: error instanceof Error ? error.message : String(error),
  error,
})

/** Throws the only failure, or all in one error with the first as its cause; nothing if there is none. */
export function throwTogether(
  failures: readonly Failure[],
  causeOf: (told: readonly Pick<Failure, 'name' | 'message'>[]) => Cause,
): void {
  const [first, ...others] = failures
  if (!first) return
  if (others.length === 0) throw first.error
  const told = failures.map(({ name, message }) => ({ name, message }))
  throw new LockstepError(causeOf(told), { cause: first.error })
}
