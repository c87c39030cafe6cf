// What the command and the process that works on the database say to each other. Types only; everything survives JSON.
import type { MigrationEvent, StepFailedEvent } from '../../model/events.js'
import type { RunReport } from '../../model/report.js'
import type { ErrorDescription } from '../describe-error.js'
import type { Flags } from '../flags.js'

/** What the process is to do; its only argument. It finds the settings by itself, from the same sources. */
export interface Job {
  readonly work: 'migrate' | 'rollback' | 'reset'
  readonly flags: Flags
  readonly cwd: string
  /** A file that appears when the work is to stop before its next step. */
  readonly stopMarker: string
  /** The process that wants the answer; without it there is no reason to begin another step. */
  readonly parent: number
}

/** The database is open. */
export interface OpenedMessage {
  readonly type: 'opened'
  readonly path: string
  readonly existed: boolean
  /** The folder that had to be made for it. */
  readonly madeFolder: string | null
}

/** Something happened during the run; a failure is told by `failed`, with all that is known. */
export interface EventMessage {
  readonly type: 'event'
  readonly event: Exclude<MigrationEvent, StepFailedEvent>
}

/** The work is done. `reset` has no steps to report. */
export interface DoneMessage {
  readonly type: 'done'
  readonly report: RunReport | null
}

/** The work failed. */
export interface FailedMessage {
  readonly type: 'failed'
  readonly error: ErrorDescription
}

/** Everything that the worker tells the command; `type` tells the messages apart. */
export type WorkerMessage = OpenedMessage | EventMessage | DoneMessage | FailedMessage
