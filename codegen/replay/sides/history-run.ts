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

/** Cached databases, and how to open them. */
export interface KeptImages extends ImagePlace {
  /** Opens an in-memory database with this content, otherwise like the one of `open`. */
  open(content: Uint8Array): Promise<Database>
}

/** Where a replay may cache databases, and under which names. */
export interface ImagePlace {
  /** The common prefix of their paths. */
  readonly stem: string
  /** For each version, a key of everything its proof depends on, in letters and digits. */
  readonly keys: readonly string[]
}

/** Example rows by table, from the configuration. */
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
  /** The needs of its versions, as far as they have any. */
  readonly needs: readonly StepNeeds[]
  readonly registry: Registry<Database>
}

/** The histories that one needs. */
export interface OtherHistories {
  /** The history that made an object which exists before this one starts; undefined if none did. */
  ownerOf(object: string): string | undefined
  /** Each with all its versions, after those that it needs itself. */
  all(): readonly OneHistory[]
  /** A database without them. The caller closes it. */
  open(): Promise<Database>
}

/** A history to prove. */
export interface HistoryRun {
  readonly registry: Registry<Database>
  /** The registry with its code loaded afresh, as in the next process; undefined if there is no code to load. */
  anew?(): Registry<Database>
  /** The histories that it needs; absent if none. */
  readonly others?: OtherHistories
  /** What its versions need from them. */
  readonly needs?: readonly StepNeeds[]
  /** By version, what fails after the newest needed versions and may work with older ones. */
  readonly doubts?: Readonly<Record<number, readonly string[]>>
  /** Opens an empty in-memory database the project's way. The caller closes it. */
  open(): Promise<Database>
  /** The same with this content; undefined if the project opens databases in its own way, which cannot take content. */
  reopen?(content: Uint8Array): Promise<Database>
  /** Keeps the history away from other databases; absent if the caller sees to that. */
  readonly wall?: ReplayWall
  /** Tracks work that steps leave for later; absent if nothing asks for it. */
  readonly late?: LateWork
  /** The name of the ledger, and the tables that do not belong to the history. */
  readonly table: string
  readonly ignoreTables: readonly string[]
  readonly seeds: Seeds
  /** What migrations find in `ctx.env`. */
  readonly env?: DatabaseConfig['env']
  /** Versions up to this one are known from an earlier replay: they are applied, and only later ones are proven. */
  readonly provenTo: number
  /** Sides that did not come to their end with rows: they get other rows, or none. */
  readonly runaways?: Runaways
  /** Databases with rows, cached for the next replay; undefined if nothing is to be cached. */
  readonly images?: KeptImages
  /** Records trials that crash; if absent, such an error ends the proof. */
  readonly failedTrials?: Unproven[]
  /**
   * Called before each side of each version, for progress and to know where a failure happened; `needed` is the position of a needed
   * history, absent for the history's own versions.
   */
  report(version: number, direction: Direction, needed?: number): void
  /** Called each time a side runs, which may be often; undefined if nothing asks for it. */
  reportRun?(): void
  /** Called when it has ended; undefined if nothing asks for it. */
  reportEnd?(): void
  /** Called before a statement that may never end, with its script and position there; undefined if nothing asks for it. */
  reportStatement?(script: string, offset: number, end: number): void
}

/** Proves what can be seen without rows. Rejects only on defects; errors in a migration are findings. */
export type ProveSchema = (run: HistoryRun) => Promise<SchemaProof>

/** Proves what happens to rows. Rejects only on defects; errors in a migration are findings. */
export type ProveRows = (run: HistoryRun) => Promise<RowFacts>
