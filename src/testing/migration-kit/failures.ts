// Failures of several trials, which are told together.
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Cause } from '../../errors/lockstep-error.js'

/** What failed, and how it is called. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly error: unknown
}

/** A failure with what it says. */
export const failureOf = (name: string, error: unknown): Failure => ({
  name,
  message: error instanceof Error ? error.message : String(error),
  error,
})

/** Throws the only failure, or all in one error with the first as its cause; nothing where there is none. */
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
