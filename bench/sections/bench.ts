// What every section of the benchmark is given. Types only.
import type { AwaitingStopwatch, Stopwatch } from '../measure/stopwatch.js'

/** Places, the clock, and how thorough to be. */
export interface Bench {
  /** A folder that is removed at the end. */
  readonly scratch: string
  /** The folder of Lockstep's own sources. */
  readonly lockstep: string
  readonly time: Stopwatch
  readonly timeAwaited: AwaitingStopwatch
  /** How many rounds to run where so many are usual. */
  rounds(usual: number): number
  /** Says on a terminal what is being measured now. */
  tell(what: string): void
}
