// What a side is tried on because of what its statements do: when there is anything to try, and on which rows.
import { attempt } from '../sides/attempt.js'
import type { Fact } from '../../model/evidence.js'
import type { TableGraph } from './fill/table-graph.js'
import type { Judge, Outcome, Prover } from './prover.js'
import type { SeederState } from './seed/seeder-state.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** A side that is to be tried. */
export interface Trial {
  readonly rows: Prover
  readonly side: StepSide
  readonly effects: readonly Effect[]
  /** Takes out what stood in the way before. */
  prepare(): void
  /** Whether that makes rows which code asks for by value. */
  readonly asks?: true
  /** What code ran, with what it bound. */
  readonly bound?: readonly Effect[]
}

/** What knows which tables a side puts into one. */
type Sorter = Pick<Prover, 'merges'>

/** One kind of trial. */
export interface ScriptTrial {
  /** Whether statements give it anything to do; `before` is the schema that they find. */
  isDue(effects: readonly Effect[], before: TableGraph, rows: Sorter): boolean
  /** What is found. Takes everything back. */
  run(trial: Trial): readonly Fact[]
}

interface Definition<T> {
  /** Whether a `down` is tried as well. */
  readonly sides: 'up' | 'any'
  /** What of statements there is to try. */
  find(effects: readonly Effect[], before: TableGraph, rows: Sorter): readonly T[]
  /** Where there is something. */
  run(trial: Trial, found: readonly T[]): readonly Fact[]
}

/** A trial that says nothing of sides that cannot be taken back, or give it nothing to do. */
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

/** Whether a side may be run to be taken back. */
const isTried = ({ entry: { effects, transaction } }: StepSide): boolean =>
  effects === undefined && transaction !== false

/** Whether it is an `up` as well. */
export const isTriedUp = (side: StepSide): boolean => side.direction === 'up' && isTried(side)

/** Runs the side behind a change of its rows, and takes both back. */
export const tryOn = (
  { rows, side, prepare }: Trial,
  change: (state: SeederState, situation: TableGraph) => void,
  judge?: Judge,
): Outcome =>
  rows.tryOut(
    side,
    () => {
      prepare()
      rows.onTrial(change)
    },
    judge,
  )
