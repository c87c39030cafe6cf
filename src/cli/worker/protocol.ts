// The messages between the command and the worker process. Everything is serialisable as JSON.
import type { MigrationEvent } from '../../model/events.js'
import type { Problem, RunReport } from '../../model/report.js'
import type { StepEffect } from '../dry-run/measure-steps.js'
import type { Losses } from '../../model/losses.js'
import type { Adoption } from '../../model/adoption.js'
import type { Marking, Repair } from '../../model/recovery.js'
import type { ErrorDescription } from '../terminal/describe-error.js'
import type { Outside } from '../dry-run/note-outside.js'
import type { ProfiledStatement } from '../profile/profile-run.js'
import type { Loading } from '../load/plan-load.js'
import type { DoneSeed } from '../seed/run-seed.js'
import type { Flags } from '../command/flags.js'
import type { Settings } from '../settings/settings.js'
import type { DownSource } from '../command/down-source.js'

/** The result of a run of migrations. */
export interface RunResult extends RunReport, Outside {
  /** What each step changed; only for a dry run. */
  readonly effects?: readonly StepEffect[]
  /** Each statement that was run, the slowest first; only with `--profile`. */
  readonly profile?: readonly ProfiledStatement[]
  /** Problems of the copy's full-text indexes that matched their rows before; only for a dry run, if there are any. */
  readonly problems?: readonly Problem[]
  /** The copy that was made before the first step; only with `--backup`. */
  readonly backup?: string
  /** The origin of each `down` that is not from the code; only if there are any. */
  readonly downs?: readonly DownSource[]
  /** What a redo or rollback lost, or would lose in a dry run; only if there is anything. */
  readonly losses?: Losses
  /** The digests of what is lost after each step; only for a trial. */
  readonly losing?: readonly string[]
}

/** What was copied, and where to. */
export interface BackupResult {
  readonly database: string
  readonly file: string
  readonly sizeBytes: number
}

/** What was restored, and where the previous content was saved; null if there was none. */
export interface RestoreResult {
  readonly database: string
  readonly file: string
  readonly saved: string | null
}

/** The result of each kind of work. */
export interface JobResults {
  readonly migrate: RunResult
  readonly rollback: RunResult
  readonly redo: RunResult
  readonly reset: null
  readonly backup: BackupResult
  readonly restore: RestoreResult
  readonly mark: Marking
  readonly repair: Repair
  readonly adopt: Adoption
  readonly load: Loading
  readonly seed: readonly DoneSeed[]
}

/** The kinds of work. */
export type Work = keyof JobResults

/** Those that run migrations. */
export type RunWork = 'migrate' | 'rollback' | 'redo'

/** Those that change the ledger without running a migration. */
export type EditWork = 'mark' | 'repair' | 'adopt'

/** What the process has to do; its only argument. It loads the settings itself, from the same sources. */
export interface Job {
  readonly work: Work
  readonly words: readonly string[]
  readonly flags: Flags
  readonly cwd: string
  /**
   * The digest of the plan that was shown and confirmed: nothing else may be written. For a rollback, those of what may be lost
   * after each step, separated by spaces.
   */
  readonly confirmed?: string
  /** The applied checksums, in order; if they have changed, nothing is redone. */
  readonly applied?: readonly (string | null)[]
  /** Whether a dry run only determines the losses before a person is asked. */
  readonly trial?: true
  /** The copy for a dry run that is one of several; it is made by the first, and stays for the others. */
  readonly copy?: string
  /** A file that appears when the work has to stop before its next step. */
  readonly stopMarker: string
  /** The process that wants the result; without it there is no reason to begin another step. */
  readonly parent: number
}

/** Whether a job works on a copy alone, so that it may be ended at any moment. */
export const isTrial = ({ flags }: Pick<Job, 'flags'>): boolean => flags.dryRun === true

/** Whether the work is worthless before its end: the database stays as it is. */
export const isCopying = (job: Pick<Job, 'flags' | 'work'>): boolean =>
  isTrial(job) || job.work === 'backup'

/** The database is open. */
export interface OpenedMessage {
  readonly type: 'opened'
  readonly path: string
  /** The history that it is opened for, if it has a name. */
  readonly history?: string
  readonly existed: boolean
  /** Whether all steps run in one transaction, so that none is done before all are. */
  readonly shared?: true
  /** The folder that had to be created for it. */
  readonly madeFolder: string | null
}

/** Which history the work is about, if it has a name. */
export interface AboutMessage {
  readonly type: 'about'
  readonly history: string
}

/** Which of several databases is used, if none was selected explicitly. */
export interface PickedMessage extends Pick<Settings, 'name' | 'others'> {
  readonly type: 'picked'
}

/** A file is about to be written that must not outlive this process. */
export interface TemporaryMessage {
  readonly type: 'temporary'
  readonly path: string
}

/** An event of the run; the error of a failure is plain data, about which `failed` says more. */
export interface EventMessage {
  readonly type: 'event'
  readonly event: MigrationEvent
}

/** The progress of work other than a run of migrations. */
export interface WorkingMessage {
  readonly type: 'working'
  /** The current activity, in words. */
  readonly what: string
  readonly done: number
  /** 0 if it cannot be counted. */
  readonly total: number
}

/** Something is about to be undone with a `down` that is not from the code. */
export interface UndoingMessage {
  readonly type: 'undoing'
  readonly sources: readonly DownSource[]
}

/** The work is done. */
export interface DoneMessage {
  readonly type: 'done'
  readonly result: JobResults[Work]
}

/** The work failed. */
export interface FailedMessage {
  readonly type: 'failed'
  readonly error: ErrorDescription
}

/** Every message from the worker to the command, distinguished by `type`. */
export type WorkerMessage =
  | OpenedMessage
  | PickedMessage
  | TemporaryMessage
  | WorkingMessage
  | AboutMessage
  | EventMessage
  | UndoingMessage
  | DoneMessage
  | FailedMessage
