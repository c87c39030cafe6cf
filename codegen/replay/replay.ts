// Replays the migrations on in-memory databases, in processes that can be ended, and returns the proof. Judges nothing: rules judge the
// proof.
import { versionId } from '../../src/model/version.js'
import { unexpected } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { fileStart } from '../diagnostics/problem.js'
import type { Bundle } from '../bundle/build-module.js'
import type { Proof, VersionProof } from '../model/evidence.js'
import type { ScaledStep } from '../model/scaled-step.js'
import type { SnapshotProof } from '../model/snapshot-proof.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { bundleOthers, needsOf, type OtherHistory } from './bundle-others.js'
import { bundleRegistry, registryPath } from './bundle-registry.js'
import { soundAlone } from './sound-alone.js'
import { inAllOrders } from './try-orders.js'
import { changesOfOthers } from './changes-of-others.js'
import type { NeededCode, PassJob } from './process/protocol.js'
import { describePassFailure } from './process/describe-pass-failure.js'
import { mergePasses } from './merge-passes.js'
import { imagePlace, openProofCache, type KnownProof } from './proof-cache.js'
import { proofEnvironment } from './proof-environment.js'
import { proofKeys } from './proof-keys.js'
import type { ReadyPasses } from './process/ready-passes.js'
import { runRows } from './process/run-rows.js'
import { runawayWatch } from './process/runaway-watch.js'
import { runawaysIn } from './sides/runaways.js'
import { snapshotObstacle } from './snapshot/obstacle.js'
import { snapshotWithheld } from './process/replay-problems.js'
import { runPass, type PassEnd, type PassFailure } from './process/run-pass.js'

/** The result of replaying. */
export interface Replay {
  /**
   * Null if something kept the migrations from being replayed; one of the diagnostics is an error then. If a step ended the process or
   * never ended, it covers the versions before that.
   */
  readonly proof: Proof | null
  readonly diagnostics: readonly Diagnostic[]
  /** Absolute paths of files, and variables, that the result depends on besides the migrations folder; they may be missing. */
  readonly consulted: readonly string[]
  /** How many versions, from version 1 on, an earlier replay proved, so that their proof comes from the cache. */
  readonly known: number
  /** How long the newest steps take on more rows, if asked for. */
  readonly scaled: readonly ScaledStep[]
  /** What a new database can start from, if asked for. */
  readonly snapshot: SnapshotProof | null
}

const NOT_REPLAYED = { known: 0, scaled: [], snapshot: null } as const

const EMPTY: Proof = { versions: [], complete: true, views: {}, sqlite: '' }

/**
 * Replays what is not known from an earlier replay, in processes that are ready for it. Writes nothing but its cache. Rejects only on
 * defects of Lockstep itself; a migration that never ends or that ends the process is a diagnostic.
 */
export async function replay(
  items: readonly RegistryItem[],
  settings: GenerateSettings,
  { ready, histories = [], ...more }: Means,
): Promise<Replay> {
  if (items.length === 0) return { proof: EMPTY, diagnostics: [], consulted: [], ...NOT_REPLAYED }
  const short = histories.find((one) => one.items.length < one.version)
  if (short)
    return {
      proof: null,
      diagnostics: [unbuilt(short, items, settings)],
      consulted: [],
      ...NOT_REPLAYED,
    }
  const others = await bundleOthers(histories)
  const { bundle, diagnostics } = await bundleRegistry(items, settings)
  const found = [...others.diagnostics, ...diagnostics]
  if (!bundle || others.diagnostics.length > 0)
    return { proof: null, diagnostics: found, consulted: [], ...NOT_REPLAYED }
  const { needed, bundles } = others
  const { digest, consulted } = await proofEnvironment(settings, [bundle, ...bundles], needed)
  const keys = proofKeys(items, bundle, digest)
  const subject = { items, settings, bundle, ready, keys, needed, ...more }
  return settle(subject, found, consulted)
}

/** For a history that is needed up to a version whose steps could not be made. */
function unbuilt(
  { name, items: built }: OtherHistory,
  items: readonly RegistryItem[],
  settings: GenerateSettings,
): Diagnostic {
  const message = `${name}: version ${versionId(built.length + 1)} declares a change that cannot be made`
  return describePassFailure({ kind: 'needed', message, stack: '', at: null }, items, settings)
}

