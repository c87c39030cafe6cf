// Records which columns versions have copied elsewhere, under the names that tables and columns have now.
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
  /** The tables that the step filled from each other: a new row in one gets no key that the other has. */
  readonly kin: readonly CopyPair[]
  readonly sources: readonly CopiedFrom[]
  readonly effects: readonly Effect[]
}

/** The state before any step. */
export const NO_COPYING: Copying = { version: 0, kin: [], sources: [], effects: [] }

/** What a side was seen to do to rows. */
export const copyingBy = (side: ObservedSide, now: TableGraph): Copying => ({
  version: side.entry.version,
  kin: copyPairs(side, now),
  sources: copiedFrom(side),
  effects: side.effects,
})

/** Notes each version once, though a step fills tables several times. */
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
