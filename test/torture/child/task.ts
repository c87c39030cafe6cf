// What a migrating process is told, and what it says. Types only.
import type { Pace } from '../history.js'

/** How SQLite keeps its journal. */
export type JournalMode = 'wal' | 'delete'

/** What the process is to do; its only argument. */
export interface Task {
  readonly path: string
  readonly journalMode: JournalMode
  readonly pace: Pace
  readonly direction: 'migrate' | 'rollback'
  readonly lockTimeoutMs: number
  /** Runs the history with a step outside a transaction instead, which stands still until this file is there. */
  readonly gate?: string
  /** How far; all the way unless given. */
  readonly to?: number
  /** Whether a copy is to be made before the first step. */
  readonly backup?: true
  /** Whether to begin at once, or when a line comes in. */
  readonly start: 'at-once' | 'when-told'
}

/** One line of what it prints: a word, and the version it is about. */
export interface Sign {
  readonly is: 'ready' | 'opened' | 'start' | 'half' | 'end' | 'done'
  readonly version: number
}