/** What a replay works with. */
export interface Means {
  /** Processes that are ready for it. */
  readonly ready: ReadyPasses
  /** The histories to build before, one after another. */
  readonly histories?: readonly OtherHistory[]
  /** Whether to measure its newest steps on more rows. */
  readonly scaled?: true | undefined
  /** Whether to record what it leads to for new databases. */
  readonly snapshot?: true | undefined
  /** Called when the processes are at work, and this one has nothing to do but wait. */
  readonly meanwhile?: () => void
}

async function settle(
  subject: Subject,
  diagnostics: readonly Diagnostic[],
  consulted: readonly string[],
): Promise<Replay> {
  const { items, settings, keys } = subject
  const cache = openProofCache(settings)
  const proven = await proveUnknown(subject, cache.recall({ items, keys }))
  if (proven.kind === 'failed') {
    const failure = describePassFailure(proven.failure, items, settings)
    const before = await proveBefore(subject, proven.failure)
    const proof = withoutRows(before, proven) ?? before
    return { proof, diagnostics: [...diagnostics, failure], consulted, ...NOT_REPLAYED }
  }
  const { known, reads, untried } = proven
  if (known < items.length)
    cache.remember({ items, keys }, untried ? withoutLast(proven.proof) : proven.proof, reads)
  const proof = soundAlone(proven.proof)
  const snapshot = subject.snapshot && proof.complete ? await keepSnapshot(subject) : null
  return {
    proof,
    diagnostics: [
      ...diagnostics,
      ...(untried ? [untried] : []),
      ...changesOfOthers(proof, items),
      ...withheldIn(snapshot, items),
    ],
    consulted: [...consulted, ...reads],
    known,
    scaled: subject.scaled && proof.complete ? await scale(subject) : [],
    snapshot,
  }
}

interface Subject extends Pick<Means, 'scaled' | 'snapshot' | 'meanwhile'> {
  readonly items: readonly RegistryItem[]
  readonly settings: GenerateSettings
  readonly bundle: Bundle
  readonly ready: ReadyPasses
  readonly keys: readonly string[]
  readonly needed: readonly NeededCode[]
}

type Proven =
  | {
      readonly kind: 'proven'
      readonly proof: Proof
      readonly known: number
      /** What the configuration and its `open` have read. */
      readonly reads: readonly string[]
      /** Why the orders with other histories were not tried. */
      readonly untried: Diagnostic | null
    }
  | Failed

interface Failed {
  readonly kind: 'failed'
  readonly failure: PassFailure
  /** What was proven without rows, if only the pass with rows has failed. */
  readonly schema?: Proof
}

async function proveUnknown(subject: Subject, known: KnownProof): Promise<Proven> {
  const { versions, views, sqlite, reads } = known
  const count = subject.items.length
  if (versions.length === count && views) {
    const proof = { versions, complete: true, views, sqlite }
    return { kind: 'proven', proof, known: count, reads, untried: null }
  }
  // The final views come from proving the last version, even if everything else about it is known.
  const before = versions.slice(0, count - 1)
  const [schema, rows] = await runBoth(subject, before)
  if (schema.kind !== 'done') return failed(schema, rows)
  // A version that cannot be applied to an empty database ends the proof: what happens to rows no longer matters.
  if (schema.result.complete && rows.kind !== 'done')
    return { ...failed(schema, rows), schema: mergePasses(before, schema.result, []) }
  if (before.length > 0 && schema.result.sqlite !== sqlite) {
    return proveUnknown(subject, NOTHING_KNOWN)
  }
  const facts = rows.kind === 'done' ? rows.result : []
  const merged = mergePasses(before, schema.result, facts)
  const { proof, untried } = await inAllOrders(merged, jobOf(subject), subject)
  const read = [schema, rows].flatMap((end) => (end.kind === 'done' ? end.reads : []))
  return { kind: 'proven', proof, known: before.length, reads: [...new Set(read)], untried }
}

/** Runs after the proof, when nothing else does; returns nothing if it does not come to its end. */
async function scale(subject: Subject): Promise<readonly ScaledStep[]> {
  const { settings, items, keys } = subject
  const images = items.length === keys.length ? imagePlace(settings, keys) : null
  const provenTo = settings.released ?? 0
  const job = { ...jobOf(subject), provenTo, images, pass: 'scaled' } as const
  const { replayTimeoutMs: timeoutMs } = settings
  const end = await runPass(job, { timeoutMs, signal: new AbortController().signal })
  return end.kind === 'done' ? end.result : []
}

