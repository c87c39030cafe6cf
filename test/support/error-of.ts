// Expected failures: fails if nothing is thrown, and checks that the texts of the error read well.
import { expect } from 'vitest'
import { isLockstepError, type LockstepError } from '../../src/errors/lockstep-error.js'

/** The typed error that an action throws. */
export function errorOf(action: () => unknown): LockstepError {
  let result: unknown
  try {
    result = action()
  } catch (error) {
    return readable(error)
  }
  throw new Error(`Nothing was thrown; the answer was ${JSON.stringify(result)}`)
}

/** The typed error that an action throws at once or rejects with. */
export async function failureOf(action: () => unknown): Promise<LockstepError> {
  let result: unknown
  try {
    result = await action()
  } catch (error) {
    return readable(error)
  }
  throw new Error(`Nothing was thrown; the answer was ${JSON.stringify(result)}`)
}

function readable(error: unknown): LockstepError {
  if (!isLockstepError(error)) throw error
  readsWell(error)
  return error
}

/** Checks that message and fix are sentences, without values that mean nothing to a person. */
export function readsWell({
  message,
  fix,
}: {
  readonly message: string
  readonly fix: string
}): void {
  for (const text of [message, fix]) {
    expect(text).toMatch(/^[A-Z].*\.$/s)
    expect(text).not.toMatch(/(?<!`)\b(?:undefined|null)\b(?! was thrown)|\[object|\.\.(?!\.)|\$\{/)
  }
}
