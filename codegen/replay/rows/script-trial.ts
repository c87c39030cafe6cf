// Defines trials that depend on the statements of a side: whether one has anything to try, and on which rows.
import { attempt } from '../sides/attempt.js'
import type { Fact } from '../../model/evidence.js'
import type { TableGraph } from './fill/table-graph.js'
import type { Outcome, Prover } from './prover.js'
import type { Judge, Seen } from './seen.js'
import type { SeederState } from './seed/seeder-state.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** A side to be tried. */
export interface Trial {
  readonly rows: Prover
  readonly side: StepSide
  readonly effects: readonly Effect[]
  /** Removes the rows that were in the way before. */
  prepare(): void
  /** Whether `prepare` makes rows that code looks for by value. */
  readonly asks?: true
  /** What code ran, with its bound values. */
  readonly bound?: readonly Effect[]
}

/** Finds the tables that a side merges. */
type Sorter = Pick<Prover, 'merges'>

/** One kind of trial. */
export interface ScriptTrial {
  /** Whether the statements give it anything to do; `before` is the schema that they find. */
  isDue(effects: readonly Effect[], before: TableGraph, rows: Sorter): boolean
  /** Returns findings. Rolls everything back. */
  run(trial: Trial): readonly Fact[]
}

interface Definition<T> {
  /** Whether `down` is tried as well. */
  readonly sides: 'up' | 'any'
  /** What there is to try in the statements. */
  find(effects: readonly Effect[], before: TableGraph, rows: Sorter): readonly T[]
  /** Runs if something was found. */
  run(trial: Trial, found: readonly T[]): readonly Fact[]
}

/** A trial that skips sides which cannot be rolled back, or which give it nothing to do. */
export const scriptTrial = <T>({ sides, find, run }: Definition<T>): ScriptTrial => ({
  isDue: (effects, before, rows) => find(effects, before, rows).length > 0,
  run(trial) {
    const { rows, side, effects } = trial
    if (!isTried(side) || (sides === 'up' && side.direction === 'down')) return []
    return attempt(
      rows,
      side,
      () => {
        const found = find(effects, rows.situation(), rows)
        return found.length > 0 ? run(trial, found) : []
      },
      [],
    )
  },
})

/** Whether a side may run and be rolled back. */
const isTried = ({ entry: { effects, transaction } }: StepSide): boolean =>
  effects === undefined && transaction !== false

/** Whether it is an `up`, too. */
export const isTriedUp = (side: StepSide): boolean => side.direction === 'up' && isTried(side)

/** A change of rows. */
type Change = (state: SeederState, situation: TableGraph) => void

/** Prepares the rows, and changes them. */
export const changing =
  ({ rows, prepare }: Pick<Trial, 'rows' | 'prepare'>, change: Change) =>
  (): void => {
    prepare()
    rows.onTrial(change)
  }

/** Runs the side after a change of its rows, and rolls both back. */
export const tryOn = (trial: Trial, change: Change, judge?: Judge): Outcome =>
  trial.rows.tryOut(trial.side, changing(trial, change), judge)

/** The same, but returns what `look` makes of what is seen; null if the side cannot run, or fails. */
export const lookOn = <T>(trial: Trial, change: Change, look: (seen: Seen) => T): T | null =>
  trial.rows.lookAfter(trial.side, changing(trial, change), look)
