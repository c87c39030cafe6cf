// What the command and the process that works on the database say to each other. Everything survives JSON.
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

/** What a run of migrations answers. */
export interface RunResult extends RunReport, Outside {
  /** What each step changed; only of a dry run. */
  readonly effects?: readonly StepEffect[]
  /** Each statement that was run, the slowest first; only with `--profile`. */
  readonly profile?: readonly ProfiledStatement[]
  /** What the full-text indexes of the copy say that fitted their rows before; only of a dry run, where there is any. */
  readonly problems?: readonly Problem[]
  /** The copy that was made before the first step; only with `--backup`. */
  readonly backup?: string
  /** Where each `down` comes from that is not the code's; only where there is any. */
  readonly downs?: readonly DownSource[]
  /** What a redo or rollback took along, or of a dry run would take along; only where there is anything. */
  readonly losses?: Losses
  /** The digests of what is lost after each step; only of a trial. */
  readonly losing?: readonly string[]
}

/** What was copied, and where to. */
export interface BackupResult {
  readonly database: string
  readonly file: string
  readonly sizeBytes: number
}

/** What was restored, and where the content before that was saved; null when there was none. */
export interface RestoreResult {
  readonly database: string
  readonly file: string
  readonly saved: string | null
}

/** What each kind of work answers. */
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

/** What the process is to do; its only argument. It finds the settings by itself, from the same sources. */
export interface Job {
  readonly work: Work
  readonly words: readonly string[]
  readonly flags: Flags
  readonly cwd: string
  /**
   * The digest of the plan that was shown and confirmed: nothing else may be written. Of a rollback, those of what may be
   * lost after a step, with spaces between.
   */
  readonly confirmed?: string
  /** The checksums that are applied, in order; where it is not so any more, nothing is redone. */
  readonly applied?: readonly (string | null)[]
  /** Whether a dry run is there only to tell what goes, before a person is asked. */
  readonly trial?: true
  /** The copy for a dry run that is one of several; it is made by the first, and stays for the others. */
  readonly copy?: string
  /** A file that appears when the work is to stop before its next step. */
  readonly stopMarker: string
  /** The process that wants the answer; without it there is no reason to begin another step. */
  readonly parent: number
}

/** Whether a job works on a copy alone, so that it may be ended at any moment. */
export const isTrial = ({ flags }: Pick<Job, 'flags'>): boolean => flags.dryRun === true

/** Whether nothing of the work is worth anything before its end: the database stays as it is. */
export const isCopying = (job: Pick<Job, 'flags' | 'work'>): boolean =>
  isTrial(job) || job.work === 'backup'

/** The database is open. */
export interface OpenedMessage {
  readonly type: 'opened'
  readonly path: string
  /** The history that it is opened for, where that has a name. */
  readonly history?: string
  readonly existed: boolean
  /** Whether all steps are one transaction, so that none is done before all are. */
  readonly shared?: true
  /** The folder that had to be made for it. */
  readonly madeFolder: string | null
}

/** Which history the work is about, where that has a name. */
export interface AboutMessage {
  readonly type: 'about'
  readonly history: string
}

/** Which of several databases is meant, where nobody has said so. */
export interface PickedMessage extends Pick<Settings, 'name' | 'others'> {
  readonly type: 'picked'
}

/** A file is about to be written that must not outlive this process. */
export interface TemporaryMessage {
  readonly type: 'temporary'
  readonly path: string
}

/** Something happened during the run; the error of a failure is plain data, of which `failed` knows more. */
export interface EventMessage {
  readonly type: 'event'
  readonly event: MigrationEvent
}

/** How far work is that is no run of migrations. */
export interface WorkingMessage {
  readonly type: 'working'
  /** What is being done, as a person would say it. */
  readonly what: string
  readonly done: number
  /** 0 where it cannot be counted. */
  readonly total: number
}

/** Something is about to be undone with another `down` than the code's. */
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

/** Everything that the worker tells the command; `type` tells the messages apart. */
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
