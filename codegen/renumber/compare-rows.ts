// Compares the effects of two orders of the same migrations on the same rows.
import type { Carried, Spared, RowDigests } from '../replay/sides/results.js'

/** The result of comparing the rows. */
export type RowsCompared =
  /** The orders lead to other rows in these tables. */
  | { readonly kind: 'rows-differ'; readonly tables: readonly string[] }
  /** No difference was found. */
  | ({ readonly kind: 'same' } & SameRows)

/** The result if no difference was found. */
export interface SameRows {
  /** Unknown if the rows cannot be compared, or differ on every run. */
  readonly rows: 'same' | 'unknown'
  /** The reason; null if they are the same. */
  readonly reason: string | null
  /** The tables that had rows when the two branches diverged: generated ones, or the migrations' own. */
  readonly tried: readonly string[]
  /** Tables that had no rows, although they may have some in production. */
  readonly untried: readonly string[]
}

/** Applies one order, to tables with rows and to tables without; a text is the reason why it fails. */
export type CarryOrder = (spared: Spared) => Promise<Carried | string>

/** Applies both orders to the same rows; what differs between two runs of the same order does not count. */
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

/** The number of times that rows which one order rejects are removed for the other. */
const PATIENCE = 5

/** Applies both orders to the same rows. */
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

/** The tables whose rows differ at the end, whether they had rows at the start or not. */
function otherRows(a: Carried, b: Carried): string[] {
  const differing = [
    ...differences(a.plain, b.plain),
    ...(a.ended && b.ended ? differences(a.ended, b.ended) : []),
  ]
  return [...new Set(differing)].sort()
}

const differences = (a: RowDigests, b: RowDigests): string[] =>
  Object.keys(a).filter((name) => a[name] !== b[name])
