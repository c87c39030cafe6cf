// What a replay asks of the wall. Types only.
import type { Withheld } from './withheld.js'

/** The wall, as a replay uses it. */
export interface ReplayWall {
  /** What was kept from the migrations since this was asked last, each thing once. */
  told(): readonly Withheld[]
  /** Between two steps: detaches what stands in for files. */
  release(): void
  readonly trial: {
    /** Replays one direction of a migration. */
    run<T>(work: () => T): T
    /** Whether one of these names may be missing because of a stand-in. */
    mayLack(names: Iterable<string>): boolean
  }
}
