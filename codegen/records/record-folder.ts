// Defines the location and the names of migration records: next to the build's caches, in the user's own project.
import { memoryFile } from '../project/memory-file.js'
import { versionId } from '../../src/model/version.js'
import type { GenerateSettings } from '../model/settings.js'

/** The key of a record: the migration's version and both of its digests, or only the first if the other is undefined. */
export interface RecordKey {
  readonly version: number
  readonly checksum: string
  readonly downChecksum: string | null | undefined
}

/** The folder of the records for these two folders, absolute. Null if there is no `node_modules` folder. */
export function recordFolder({ root, migrations, out }: GenerateSettings): string | null {
  return memoryFile({ root, migrations, out }, 'records')?.replace(/\.json$/, '') ?? null
}

/** Whether replay has shown what the migration does to the schema. */
export type Grade = 'proven' | 'unproven'

/** Distinguishes the records of one migration. */
export interface RecordStamp {
  /** A digest of the imported code that its digests do not cover; `WHOLE` if they cover everything. */
  readonly code: string
  /** When it was generated, in milliseconds. */
  readonly at: number
  readonly grade: Grade
}

/** The code of a migration completely covered by its digests. */
export const WHOLE = 'whole'

/** The data in the name of a record. */
export interface NamedRecord extends RecordStamp {
  readonly name: string
  readonly id: string
  readonly digests: string
}

/** The file name of a record: Windows allows no colons in names. */
export const recordName = (key: RecordKey, { code, at, grade }: RecordStamp): string =>
  `${versionId(key.version)}-${digestsOf(key)}.${code}.${at.toString(36)}.${grade}.json`

/** Whether it is a record of the migration with these digests, under any number. */
export const isOfKey = (key: RecordKey, { digests }: NamedRecord): boolean =>
  key.downChecksum === undefined
    ? digests.startsWith(`${digestsOf(key).slice(0, -NONE.length)}`)
    : digests === digestsOf(key)

/** The records among these names, the newest first. */
export const readNames = (names: readonly string[]): NamedRecord[] =>
  names.flatMap(readName).sort((a, b) => b.at - a.at)

function readName(name: string): NamedRecord[] {
  const [, id, digests, code, at, grade] = NAME.exec(name) ?? []
  if (id === undefined || digests === undefined || code === undefined || at === undefined) return []
  return [{ name, id, digests, code, at: parseInt(at, 36), grade: grade as Grade }]
}

const NAME = /^(\d+)-(.+)\.(\w+)\.(\w+)\.(proven|unproven)\.json$/

const NONE = 'none'

const digestsOf = ({ checksum, downChecksum }: Omit<RecordKey, 'version'>): string =>
  [checksum, downChecksum ?? NONE].map((digest) => digest.replace(/\W/g, '.')).join('-')
