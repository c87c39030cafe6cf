// The place of a side of which nothing closer is known.
import type { Direction, StepPlace } from '../../model/evidence.js'

/** A place in a side of which nothing closer is known. */
export const wholeSide = (version: number, direction: Direction): StepPlace => ({
  version,
  direction,
  script: null,
  offset: null,
  statement: null,
  frame: null,
})
