// Where the records of migrations are: beside what the build remembers, in the user's own project.
import { memoryFile } from '../project/memory-file.js'
import { versionId } from '../../src/model/version.js'
import type { GenerateSettings } from '../model/settings.js'

/** What a record is found by: the migration's version and both of its digests. */
export interface RecordKey {
  readonly version: number
  readonly checksum: string
  readonly downChecksum: string | null
}

/** The folder of the records of one pair of folders, absolute. Null where there is no `node_modules` folder. */
export function recordFolder({ root, migrations, out }: GenerateSettings): string | null {
  return memoryFile({ root, migrations, out }, 'records')?.replace(/\.json$/, '') ?? null
}

/** Whether replay has told what the migration makes. */
export type Grade = 'proven' | 'unproven'

/** The name of a record's file: Windows has no colons in names. */
export const recordName = (key: RecordKey, grade: Grade): string =>
  `${versionId(key.version)}-${digestsOf(key)}.${grade}.json`

/** The end of that name, which it has in common with the same migration under another number. */
export const recordEnd = (key: Omit<RecordKey, 'version'>, grade: Grade): string =>
  `-${digestsOf(key)}.${grade}.json`

const digestsOf = ({ checksum, downChecksum }: Omit<RecordKey, 'version'>): string =>
  [checksum, downChecksum ?? 'none'].map((digest) => digest.replace(/\W/g, '.')).join('-')
