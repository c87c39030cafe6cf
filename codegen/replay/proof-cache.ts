// Remembers what earlier replays proved, version by version, under `node_modules/.cache`. Losing it costs time, never
// correctness.
import { inputDigest } from '../project/fingerprint.js'
import { placedMemoryFile, readMemory, writeMemory } from '../project/memory-file.js'
import type { Fact, Proof, StepPlace, VersionProof } from '../model/evidence.js'
import type { GenerateSettings } from '../model/settings.js'
import type { ImagePlace } from './sides/history-run.js'

/** What is known already. */
export interface KnownProof {
  /** From version 1 on, without gaps. */
  readonly versions: readonly VersionProof[]
  /** Of the last of these versions; null when the history went on from there, so that its views are not known. */
  readonly views: Proof['views'] | null
  readonly sqlite: string
  /** The files and variables that the configuration and its `open` have read. */
  readonly reads: readonly string[]
}

/** The memory of one pair of folders. */
export interface ProofCache {
  /** The longest beginning of a history that was proven; `keys` has one key for each version. */
  recall(keys: readonly string[]): KnownProof
  /**
   * Remembers a proof up to the first version that may turn out differently next time. Does nothing where there is no
   * `node_modules` folder or it cannot be written.
   */
  remember(keys: readonly string[], proof: Proof, reads: readonly string[]): void
}

interface StoredVersion {
  readonly key: string
  readonly proof: VersionProof
  /** The files that its facts name lines of: absolute path → digest. */
  readonly files?: Readonly<Record<string, string | null>>
}

interface Stored {
  readonly versions: readonly StoredVersion[]
  readonly head: { readonly key: string; readonly views: Proof['views'] } | null
  readonly sqlite: string
  /** What was read besides → digest. */
  readonly reads: Readonly<Record<string, string | null>>
}

const NOTHING: Stored = { versions: [], head: null, sqlite: '', reads: {} }

/** The memory for the project's pair of folders. */
export function openProofCache(settings: GenerateSettings): ProofCache {
  const file = placedMemoryFile(settings, 'proof')
  if (file === null) return { recall: () => known(NOTHING, []), remember: () => {} }
  return {
    recall: (keys) => known(readStored(file), keys),
    remember: (keys, proof, reads) =>
      writeMemory(file, { ...stored(keys, proof, settings), reads: digestsOf(reads) }),
  }
}

/** Where databases may be kept beside the memory; null where there is no `node_modules` folder. */
export function imagePlace(settings: GenerateSettings, keys: readonly string[]): ImagePlace | null {
  const file = placedMemoryFile(settings, 'rows')
  return file === null ? null : { stem: file.replace(/\.json$/, ''), keys }
}

function known({ versions, head, sqlite, reads }: Stored, keys: readonly string[]): KnownProof {
  let count = 0
  while (count < keys.length && isValid(versions[count], keys[count])) count++
  const last = versions[count - 1]
  return {
    versions: versions.slice(0, count).map(({ proof }) => proof),
    views: last !== undefined && head?.key === last.key ? head.views : null,
    sqlite,
    reads: Object.keys(reads),
  }
}

/** Another version of Lockstep may have written something else. */
const isValid = (version: StoredVersion | null | undefined, key: string | undefined): boolean =>
  key !== undefined && version?.key === key && areUnchanged(version.files ?? {})

const areUnchanged = (inputs: Stored['reads']): boolean =>
  Object.entries(inputs).every(([input, digest]) => inputDigest(input) === digest)

function stored(
  keys: readonly string[],
  { versions, complete, views, sqlite }: Proof,
  settings: GenerateSettings,
): Omit<Stored, 'reads'> {
  const kept: StoredVersion[] = []
  for (const [index, proof] of versions.entries()) {
    const key = keys[index]
    if (
      key === undefined ||
      proof.schemaDigest === null ||
      !proof.facts.every((fact) => isLasting(fact, settings))
    )
      break
    const files = filesOf(proof.facts)
    kept.push({ key, proof, ...(files.length > 0 && { files: digestsOf(files) }) })
  }
  const whole = complete && kept.length === versions.length
  const key = kept.at(-1)?.key
  return { versions: kept, head: whole && key !== undefined ? { key, views } : null, sqlite }
}

/**
 * Whether the same migration would give the same fact again. What its own code threw may have come from the surroundings
 * of the process, as may what a project's own way of opening does; and a time limit may be kept the next time.
 */
function isLasting(fact: Fact, { opens }: GenerateSettings): boolean {
  if (fact.kind === 'step-failed') return !opens && fact.stage === 'rows' && fact.cause === 'sqlite'
  if (fact.kind !== 'unproven') return true
  if (fact.thrown !== undefined || fact.following) return false
  return fact.reason !== 'time' && fact.reason !== 'earlier-failure'
}

/** A place in code is a line, which formatting moves. */
function filesOf(facts: readonly Fact[]): string[] {
  const places = facts.flatMap((fact): StepPlace[] => ('at' in fact ? [fact.at] : []))
  return [...new Set(places.flatMap(({ frame }) => frame?.file ?? []))]
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
