// Makes the place of a finding that is about a whole side.
import type { Direction, StepPlace } from '../../model/evidence.js'

/** A place in a side of which nothing more precise is known. */
export const wholeSide = (version: number, direction: Direction): StepPlace => ({
  version,
  direction,
  script: null,
  offset: null,
  statement: null,
  frame: null,
})
