// Has a history replayed in each order in which it may meet those that it needs, in a process of its own. Newer versions of others
// run in it, of which nobody here needs to know that they can be applied at all: what is wrong with them alone, their own build
// proves.
import { listed } from '../diagnostics/listed.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import { foldCase } from '../../src/sql/names.js'
import type { Fact, Proof } from '../model/evidence.js'
import type { OrderMatters } from '../model/other-changed.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { needPlace } from './process/needs-places.js'
import type { PassJob } from './process/protocol.js'
import { replayProcessDied, replayTimedOut } from './process/replay-problems.js'
import { runPass, type PassFailure } from './process/run-pass.js'

/** What came of trying the orders. */
export interface Orders {
  readonly found: readonly OrderMatters[]
  /** Says why nothing is known of them; null where they were tried, and where it is others alone that cannot be run. */
  readonly untried: Diagnostic | null
}

/** Of a history that needs none, and of one that is not proven to its end. */
export const NO_ORDERS: Orders = { found: [], untried: null }

/** `job` is what all passes are told. */
export async function tryOrders(
  job: Omit<PassJob, 'pass' | 'provenTo'>,
  { items, settings }: Ground,
): Promise<Orders> {
  if (!job.needed) return NO_ORDERS
  const limits = { timeoutMs: settings.replayTimeoutMs, signal: new AbortController().signal }
  const end = await runPass({ ...job, provenTo: 0, pass: 'orders' } as const, limits)
  if (end.kind === 'done') return { found: end.result, untried: null }
  return { found: [], untried: describeFailure(end, job.needed, { items, settings }) }
}

interface Ground {
  readonly items: readonly RegistryItem[]
  readonly settings: GenerateSettings
}

function describeFailure(
  failure: PassFailure,
  needed: NonNullable<PassJob['needed']>,
  { items, settings }: Ground,
): Diagnostic | null {
  const { at: standing } = failure
  const history = needed[standing?.needed ?? -1]?.name
  const all = listed(needed.map(({ name }) => name))
  const at = placeOf(standing && history === undefined ? standing.version : null, items, history)
  const later = ` It is not proven yet whether the order matters in which versions of ${all} and of this history are applied, nor whether something goes here where versions of ${all} are undone.`
  const ended = { at, standing, later }
  if (failure.kind === 'timed-out')
    return replayTimedOut({ ...ended, beside: { all, history } }, settings.replayTimeoutMs)
  const isOwn = standing !== null && history === undefined
  return failure.kind === 'died' && isOwn ? replayProcessDied(ended, failure.reason) : null
}

/** Of an own version, or else of what is needed of that history, or of any. */
function placeOf(
  version: number | null,
  items: readonly RegistryItem[],
  history: string | undefined,
): Position {
  const all = items.map(({ migration }) => migration)
  const own = all.find((one) => one.version === version)
  if (own) return own.position
  const found =
    all.find(({ needs }) => needs?.some(({ value }) => value.history === history)) ??
    all.find(({ needs }) => needs)
  return needPlace(found ?? all[0]!, `${history ?? ''}:`)
}

/** What is found of the whole history stands with its last version, which every change proves anew. */
export const withOrders = (proof: Proof, { found }: Orders): Proof => ({
  ...proof,
  versions: proof.versions.map((one, at, { length }) =>
    at === length - 1 ? { ...one, facts: [...one.facts, ...found] } : one,
  ),
})

/**
 * Without what only does not fit newer versions of others, until a later step here: where these come later, it did fit. What `down`
 * makes of it, one order or the other has to say.
 */
export function withoutMended(proof: Proof): Proof {
  const found = proof.versions.at(-1)?.facts ?? []
  const mended = new Set(
    found.flatMap((fact) =>
      fact.kind === 'order-matters' && fact.way === 'mended' ? fact.objects : [],
    ),
  )
  if (mended.size === 0) return proof
  const left = (fact: Fact): Fact[] => {
    if (fact.kind === 'broken-object') return mended.has(fact.object) ? [] : [fact]
    if (fact.kind === 'foreign-key-broken')
      return fact.rows === 0 && mended.has(`table ${foldCase(fact.table)}`) ? [] : [fact]
    if (fact.kind !== 'not-inverse') return [fact]
    const differences = fact.differences.filter(({ object }) => !mended.has(object))
    return differences.length > 0 ? [{ ...fact, differences }] : []
  }
  const versions = proof.versions.map((one) => ({ ...one, facts: one.facts.flatMap(left) }))
  return { ...proof, versions }
}
