// Plans the trials in which two layouts are compared, one kind of rows after another: the first ones give the plainest messages.
import { once } from '../../../model/once.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { agreeingTrials } from './agreeing-rows.js'
import { askedBy } from './asked-values.js'
import { comparesRows } from './compared-rows.js'
import { moderateRows, rowsThere } from './fill-pairs.js'
import type { KeptReader } from './kept-readers.js'
import { partedTwins } from './parted-twins.js'
import type { FilledPair } from './plain-database.js'
import type { TablePair } from './table-pairs.js'

/** The views and triggers that are tried together, and their rows. */
export interface RowTrial {
  readonly of: readonly KeptReader[]
  readonly fill: () => readonly FilledPair[]
}

/** All trials, a few readers at a time. */
export const rowTrials = (
  connection: Connection,
  side: ObservedSide,
  kept: readonly KeptReader[],
): RowTrial[] => batchesOf(kept).flatMap((batch) => trialsOf(connection, side, batch))

/** The most values per column in one trial: with more, few rows would meet two conditions. */
const FEW = 5

function batchesOf(kept: readonly KeptReader[]): KeptReader[][] {
  const batches: KeptReader[][] = []
  const taken = new Map<string, Set<Value>>()
  for (const one of kept) {
    const { values } = askedBy([one])
    const isFull = [...values].some(
      ([name, own]) => new Set([...(taken.get(name) ?? []), ...own]).size > FEW,
    )
    if (isFull || batches.length === 0) {
      batches.push([])
      taken.clear()
    }
    batches.at(-1)!.push(one)
    for (const [name, own] of values) taken.set(name, new Set([...(taken.get(name) ?? []), ...own]))
  }
  return batches
}

/** Moderate rows; agreeing rows, for texts that compare rows; and existing rows, on which a calculation may fail. */
function trialsOf(
  connection: Connection,
  side: ObservedSide,
  kept: readonly KeptReader[],
): RowTrial[] {
  const asked = askedBy(kept)
  const pairs = [...new Set(kept.flatMap(({ tables }) => tables))]
  const made = once(
    () =>
      new Map(
        pairs.map((pair): [TablePair, readonly RawRow[]] => [
          pair,
          moderateRows(connection, pair, asked),
        ]),
      ),
  )
  const filled = (rows: ReadonlyMap<TablePair, readonly RawRow[]>): FilledPair[] =>
    [...rows].map(([pair, own]) => ({ ...pair, rows: own }))
  const comparing = kept.filter(({ texts }) => texts.some(comparesRows))
  return [
    { of: kept, fill: () => filled(made()) },
    ...agreeingTrials(comparing, connection, asked).map((agreeing) => ({
      of: comparing,
      fill: () => filled(agreeing(made())),
    })),
    {
      of: kept,
      fill: () =>
        pairs.map((pair) => ({
          ...pair,
          rows: rowsThere(connection, pair, asked),
          parted: partedTwins(connection, side, pair),
        })),
    },
  ]
}
