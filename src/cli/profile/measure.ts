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
  /** Whether the runner runs it for itself: no author can do anything about it. */
  readonly isOwn?: true
  /** Whether the text is not what is run, so that its plan would be another one. */
  readonly isUnplanned?: true
}

/** Measures a piece of work on behalf of a statement. */
export type Measure = <T>(asked: Asked, run: () => T, rowsRead: (answer: T) => number) => T
