// Caches the database with rows as it is after a version, so that the next replay continues from there. Losing the cache costs time, never
// correctness.
import { orElse } from '../../../src/model/or-else.js'
import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { readOwnFile, writeOwnFile } from '../../project/memory-file.js'
import type { HistoryRun, KeptImages } from '../sides/history-run.js'
import type { VersionFacts } from '../sides/results.js'
import { stampOf, type Knowledge } from './fill/knowledge.js'
import { prover, type Prover, type ProverMemory } from './prover.js'
import type { EmptyControl } from './empty-control.js'

/** Where a history continues. */
export interface Start {
  readonly rows: Prover
  /** The versions already applied, without findings. */
  readonly versions: readonly VersionFacts[]
  /** How often the history without rows replaced the one with rows. */
  readonly given: number
}

/** The cached databases of one history. */
export interface ImageStore {
  /** Restores the state after the last proven version; null if it has to be replayed. */
  recall(): Promise<Start | null>
  /** Caches the state after the last of these versions, if the next replay is likely to start there. */
  keep(
    now: { readonly rows: Prover; readonly bare: EmptyControl },
    all: readonly VersionFacts[],
  ): void
}

/** The content of a cache file, as plain data: everything that the proof needs to continue, valid for the same stamp. */
interface Stored extends ProverMemory, Pick<Start, 'versions' | 'given'> {
  readonly key: string
  readonly stamp: string
  /** The tables that cannot be filled and have been reported. */
  readonly told: readonly string[]
}

/**
 * The next replay starts after the last version if a new one is added, after the one before if the last is being edited, and where this one
 * started if an earlier one is.
 */
export function imageStore(run: HistoryRun, kept: KeptImages, knowledge: Knowledge): ImageStore {
  const { provenTo, registry } = run
  const stamp = (version: number): string => stampOf(knowledge, scriptsUpTo(registry, version))
  const keyOf = (version: number): string => kept.keys[version - 1] ?? ''
  const fileOf = (version: number): string => `${kept.stem}-${keyOf(version)}.gz`
  const wanted = [provenTo, registry.length - 1, registry.length].filter(
    (version) => version > 0 && isAllInDatabase(registry, version),
  )
  let recalled: number | null = null
  return {
    async recall() {
      const key = wanted.includes(provenTo) ? keyOf(provenTo) : ''
      const stored = key === '' ? null : readStored(fileOf(provenTo))
      if (stored?.key !== key || stored.stamp !== stamp(provenTo)) return null
      const rows = await opened(kept, stored, (handle) => prover(handle, run, knowledge, stored))
      if (!rows) return null
      recalled = provenTo
      for (const reason of stored.told) knowledge.told.add(reason)
      return { rows, versions: stored.versions, given: stored.given }
    },
    keep({ rows, bare }, all) {
      const version = all.length
      if (wanted.includes(version) && version !== recalled)
        write(fileOf(version), {
          key: keyOf(version),
          stamp: stamp(version),
          ...rows.memory(),
          versions: all.map((one) => ({ ...one, facts: [] })),
          told: [...knowledge.told],
          given: bare.given(),
        })
      if (version === registry.length) removeOthers(kept.stem, new Set(wanted.map(fileOf)))
    },
  }
}

/** Null if the bytes are no valid database, for whatever reason: the history is replayed then. */
async function opened(
  kept: KeptImages,
  { database }: Stored,
  take: (handle: Database) => Prover,
): Promise<Prover | null> {
  try {
    const handle = await kept.open(database)
    try {
      const rows = take(handle)
      rows.situation()
      return rows
    } catch (error) {
      handle.close()
      throw error
    }
  } catch {
    return null
  }
}

function readStored(file: string): Stored | null {
  // It may be missing, truncated, or written by something else.
  return orElse(() => deserialize(gunzipSync(readOwnFile(file))) as Stored, null)
}

/** Most of a small database is zeros, so fast compression does. */
const write = (file: string, content: Stored): void =>
  writeOwnFile(file, () => gzipSync(serialize(content), { level: 1 }))

function removeOthers(stem: string, files: ReadonlySet<string>): void {
  try {
    const folder = dirname(stem)
    for (const name of readdirSync(folder)) {
      const isImage = name.startsWith(`${basename(stem)}-`)
      if (isImage && !files.has(join(folder, name))) rmSync(join(folder, name), { force: true })
    }
  } catch {
    // Files that cannot be removed do no harm.
  }
}

/** What lives in a connection rather than in the database: settings, temporary objects, attached databases. */
const OF_THE_CONNECTION = /\b(?:pragma|temp|temporary|attach|detach|load_extension)\b/i

const scriptsUpTo = (registry: Registry<Database>, version: number): string[] =>
  registry.slice(0, version).flatMap((entry) => scriptsIn(entry, 'up') ?? [])

/** Whether the versions leave nothing outside the database. Code may leave functions, and values in its modules. */
const isAllInDatabase = (registry: Registry<Database>, version: number): boolean =>
  registry
    .slice(0, version)
    .every((entry) => scriptsIn(entry, 'up')?.every((script) => !OF_THE_CONNECTION.test(script)))
