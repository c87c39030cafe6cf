// One promise and its test.
import type { Driver } from '../../../database/driver.js'
import type { Mode } from '../../../database/outcome.js'
import type { Need } from './reason-to-skip.js'
import type { AnyDriver, Stage } from './stage.js'

/** Who promises: a member of the port, or the runs over it. */
export type Member = keyof Driver<unknown, Mode> | 'run'

/** A promise as worded at the member, and its test. */
export interface Promised {
  readonly promise: string
  /** What it cannot be tested without; absent if nothing. */
  readonly needs?: readonly Need[]
  /** Throws if the promise is not kept. `driver` is the first that the stage has opened. */
  tryOut(driver: AnyDriver, stage: Stage): Promise<void>
}
