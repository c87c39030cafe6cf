// What a process is told that copies, restores, adopts, redoes or renumbers, and the history of the databases that it works on.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry, RegistryEntry } from '../../../src/model/registry.js'
import { withDigests } from '../../support/replayed.js'
import { chained, historyOf, type Pace } from '../history.js'

/** What is done; `backup-first` is a run of migrations with a copy before its first step. */
export const WORKS = ['backup', 'backup-first', 'restore', 'adopt', 'redo', 'renumber'] as const

/** Its only argument. */
export interface VictimTask {
  readonly work: (typeof WORKS)[number]
  /** The database, or the folder of migrations. */
  readonly path: string
  /** The copy that is made or put back, the folder for what is generated, or the file with what replay tells. */
  readonly other: string
}

/** Long enough that adopting it takes more than a moment. */
export const PACE: Pace = { steps: 90, pauseMs: 0, slow: 'some' }

/** Where the databases stand that have not gone the whole way. */
export const HALF = Math.floor(PACE.steps / 2)

/** The history as it is when it is redone: of the upper half every step was edited, and the last one makes more. */
function redoneHistory(): Registry<Database> {
  const edited = historyOf(PACE).map((entry) => {
    if (entry.version <= HALF) return entry
    const checksum = entry.checksum.replace(/0/, 'e')
    const source = entry.version < PACE.steps ? entry.source : LAST
    return { ...entry, checksum, source }
  })
  return chained(edited)
}

/** The same as the build would write it, with what replay tells: finding that takes longer than redoing. */
export const provenAs = (digests: string): Registry<Database> => {
  const all = JSON.parse(digests) as readonly Partial<RegistryEntry<Database>>[]
  return redoneHistory().map((entry, index) => ({ ...entry, ...all[index] }))
}

/** What replay tells of it. */
export const digestsOfRedone = (): string =>
  JSON.stringify(
    withDigests(redoneHistory()).map(({ schemaDigest, schemaChanges }) => ({
      schemaDigest,
      schemaChanges,
    })),
  )

const LAST = {
  up: `INSERT INTO applied_steps VALUES (${PACE.steps}); CREATE TABLE more (x)`,
  down: `DELETE FROM applied_steps WHERE n = ${PACE.steps}; DROP TABLE more`,
}
