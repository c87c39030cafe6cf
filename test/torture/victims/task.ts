// What a process is told that copies, restores, adopts or renumbers, and the history of the databases that it works on.
import type { Pace } from '../history.js'

/** What is done; `backup-first` is a run of migrations with a copy before its first step. */
export const WORKS = ['backup', 'backup-first', 'restore', 'adopt', 'renumber'] as const

/** Its only argument. */
export interface VictimTask {
  readonly work: (typeof WORKS)[number]
  /** The database, or the folder of migrations. */
  readonly path: string
  /** The copy that is made or put back, or the folder for what is generated. */
  readonly other: string
}

/** Long enough that adopting it takes more than a moment. */
export const PACE: Pace = { steps: 90, pauseMs: 0, slow: 'some' }
