// The messages between the build and the process that replays. Types only; everything survives JSON.
import type { GenerateSettings } from '../../model/settings.js'
import type { LeftOut } from '../../model/migration.js'
import type { ScaledStep } from '../../model/scaled-step.js'
import type { SnapshotProof } from '../../model/snapshot-proof.js'
import type { OrderMatters, OrdersTried } from '../../model/other-changed.js'
import type { HistoryRun, ImagePlace, StepNeeds } from '../sides/history-run.js'
import type { RowFacts, SchemaProof, Carriage, Carried } from '../sides/results.js'
import type { Standing } from './replay-problems.js'
import type { Runaways } from '../sides/runaways.js'

/**
 * The result of each pass: the history on an empty database; the same with rows in the tables; what happens to the rows of one version; the
 * history in each order with those that it needs; how long its steps take on more rows; and what a new database can start from.
 */
export interface PassResults {
  readonly schema: SchemaProof
  readonly rows: RowFacts
  readonly carried: Carried
  readonly orders: readonly (OrderMatters | OrdersTried)[]
  readonly scaled: readonly ScaledStep[]
  readonly snapshot: SnapshotProof
}

/** The ways of replaying a history, which are independent of each other. */
export type Pass = keyof PassResults

/** What the process has to do; the only message that it gets. */
export interface PassJob extends Pick<
  GenerateSettings,
  'root' | 'config' | 'table' | 'ignoreTables' | 'memory'
> {
  readonly pass: Pass
  /** The bundled registry, and the path of the file that it stands for. */
  readonly code: string
  readonly path: string
  /** The histories to build before, one after another. */
  readonly needed?: readonly NeededCode[]
  /** What its versions need from them. */
  readonly needs?: readonly StepNeeds[]
  /** What does not work after its versions, for the pass `orders` to check. */
  readonly doubts?: HistoryRun['doubts']
  /** The parts of its scripts to leave out. */
  readonly leftOut?: readonly LeftOut[]
  /** How many of its versions to replay; all if absent. */
  readonly versions?: number
  /** Versions up to this one are known already. */
  readonly provenTo: number
  /** What the pass `carried` has to carry. */
  readonly carriage?: Carriage
  /** Sides that ran away with rows before. */
  readonly runaways?: Runaways
  /** Where databases may be cached; null if there is no folder for it. */
  readonly images?: ImagePlace | null
}

/** A history that others need. */
export interface NeededCode {
  readonly name: string
  /** Up to this version. */
  readonly version: number
  readonly needs: readonly StepNeeds[]
  /** Its ledger. */
  readonly table: string
  /** Its bundled registry, and the path of the file that it stands for. */
  readonly code: string
  readonly path: string
}

/** What keeps a process from replaying at all. */
export interface Obstacle {
  /**
   * Where it lies: in loading the migrations, in a rejected promise that they left behind, in `open`, in the client, in a needed history,
   * or in Lockstep itself.
   */
  readonly kind: 'load' | 'rejected' | 'open' | 'client' | 'needed' | 'defect'
  readonly message: string
  readonly stack: string
  /** The step that made the promise. */
  readonly step?: Pick<Standing, 'version' | 'direction'>
}

/** All messages of the process, distinguished by `type`. */
export type PassMessage =
  | ({ readonly type: 'at' } & Standing)
  | {
      readonly type: 'done'
      readonly result: PassResults[Pass]
      /** What the configuration and its `open` have read, see `noteReads`. */
      readonly reads: readonly string[]
    }
  | { readonly type: 'failed'; readonly obstacle: Obstacle }
