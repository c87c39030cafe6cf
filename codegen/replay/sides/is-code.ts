// Distinguishes code from SQL.
import type { StepSide } from './step-side.js'
import { codeIn } from '../../../src/plan/scripts.js'

/** Whether a side is code. */
export const isCode = ({ entry, direction }: StepSide): boolean => codeIn(entry, direction) !== null

/** Whether it is code that may run again: only then is it known what it compares. */
export const isRepeatableCode = (side: StepSide): boolean =>
  isCode(side) && side.entry.effects === undefined && side.entry.transaction !== false
