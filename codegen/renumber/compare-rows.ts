// Compares what two orders of the same migrations make of the same rows.
import type { Carried, Spared, RowDigests } from '../replay/sides/results.js'

/** What became of the rows. */
export type RowsCompared =
  /** The orders lead to other rows in these tables. */
  | { readonly kind: 'rows-differ'; readonly tables: readonly string[] }
  /** No difference was found. */
  | ({ readonly kind: 'same' } & SameRows)

/** What is known of the rows where no difference was found. */
export interface SameRows {
  /** Unknown where they cannot be compared, or are never the same. */
  readonly rows: 'same' | 'unknown'
  /** Why that is; null where they are the same. */
  readonly reason: string | null
  /** The tables that had rows when the two branches went apart: generated ones, and the migrations' own. */
  readonly tried: readonly string[]
  /** Those that had none, although there may be some in production. */
  readonly untried: readonly string[]
}

/** Applies one order, to tables with rows and to tables without; a text says what stands in the way. */
export type CarryOrder = (spared: Spared) => Promise<Carried | string>

/** Has both orders applied to the same rows; what differs from one time to the next tells nothing about the order. */
export async function compareRows(one: CarryOrder, other: CarryOrder): Promise<RowsCompared> {
  const both = await carryBoth(one, other)
  if (typeof both === 'string') return unknown(both, NOTHING_TRIED)
  const [a, b] = both
  const tried = { tried: Object.keys(a.begun), untried: a.empty }
  const tables = otherRows(a, b)
  const failure = a.failure ?? b.failure
  if (tables.length === 0 && failure !== null)
    return unknown(`with rows in the tables, they cannot be applied (${failure})`, tried)
  if (tables.length === 0) return { kind: 'same', rows: 'same', reason: null, ...tried }
  const again = await one(a.spared)
  const unsteady = new Set(typeof again === 'string' ? tables : otherRows(a, again))
  const steady = tables.filter((name) => !unsteady.has(name))
  if (steady.length > 0) return { kind: 'rows-differ', tables: steady }
  return unknown(`those of ${tables.join(', ')} are never the same twice`, tried)
}

const NOTHING_TRIED = { tried: [], untried: [] }

const unknown = (reason: string, tried: Pick<SameRows, 'tried' | 'untried'>): RowsCompared => ({
  kind: 'same',
  rows: 'unknown',
  reason,
  ...tried,
})

/** So often, rows that stand in the way of one order are taken out of the way of the other. */
const PATIENCE = 5

/** Both with the same rows. */
async function carryBoth(
  one: CarryOrder,
  other: CarryOrder,
): Promise<readonly [Carried, Carried] | string> {
  let spared: Spared = {}
  for (let round = 0; round < PATIENCE; round++) {
    const a = await one(spared)
    if (typeof a === 'string') return a
    const b = await other(a.spared)
    if (typeof b === 'string') return b
    if (textOf(a.spared) === textOf(b.spared)) return [a, b]
    spared = b.spared
  }
  return 'no rows were found that both orders can be applied to'
}

const textOf = (spared: Spared): string => JSON.stringify(Object.entries(spared).sort())

/** The tables that have other rows in the end, with rows to begin with or without. */
function otherRows(a: Carried, b: Carried): string[] {
  const differing = [
    ...differences(a.plain, b.plain),
    ...(a.ended && b.ended ? differences(a.ended, b.ended) : []),
  ]
  return [...new Set(differing)].sort()
}

const differences = (a: RowDigests, b: RowDigests): string[] =>
  Object.keys(a).filter((name) => a[name] !== b[name])
