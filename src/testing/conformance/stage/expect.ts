// The suite's own assertions, so that it needs no framework. They throw findings, to which the case adds its promise.
import { conformanceFailed } from '../../../errors/conformance.js'
import { isLockstepError, LockstepError } from '../../../errors/lockstep-error.js'

/** Ends the case with a finding: a clause that says what was seen, and what should have been. */
export function fail(finding: string, context: { readonly cause?: unknown } = {}): never {
  throw new LockstepError(conformanceFailed(finding), context)
}

/** Fails unless the condition holds; `finding` says what is true instead. */
export function expectThat(condition: unknown, finding: string): asserts condition {
  if (!condition) fail(finding)
}

/** Fails unless both look the same in text form: BigInt and number differ, all kinds of byte arrays are alike. */
export function expectEqual(actual: unknown, wanted: unknown, what: string): void {
  const [seen, right] = [show(actual), show(wanted)]
  if (seen !== right) fail(`${what} is ${seen}, and should be ${right}`)
}

/** The value itself; fails if there is none. */
export function expected<T>(value: T | null | undefined, what: string): T {
  return value ?? fail(`${what} is missing`)
}

/** What an action throws or rejects with; fails if it does neither. */
export async function thrownBy(action: () => unknown, what: string): Promise<unknown> {
  let answer: unknown
  try {
    answer = await action()
  } catch (error) {
    return error
  }
  return fail(`${what} threw nothing, and answered ${show(answer)}`)
}

/** The typed error that an action ends with; fails if it succeeds or has another code than one of these. */
export async function refusalOf(
  action: () => unknown,
  what: string,
  ...codes: readonly string[]
): Promise<LockstepError> {
  const cause = await thrownBy(action, what)
  if (isLockstepError(cause) && codes.includes(cause.code)) return cause
  return fail(
    `${what} failed with ${describe(cause)}, and should fail with ${codes.join(' or ')}`,
    {
      cause,
    },
  )
}

/** A short description of an error. */
export function describe(error: unknown): string {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  const text = typeof message === 'string' ? message.replace(/\.$/, '') : show(error)
  return typeof code === 'string' ? `${code} (${text})` : text
}

/** A value as text; different values have different texts. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (ArrayBuffer.isView(value)) return `bytes [${[...(value as Uint8Array)].join(', ')}]`
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${show(member)}`)
    .join(', ')}}`
}
