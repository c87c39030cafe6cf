// Remembers what versions have read where they wrote, under the names that there are now.
import type { TableGraph } from '../fill/table-graph.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Effect } from '../watch/statement-effect.js'
import { copiedFrom, type CopiedFrom } from './copied-from.js'
import { copyPairs, type CopyPair } from './copy-sources.js'
import { namesBehind } from './names-behind.js'
import type { SeederState } from './seeder-state.js'

/** What a step did to rows. */
export interface Copying {
  readonly version: number
  /** The tables that the step filled from each other: new rows of the one get no keys that the other has. */
  readonly kin: readonly CopyPair[]
  readonly sources: readonly CopiedFrom[]
  readonly effects: readonly Effect[]
}

/** Before any step. */
export const NO_COPYING: Copying = { version: 0, kin: [], sources: [], effects: [] }

/** What a side was seen to do to rows. */
export const copyingBy = (side: ObservedSide, now: TableGraph): Copying => ({
  version: side.entry.version,
  kin: copyPairs(side, now),
  sources: copiedFrom(side),
  effects: side.effects,
})

/** A step is filled for several times. */
export function noteSources(
  state: SeederState,
  situation: TableGraph,
  { version, effects, sources: more }: Copying,
): void {
  if (state.noted === version) return
  state.noted = version
  const { sources } = state
  const behind = namesBehind(effects, situation)
  const all = [...sources, ...more].map((one) => ({
    ...one,
    table: behind.table(one.table),
    columns: one.columns.map((name) => behind.column(one.table, name)),
    asked: one.asked.map((name) => behind.column(one.table, name)),
  }))
  sources.splice(0, sources.length, ...all)
}
