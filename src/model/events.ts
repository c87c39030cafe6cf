// The events of a run, with everything a user interface or a log needs. The runtime itself never prints.
import type { Direction, Problem, RunReport } from './report.js'

/** The migration an event is about. */
export interface EventStep {
  readonly version: number
  readonly id: string
  readonly name: string
  readonly direction: Direction
}

/** There is something to do. Sent once, before the first step; not sent when the database is up to date. */
export interface PlanEvent {
  readonly type: 'plan'
  readonly from: number
  readonly to: number
  readonly steps: readonly EventStep[]
}

/** Another connection holds the lock, or a step outside a transaction is running. Sent after each slice of waiting. */
export interface WaitingEvent {
  readonly type: 'waiting'
  /** Milliseconds in which nothing moved; reaches `lockTimeoutMs` before the run gives up. */
  readonly waitedMs: number
  /** The step outside a transaction that another run has begun; absent when waiting for the lock. */
  readonly version?: number
}

/** A step begins. */
export interface StepStartEvent extends EventStep {
  readonly type: 'step-start'
  /** Position in the plan, from 1. */
  readonly index: number
  readonly total: number
}

/** A step is committed; with `transaction: 'all'` it has run, and is committed with the others at the end. */
export interface StepEndEvent extends EventStep {
  readonly type: 'step-end'
  readonly durationMs: number
}

/** A step failed, and was rolled back unless it runs outside a transaction. The error is thrown as well. */
export interface StepFailedEvent extends EventStep {
  readonly type: 'step-failed'
  readonly error: unknown
}

/** A migration called `ctx.log`. */
export interface LogEvent extends EventStep {
  readonly type: 'log'
  readonly level: 'debug' | 'info' | 'warn'
  readonly message: string
}

/**
 * A migration called `ctx.progress`, or batches or a rebuild of many rows reported for it. A rebuild copies its rows at once, and reports
 * nothing, if the table has no rowid, the key changes, or `copy` has an aggregate or a window function outside a subquery.
 */
export interface ProgressEvent extends EventStep {
  readonly type: 'progress'
  readonly done: number
  readonly total: number | null
  /**
   * For declared batches: rows per second since the run began, and how long the rest of the walk takes at that rate, in
   * milliseconds.
   */
  readonly rate?: number
  readonly remainingMs?: number
  /** If a step declares several walks: which of them it is, from 1, and how many there are; `done` and `total` refer to this walk. */
  readonly walk?: number
  readonly walks?: number
  /** The table that is rebuilt; `done` and `total` are its rows. */
  readonly table?: string
}

/** Something that does not stop the run but that a person should see. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly problem: Problem
}

/** An empty database was brought to the newest version by the snapshot of the history; no step has run. */
export interface SnapshotEvent {
  readonly type: 'snapshot'
  /** The version it is now at. */
  readonly version: number
  readonly durationMs: number
}

/** Every step is done. */
export interface EndEvent {
  readonly type: 'end'
  readonly report: RunReport
}

/** Everything that `onEvent` is called with; `type` tells them apart. */
export type MigrationEvent =
  | PlanEvent
  | WaitingEvent
  | StepStartEvent
  | StepEndEvent
  | StepFailedEvent
  | LogEvent
  | ProgressEvent
  | WarningEvent
  | SnapshotEvent
  | EndEvent
