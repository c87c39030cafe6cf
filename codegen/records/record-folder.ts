// Where the records of migrations are, and what they are called: beside what the build remembers, in the user's own project.
import { memoryFile } from '../project/memory-file.js'
import { versionId } from '../../src/model/version.js'
import type { GenerateSettings } from '../model/settings.js'

/** What a record is found by: the migration's version and both of its digests, or the first where the other is undefined. */
export interface RecordKey {
  readonly version: number
  readonly checksum: string
  readonly downChecksum: string | null | undefined
}

/** The folder of the records of one pair of folders, absolute. Null where there is no `node_modules` folder. */
export function recordFolder({ root, migrations, out }: GenerateSettings): string | null {
  return memoryFile({ root, migrations, out }, 'records')?.replace(/\.json$/, '') ?? null
}

/** Whether replay has told what the migration makes. */
export type Grade = 'proven' | 'unproven'

/** What tells the records of one migration apart. */
export interface RecordStamp {
  /** What stands for the code that it imports and its digests are not about; `WHOLE` where they are about all. */
  readonly code: string
  /** When it was generated, in milliseconds. */
  readonly at: number
  readonly grade: Grade
}

/** The code of a migration whose digests are about all of it. */
export const WHOLE = 'whole'

/** What the name of a record says. */
export interface NamedRecord extends RecordStamp {
  readonly name: string
  readonly id: string
  readonly digests: string
}

/** The name of a record's file: Windows has no colons in names. */
export const recordName = (key: RecordKey, { code, at, grade }: RecordStamp): string =>
  `${versionId(key.version)}-${digestsOf(key)}.${code}.${at.toString(36)}.${grade}.json`

/** Whether it is one of the migration with these digests, under whatever number. */
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
