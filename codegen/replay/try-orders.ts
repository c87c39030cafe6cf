// Replays a history in each order with those that it needs, in a process of its own. It runs newer versions of others, which need not be
// applicable at all here: their own build proves what is wrong with them alone.
import { listed } from '../diagnostics/listed.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import type { Fact, Proof } from '../model/evidence.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { needPlace } from './process/needs-places.js'
import type { PassJob } from './process/protocol.js'
import { replayProcessDied, replayTimedOut } from './process/replay-problems.js'
import { runPass, type PassFailure } from './process/run-pass.js'
import { doubtsIn } from './sound-alone.js'

/** A proof with the result of trying the orders. */
export interface InAllOrders {
  readonly proof: Proof
  /** Why nothing is known about them; null if they were tried, or if only other histories cannot be run. */
  readonly untried: Diagnostic | null
}

/** For a history that needs others and is proven to its end; any other proof is returned as it is. `job` is what all passes are given. */
export async function inAllOrders(
  proof: Proof,
  job: Omit<PassJob, 'pass' | 'provenTo'>,
  { items, settings }: Ground,
): Promise<InAllOrders> {
  if (!job.needed || !proof.complete) return { proof, untried: null }
  const limits = { timeoutMs: settings.replayTimeoutMs, signal: new AbortController().signal }
  const doubts = doubtsIn(proof.versions)
  const end = await runPass({ ...job, doubts, provenTo: 0, pass: 'orders' } as const, limits)
  if (end.kind === 'done') return { proof: withFacts(proof, end.result), untried: null }
  return { proof, untried: describeFailure(end, job.needed, { items, settings }) }
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

/** The place of an own version, or else of a need for that history, or of any need. */
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

/** Findings about the whole history are kept with its last version, which every change proves again. */
const withFacts = (proof: Proof, found: readonly Fact[]): Proof => ({
  ...proof,
  versions: proof.versions.map((one, at, { length }) =>
    at === length - 1 ? { ...one, facts: [...one.facts, ...found] } : one,
  ),
})
