// Keeps the database with rows as it stands behind a version, so that the next replay need not make it again. Losing it
// costs time, never correctness.
import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readOwnFile, writeOwnFile } from '../../project/memory-file.js'
import type { ImagePlace } from '../sides/history-run.js'
import type { VersionFacts } from '../sides/results.js'
import type { KeyMemory } from './judge/judge-keys.js'
import type { SeederMemory } from './seed/seeder-state.js'

/** Everything that proving goes on from: plain data. */
export interface RowImage {
  /** The bytes of the database. */
  readonly database: Uint8Array
  /** What was found out about the versions up to this one. */
  readonly versions: readonly VersionFacts[]
  readonly seeder: SeederMemory
  readonly keys: KeyMemory
  /** The tables that cannot be filled, as far as that was told. */
  readonly told: readonly string[]
  /** How often the history without rows took the place of this one. */
  readonly given: number
}

/** The images of one history. */
export interface RowImages {
  /** The image behind a version; null where there is none that `stamp` fits, or it cannot be read. */
  recall(version: number, stamp: string): RowImage | null
  /** Keeps an image, for those who come with the same stamp. Does nothing where it cannot be written. */
  keep(version: number, stamp: string, image: RowImage): void
  /** Removes the images behind all versions but these. */
  prune(versions: readonly number[]): void
}

/** What a file holds. */
interface Stored {
  readonly key: string
  readonly stamp: string
  readonly image: RowImage
}

/** The images at a place. */
export function rowImages({ stem, keys }: ImagePlace): RowImages {
  const keyOf = (version: number): string => keys[version - 1] ?? ''
  const fileOf = (version: number): string => `${stem}-${keyOf(version)}.gz`
  return {
    recall(version, stamp) {
      const stored = keyOf(version) === '' ? null : readStored(fileOf(version))
      const fits = stored?.key === keyOf(version) && stored.stamp === stamp
      return fits ? stored.image : null
    },
    keep: (version, stamp, image) => write(fileOf(version), { key: keyOf(version), stamp, image }),
    prune: (versions) => removeOthers(stem, new Set(versions.map(fileOf))),
  }
}

function readStored(file: string): Stored | null {
  try {
    return deserialize(gunzipSync(readOwnFile(file))) as Stored
  } catch {
    // Not there, cut off, or written by something else.
    return null
  }
}

/** Most of a small database is zeros. */
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
    // What cannot be removed is in nobody's way.
  }
}