/** Runs last of all, when nothing else does. */
async function keepSnapshot(subject: Subject): Promise<SnapshotProof> {
  const obstacle = snapshotObstacle(subject.items, subject.settings.table)
  if (obstacle) return obstacle
  const { replayTimeoutMs: timeoutMs } = subject.settings
  const job = { ...jobOf(subject), provenTo: 0, pass: 'snapshot' } as const
  const end = await runPass(job, { timeoutMs, signal: new AbortController().signal })
  if (end.kind === 'done') return end.result
  return { withheld: 'making it did not come to its end', version: subject.items.length }
}

function withheldIn(snapshot: SnapshotProof | null, items: readonly RegistryItem[]): Diagnostic[] {
  if (!snapshot || !('withheld' in snapshot)) return []
  const item = items.find(({ migration }) => migration.version === snapshot.version)
  return item ? [snapshotWithheld(fileStart(item.migration.file.file), snapshot.withheld)] : []
}

/** The proof of the versions before the one that ended the process or never ended; null if there is none. */
async function proveBefore(subject: Subject, { kind, at }: PassFailure): Promise<Proof | null> {
  if ((kind !== 'died' && kind !== 'timed-out') || at === null || at.version === 1) return null
  const items = subject.items.slice(0, at.version - 1)
  const proven = await proveUnknown({ ...subject, items }, NOTHING_KNOWN)
  return proven.kind === 'proven' ? { ...proven.proof, complete: false } : null
}

/** The findings of the other pass, from the version on that ended the pass with rows; null if both have failed. */
function withoutRows(before: Proof | null, { failure: { at }, schema }: Failed): Proof | null {
  if (!schema || at === null) return null
  const later = schema.versions.filter(({ version }) => version >= at.version)
  const bare = later.map((one): VersionProof => {
    const { version, facts } = one
    return { ...one, facts: [...facts, { kind: 'unproven', version, reason: 'rows-ended' }] }
  })
  return { ...schema, versions: [...(before?.versions ?? []), ...bare], complete: false }
}

/** The last version is proven again next time, and with it what is only known about the whole history. */
const withoutLast = (proof: Proof): Proof => ({
  ...proof,
  versions: proof.versions.slice(0, -1),
  complete: false,
})

const NOTHING_KNOWN: KnownProof = { versions: [], views: null, sqlite: '', reads: [] }

/** What all passes are given. */
function jobOf({ items, settings, bundle, needed }: Subject): Omit<PassJob, 'pass' | 'provenTo'> {
  const { root, config, table, ignoreTables, memory } = settings
  const project = { root, config, table, ignoreTables, ...(memory !== undefined && { memory }) }
  const place = { code: bundle.code, path: registryPath(settings) }
  const leftOut = items.flatMap((item) => item.leftOut ?? [])
  const others = needed.length > 0 && { needed, needs: needsOf(items) }
  return { ...project, ...place, ...others, leftOut, versions: items.length }
}

/** Runs both at once, in two processes; if the one without rows fails, the other is ended. */
async function runBoth(
  subject: Subject,
  before: readonly VersionProof[],
): Promise<[PassEnd<'schema'>, PassEnd<'rows'>]> {
  const { items, settings, ready, keys } = subject
  const { replayTimeoutMs: timeoutMs } = settings
  const shared = { ...jobOf(subject), provenTo: before.length }
  const images = items.length === keys.length ? imagePlace(settings, keys) : null
  const stop = new AbortController()
  const control = ready.take()
  const watch = runawayWatch(control, timeoutMs)
  const limits = { timeoutMs, signal: stop.signal }
  const schema = runPass({ ...shared, pass: 'schema' }, { ...limits, process: control })
  const job = { ...shared, pass: 'rows', images, runaways: runawaysIn(before) } as const
  const rows = runRows(job, { ...limits, take: ready.take }, watch)
  subject.meanwhile?.()
  try {
    const plain = await schema.finally(watch.controlEnded)
    if (plain.kind !== 'done') stop.abort()
    return [plain, await rows]
  } finally {
    watch.close()
  }
}

/** The failure that came first; the other pass was ended because of it. */
function failed(schema: PassEnd<'schema'>, rows: PassEnd<'rows'>): Failed {
  const failures = [schema, rows].filter((end) => end.kind !== 'done')
  const failure = failures.find(({ kind }) => kind !== 'aborted')
  if (!failure) throw new TypeError('A replay was ended without a reason.')
  const { at } = failure
  // If only the pass with rows failed, the rows are involved.
  const withRows = at !== null && schema.kind === 'done' ? { ...at, rows: true as const } : at
  if (failure.kind !== 'defect') return { kind: 'failed', failure: { ...failure, at: withRows } }
  const cause = Object.assign(new TypeError(failure.message), { stack: failure.stack })
  throw new LockstepError(unexpected(failure.message), { cause })
}
