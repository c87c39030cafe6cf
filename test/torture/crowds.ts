// The kinds of crowd: what starts together, on what, and how patient it is.
import type { Pace } from './history.js'

/** One kind of crowd. */
export interface Crowd {
  readonly name: string
  readonly pace: Pace
  readonly lockTimeoutMs: number
  /** How far the file has been migrated before. */
  readonly from: number
  /** Whether whoever applies something makes a copy first. */
  readonly backup?: true
}

const QUICK: Pace = { steps: 30, pauseMs: 0, slow: 'some' }
const SLOW: Pace = { steps: 12, pauseMs: 30, slow: 'all' }
const PATIENT = 10_000

/** On a fresh file and on one that is half migrated, quick and slow. */
export const CROWDS: readonly Crowd[] = [
  { name: 'fresh file, quick steps', pace: QUICK, lockTimeoutMs: PATIENT, from: 0 },
  { name: 'fresh file, slow steps', pace: SLOW, lockTimeoutMs: PATIENT, from: 0 },
  { name: 'half migrated, quick steps', pace: QUICK, lockTimeoutMs: PATIENT, from: 15 },
  { name: 'half migrated, slow steps', pace: SLOW, lockTimeoutMs: PATIENT, from: 6 },
]

/** The same kinds with a copy before the first step of whoever applies one. */
export const COPYING: readonly Crowd[] = CROWDS.filter(({ pace }) => pace === QUICK).map(
  (crowd) => ({ ...crowd, name: `${crowd.name}, each with a copy before`, backup: true }),
)

/** One that is quick, and one that is slow and half migrated: each with no copy, and one with it. */
export const FEW: readonly Crowd[] = [0, 3].map((at) => CROWDS[at]!)

/** Together the steps take more than twice the patience of those who wait: a plain timeout fails here. */
export const STARVING: Crowd = {
  name: '12 steps of 100 ms, patience 600 ms',
  pace: { steps: 12, pauseMs: 100, slow: 'all' },
  lockTimeoutMs: 600,
  from: 0,
}

/** The same in full. */
export const STARVING_LONG: Crowd = {
  name: '60 steps of 200 ms, patience 5 s',
  pace: { steps: 60, pauseMs: 200, slow: 'all' },
  lockTimeoutMs: 5_000,
  from: 0,
}
