// One promise and how to find out whether it is kept.
import type { Driver } from '../../../database/driver.js'
import type { Mode } from '../../../database/outcome.js'
import type { Need } from './reason-to-skip.js'
import type { AnyDriver, Stage } from './stage.js'

/** Who promises: a member of the port, or the runs over it. */
export type Member = keyof Driver<unknown, Mode> | 'run'

/** A promise in the words that stand at the member, and what tries it. */
export interface Promised {
  readonly promise: string
  /** What it cannot be tried without; nothing when absent. */
  readonly needs?: readonly Need[]
  /** Throws when the promise is not kept. `driver` is the first that the stage has opened. */
  tryOut(driver: AnyDriver, stage: Stage): Promise<void>
}
