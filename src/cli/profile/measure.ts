// The types of measuring statements. Types only.
import type { Value } from '../../database/driver.js'

/** A statement with its values. */
export interface Asked {
  readonly sql: string
  readonly values: readonly Value[]
  /** 0 for a further row of a call that was already counted. */
  readonly calls: 0 | 1
  /** Whether it runs through the handle itself, as code does. */
  readonly isOnHandle?: true
  /** Whether the runner runs it for itself: no author can do anything about it. */
  readonly isOwn?: true
  /** Whether the text is not what actually runs, so that its plan would be a different one. */
  readonly isUnplanned?: true
}

/** Measures a piece of work on behalf of a statement. */
export type Measure = <T>(asked: Asked, run: () => T, rowsRead: (answer: T) => number) => T
