// Defines the input of every section of the benchmark. Types only.
import type { AwaitingStopwatch, Stopwatch } from '../measure/stopwatch.js'

/** Folders, the clock, and how thorough to be. */
export interface Bench {
  /** A folder that is removed at the end. */
  readonly scratch: string
  /** The folder of Lockstep's own sources. */
  readonly lockstep: string
  readonly time: Stopwatch
  readonly timeAwaited: AwaitingStopwatch
  /** The number of rounds to run, given the usual number. */
  rounds(usual: number): number
  /** Shows on a terminal what is being measured. */
  tell(what: string): void
}
