// Defines what a replay needs from the wall. Types only.
import type { Withheld } from './withheld.js'

/** The wall, as a replay uses it. */
export interface ReplayWall {
  /** Everything withheld from the migrations since the last call, without repeats. */
  told(): readonly Withheld[]
  /** Between two steps: detaches the stand-ins. */
  release(): void
  readonly trial: {
    /** Replays one direction of a migration. */
    run<T>(work: () => T): T
    /** Whether one of these names may be missing because of a stand-in. */
    mayLack(names: Iterable<string>): boolean
  }
}
