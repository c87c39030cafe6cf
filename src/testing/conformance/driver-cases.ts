// Creates the list of cases for one driver from the list of promises.
import type { Mode } from '../../database/outcome.js'
import { conformanceFailed, conformanceSkipped } from '../../errors/conformance.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { DriverUnderTest } from './stage/driver-under-test.js'
import { describe } from './stage/expect.js'
import type { Member, Promised } from './stage/promised.js'
import { promises } from './promises.js'
import { reasonToSkip } from './stage/reason-to-skip.js'
import { stageFor, type Stage } from './stage/stage.js'

/** One case: a promise, and its test. */
export interface DriverCase {
  /** The member and the promise: a title for a test. */
  readonly name: string
  readonly member: Member
  /** As worded at the member of `Driver`; for `run`, what holds for every run over the driver. */
  readonly promise: string
  /** Why the case does not apply to this driver; undefined if it does. */
  readonly skip: string | undefined
  /**
   * Tests the promise on databases of its own, which it closes. Rejects with a `LockstepError`: `CONFORMANCE_FAILED` if the
   * promise is not kept, `CONFORMANCE_SKIPPED` if the case does not apply.
   */
  run(): Promise<void>
}

/** Every case in the order of the port, including those that do not apply. Opens nothing by itself. */
export const driverCases = <H, M extends Mode>(
  driver: DriverUnderTest<H, M>,
): readonly DriverCase[] =>
  (Object.entries(promises) as [Member, readonly Promised[]][]).flatMap(([member, made]) =>
    made.map((promised) => caseOf(driver as unknown as DriverUnderTest<unknown>, member, promised)),
  )

function caseOf(
  driver: DriverUnderTest<unknown>,
  member: Member,
  { promise, needs = [], tryOut }: Promised,
): DriverCase {
  const name = `${member}: ${promise}`
  const skip = reasonToSkip(driver, needs)
  return {
    name,
    member,
    promise,
    skip,
    async run() {
      if (skip !== undefined) throw new LockstepError(conformanceSkipped(name, skip))
      try {
        await onStage(stageFor(driver), tryOut)
      } catch (error) {
        throw new LockstepError(conformanceFailed(findingOf(error), name), { cause: error })
      }
    },
  }
}

/** An error while cleaning up must not hide the finding. */
async function onStage(stage: Stage, tryOut: Promised['tryOut']): Promise<void> {
  try {
    await tryOut(await stage.open(), stage)
  } catch (error) {
    await stage.end().catch(() => {})
    throw error
  }
  await stage.end()
}

const findingOf = (error: unknown): string =>
  isLockstepError(error, 'CONFORMANCE_FAILED')
    ? String(error.facts['finding'])
    : `it threw ${describe(error)}`
