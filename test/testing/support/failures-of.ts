// Runs cases one after the other, and collects those that fail.
import type { DriverCase } from '../../../src/testing/driver.js'

/** A case that has failed, and with what. */
export interface Failure {
  readonly name: string
  readonly error: unknown
}

/** The failures of all cases that apply, in their order. */
export async function failuresOf(cases: readonly DriverCase[]): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  for (const { name, skip, run } of cases) {
    if (skip !== undefined) continue
    try {
      await run()
    } catch (error) {
      failures.push({ name, error })
    }
  }
  return failures
}
