// What proving a history starts from. Types only.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { DatabaseConfig, SeedValue } from '../../../src/model/config.js'
import type { Registry } from '../../../src/model/registry.js'
import type { Runaways } from './runaways.js'
import type { LateWork } from '../../wall/late-work.js'
import type { ReplayWall } from '../../wall/replay-wall.js'
import type { Direction } from '../../model/evidence.js'
import type { Unproven } from '../../model/unproven.js'
import type { Need } from '../../model/migration.js'
import type { RowFacts, SchemaProof } from './results.js'

/** Databases that are kept, and the way to open them. */
export interface KeptImages extends ImagePlace {
  /** A database in memory that begins with these bytes, and is otherwise like that of `open`. */
  open(content: Uint8Array): Promise<Database>
}

/** Where a replay may keep databases, and under which names. */
export interface ImagePlace {
  /** The beginning of the paths of all of them. */
  readonly stem: string
  /** For each version what its proof depends on, in letters and digits. */
  readonly keys: readonly string[]
}

/** Example rows by table, as the configuration gives them. */
export type Seeds = Readonly<Record<string, readonly Readonly<Record<string, SeedValue>>[]>>

/** What one version needs. */
export interface StepNeeds {
  readonly version: number
  readonly needs: readonly Need[]
}

/** One of several histories in a database. */
export interface OneHistory {
  readonly name: string
  readonly table: string
  /** Of those of its versions that need something. */
  readonly needs: readonly StepNeeds[]
  readonly registry: Registry<Database>
}

/** The histories that one needs. */
export interface OtherHistories {
  /** Who has made an object that is there before the history begins; undefined where none of them has. */
  ownerOf(object: string): string | undefined
  /** Each with all its versions, behind those that it needs itself. */
  all(): readonly OneHistory[]
  /** A database without them. Whoever opens it closes it. */
  open(): Promise<Database>
}

/** A history that is to be proven. */
export interface HistoryRun {
  readonly registry: Registry<Database>
  /** The same with its code loaded once more, as the next process has it; undefined where there is no code to load. */
  anew?(): Registry<Database>
  /** The histories that it needs; absent where it needs none. */
  readonly others?: OtherHistories
  /** What its versions need of them. */
  readonly needs?: readonly StepNeeds[]
  /** By versions, what does not work after them behind the newest versions that are needed, and may with older ones. */
  readonly doubts?: Readonly<Record<number, readonly string[]>>
  /** A fresh, empty database in memory, opened the project's way. Whoever opens it closes it. */
  open(): Promise<Database>
  /** The same with these bytes in it; undefined where a project has its own way of opening, which cannot be applied to them. */
  reopen?(content: Uint8Array): Promise<Database>
  /** What keeps the history from other databases; absent where whoever proves it stands for that. */
  readonly wall?: ReplayWall
  /** Follows what steps leave for later; absent where nobody asks. */
  readonly late?: LateWork
  /** The name of the ledger, and the tables that are not the history's. */
  readonly table: string
  readonly ignoreTables: readonly string[]
  readonly seeds: Seeds
  /** What migrations find in `ctx.env`. */
  readonly env?: DatabaseConfig['env']
  /** Versions up to this one are known from an earlier replay: apply them, prove only what comes after. */
  readonly provenTo: number
  /** Sides that did not come to their end with rows: they get other rows, or none. */
  readonly runaways?: Runaways
  /** Databases with rows that are kept for the next replay; undefined where nothing is to be kept. */
  readonly images?: KeptImages
  /** Takes notes of trials that break off themselves; where it is absent, such an error ends the proof. */
  readonly failedTrials?: Unproven[]
  /**
   * Told before each side of each version, for progress and for who asks where it stood; `needed` is the position of the history
   * among those that are needed, where it is not of the own one.
   */
  report(version: number, direction: Direction, needed?: number): void
  /** Told each time that a side is run, which may be often; undefined where nobody asks. */
  reportRun?(): void
  /** Told before a statement that may never end: the script it is part of, and where in it; undefined where nobody asks. */
  reportStatement?(script: string, offset: number, end: number): void
}

/** Proves what can be seen without rows. Rejects only on defects; what a migration does wrong is a fact. */
export type ProveSchema = (run: HistoryRun) => Promise<SchemaProof>

/** Proves how rows fare. Rejects only on defects; what a migration does wrong is a fact. */
export type ProveRows = (run: HistoryRun) => Promise<RowFacts>
