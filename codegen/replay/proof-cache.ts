// Caches what earlier replays proved, version by version, under `node_modules/.cache`. Losing it costs time, never correctness.
import { inputDigest } from '../project/fingerprint.js'
import { placedMemoryFile, readMemory, writeMemory } from '../project/memory-file.js'
import type { Fact, Proof, VersionProof } from '../model/evidence.js'
import type { GenerateSettings } from '../model/settings.js'
import type { RegistryItem } from '../model/registry-item.js'
import { fixedCalls, lastingRan, presentRan, type LastingRan } from './lasting-calls.js'
import type { ImagePlace } from './sides/history-run.js'

/** What is known already. */
export interface KnownProof {
  /** From version 1 on, without gaps. */
  readonly versions: readonly VersionProof[]
  /** The views of the last of these versions; null if the history continued from there, so that they are unknown. */
  readonly views: Proof['views'] | null
  readonly sqlite: string
  /** The files and variables that the configuration and its `open` have read. */
  readonly reads: readonly string[]
}

/** The cache for one pair of folders. */
export interface ProofCache {
  /** Returns the longest proven prefix of a history. */
  recall(history: KeyedHistory): KnownProof
  /**
   * Stores a proof up to the first version that may turn out differently next time. Does nothing if there is no `node_modules` folder or it
   * cannot be written.
   */
  remember(history: KeyedHistory, proof: Proof, reads: readonly string[]): void
}

/** The migrations, with one key for each. */
export interface KeyedHistory {
  readonly items: readonly RegistryItem[]
  readonly keys: readonly string[]
}

interface StoredVersion {
  readonly key: string
  readonly proof: Omit<VersionProof, 'ran'>
  readonly ran?: LastingRan
  /** The files whose lines appear in its findings: absolute path → digest. */
  readonly files?: Readonly<Record<string, string | null>>
}

interface Stored {
  readonly versions: readonly StoredVersion[]
  readonly head: { readonly key: string; readonly views: Proof['views'] } | null
  readonly sqlite: string
  /** What else was read → digest. */
  readonly reads: Readonly<Record<string, string | null>>
}

const NOTHING: Stored = { versions: [], head: null, sqlite: '', reads: {} }

/** The cache for the project's pair of folders. */
export function openProofCache(settings: GenerateSettings): ProofCache {
  const file = placedMemoryFile(settings, 'proof')
  if (file === null)
    return { recall: () => known(NOTHING, { items: [], keys: [] }), remember: () => {} }
  return {
    recall: (history) => known(readStored(file), history),
    remember: (history, proof, reads) =>
      writeMemory(file, { ...stored(history, proof, settings), reads: digestsOf(reads) }),
  }
}

/** Where databases may be cached next to it; null if there is no `node_modules` folder. */
export function imagePlace(settings: GenerateSettings, keys: readonly string[]): ImagePlace | null {
  const file = placedMemoryFile(settings, 'rows')
  return file === null ? null : { stem: file.replace(/\.json$/, ''), keys }
}

function known(
  { versions, head, sqlite, reads }: Stored,
  { items, keys }: KeyedHistory,
): KnownProof {
  const found: VersionProof[] = []
  for (const [at, { migration }] of items.entries()) {
    const version = versions[at]
    if (!isValid(version, keys[at])) break
    const { proof, ran } = version
    const present = ran && presentRan(ran, migration)
    if (present === null) break
    found.push({ ...proof, ...(present && { ran: present }) })
  }
  const last = versions[found.length - 1]
  return {
    versions: found,
    views: last !== undefined && head?.key === last.key ? head.views : null,
    sqlite,
    reads: Object.keys(reads),
  }
}

/** Another version of Lockstep may have written something else. */
const isValid = (
  version: StoredVersion | null | undefined,
  key: string | undefined,
): version is StoredVersion =>
  key !== undefined && version?.key === key && areUnchanged(version.files ?? {})

const areUnchanged = (inputs: Stored['reads']): boolean =>
  Object.entries(inputs).every(([input, digest]) => inputDigest(input) === digest)

function stored(
  { items, keys }: KeyedHistory,
  { versions, complete, views, sqlite }: Proof,
  settings: GenerateSettings,
): Omit<Stored, 'reads'> {
  const kept: StoredVersion[] = []
  for (const [index, { ran, ...proof }] of versions.entries()) {
    const [key, item] = [keys[index], items[index]]
    if (
      key === undefined ||
      !item ||
      proof.schemaDigest === null ||
      !proof.facts.every((fact) => isLasting(fact, settings))
    )
      break
    const lasting = ran && lastingRan(ran, item.migration)
    const files = filesOf(proof.facts, lasting)
    const own = {
      ...(lasting && { ran: lasting }),
      ...(files.length > 0 && { files: digestsOf(files) }),
    }
    kept.push({ key, proof, ...own })
  }
  const whole = complete && kept.length === versions.length
  const key = kept.at(-1)?.key
  return { versions: kept, head: whole && key !== undefined ? { key, views } : null, sqlite }
}

/**
 * Whether the same migration would lead to the same finding again. Errors thrown by its code may depend on the surroundings of the process,
 * as may a project's own `open`; and a time limit may be met next time.
 */
function isLasting(fact: Fact, { opens }: GenerateSettings): boolean {
  if (fact.kind === 'step-failed') return !opens && fact.stage === 'rows' && fact.cause === 'sqlite'
  // A slow machine may just have needed longer, and with no rows nothing was learned about the step.
  if (fact.kind === 'ran-away') return fact.rows === 'moderate'
  if (fact.kind !== 'unproven') return true
  if (fact.thrown !== undefined || fact.following) return false
  return fact.reason !== 'time' && fact.reason !== 'earlier-failure' && fact.reason !== 'rows-ended'
}

/** A place in code is a line, which formatting moves. */
function filesOf(facts: readonly Fact[], ran: LastingRan = {}): string[] {
  const frames = facts.flatMap((fact) => ('at' in fact ? (fact.at.frame ?? []) : []))
  return [...new Set([...frames, ...fixedCalls(ran)].map(({ file }) => file))]
}

const digestsOf = (files: readonly string[]): Record<string, string | null> =>
  Object.fromEntries(files.map((file) => [file, inputDigest(file)]))

function readStored(file: string): Stored {
  const found = readMemory(file)
  return isStored(found) && areUnchanged(found.reads) ? found : NOTHING
}

function isStored(value: unknown): value is Stored {
  const { versions, sqlite, reads } = (value ?? {}) as Partial<Stored>
  const isWhole = typeof reads === 'object' && reads !== null
  return isWhole && typeof sqlite === 'string' && Array.isArray(versions)
}
