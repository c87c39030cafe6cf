// The entry point for authors of drivers: every promise that a driver has to keep, as a case for any test framework.
import type { Mode } from '../database/outcome.js'
import { driverCases } from './conformance/driver-cases.js'
import type { DriverUnderTest } from './conformance/stage/driver-under-test.js'

export { driverCases, type DriverCase } from './conformance/driver-cases.js'
export type { BigIntegers, DriverUnderTest, Way } from './conformance/stage/driver-under-test.js'
export type { DriverCapabilities } from './conformance/stage/capabilities.js'
export type { Member } from './conformance/stage/promised.js'
export { isLockstepError, LockstepError } from '../errors/lockstep-error.js'

/** The parts of a test framework that are used; vitest, jest, mocha and node:test have them. */
export interface Framework {
  describe(title: string, body: () => void): unknown
  readonly it: ((title: string, body: () => Promise<void>) => unknown) & {
    skip(title: string, body: () => Promise<void>): unknown
  }
}

/** Declares every case with the framework, one `it` each; skipped ones give the reason in their title. */
export function describeDriver<H, M extends Mode>(
  { describe, it }: Framework,
  driver: DriverUnderTest<H, M>,
): void {
  describe('the driver', () => {
    for (const { name, skip, run } of driverCases(driver)) {
      if (skip === undefined) it(name, run)
      else it.skip(`${name} (${skip})`, run)
    }
  })
}
