// What a profile is asked to measure. Types only.
import type { Value } from '../../database/driver.js'

/** A statement with the values it is given. */
export interface Asked {
  readonly sql: string
  readonly values: readonly Value[]
  /** 0 for a further row of a call that was counted before. */
  readonly calls: 0 | 1
  /** Whether it is run through the handle itself, as code does. */
  readonly isOnHandle?: true
  /** Whether the runner asks it for itself, so that no author can do anything about its plan. */
  readonly isOwn?: true
}

/** Measures a piece of work on behalf of a statement. */
export type Measure = <T>(asked: Asked, run: () => T, rowsRead: (answer: T) => number) => T
