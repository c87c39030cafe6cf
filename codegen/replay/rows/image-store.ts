// Goes on from the database with rows that an earlier replay left, where it is what replaying again would lead to.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { HistoryRun, KeptImages } from '../sides/history-run.js'
import type { VersionFacts } from '../sides/results.js'
import { stampOf, type Knowledge } from './fill/knowledge.js'
import { prover, type Prover } from './prover.js'
import { rowImages, type RowImage } from './row-images.js'
import type { EmptyControl } from './empty-control.js'

/** Where a history goes on. */
export interface Start {
  readonly rows: Prover
  /** The versions that were applied, with nothing to say about them. */
  readonly versions: readonly VersionFacts[]
  /** How often the history without rows took the place of the one with rows. */
  readonly given: number
}

/** The databases that are kept of one history. */
export interface ImageStore {
  /** The history behind the last version that is known; null where it has to be replayed. */
  recall(): Promise<Start | null>
  /** Keeps what there is behind the last of these versions, where the next replay is likely to begin. */
  keep(
    now: { readonly rows: Prover; readonly bare: EmptyControl },
    all: readonly VersionFacts[],
  ): void
}

/**
 * The next replay begins behind the last version when there is a new one, behind the one before it when the last is being
 * written, and where this one began when that is being written.
 */
export function imageStore(run: HistoryRun, kept: KeptImages, knowledge: Knowledge): ImageStore {
  const { provenTo, registry } = run
  const images = rowImages(kept)
  const stamp = (version: number): string => stampOf(knowledge, scriptsUpTo(registry, version))
  const wanted = [provenTo, registry.length - 1, registry.length].filter(
    (version) => version > 0 && isAllInDatabase(registry, version),
  )
  let recalled: number | null = null
  return {
    async recall() {
      const image = wanted.includes(provenTo) ? images.recall(provenTo, stamp(provenTo)) : null
      if (!image) return null
      const rows = await opened(kept, image, (handle) => prover(handle, run, knowledge, image))
      if (!rows) return null
      recalled = provenTo
      for (const reason of image.told) knowledge.told.add(reason)
      return { rows, versions: image.versions, given: image.given }
    },
    keep({ rows, bare }, all) {
      const version = all.length
      if (wanted.includes(version) && version !== recalled) {
        const versions = all.map((one) => ({ ...one, facts: [] }))
        const told = [...knowledge.told]
        images.keep(version, stamp(version), {
          ...rows.memory(),
          versions,
          told,
          given: bare.given(),
        })
      }
      if (version === registry.length) images.prune(wanted)
    },
  }
}

/** Null where the bytes are no database, for whatever reason: then the history is replayed. */
async function opened(
  kept: KeptImages,
  { database }: RowImage,
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

/** What lives in a connection, not in its database: settings, temporary objects, attached databases. */
const OF_THE_CONNECTION = /\b(?:pragma|temp|temporary|attach|detach|load_extension)\b/i

const scriptsUpTo = (registry: Registry<Database>, version: number): string[] =>
  registry.slice(0, version).flatMap((entry) => {
    const up = sideOf(entry, 'up')
    return up && 'scripts' in up ? up.scripts : []
  })

/** Whether versions up to that one leave nothing but a database. Code may leave functions, and values in its modules. */
const isAllInDatabase = (registry: Registry<Database>, version: number): boolean =>
  registry.slice(0, version).every((entry) => {
    const up = sideOf(entry, 'up')
    return up && 'scripts' in up && !up.scripts.some((script) => OF_THE_CONNECTION.test(script))
  })
