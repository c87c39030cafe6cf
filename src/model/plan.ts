// A plan is data: a dry run prints it, a real run executes it.
import type { LedgerRow } from './ledger.js'
import type { Problem } from './report.js'
import type { RegistryEntry } from './registry.js'

/** Run `up` and write the ledger row. */
export interface ApplyStep<H> {
  readonly kind: 'apply'
  readonly entry: RegistryEntry<H>
  /** Set if an earlier run has done a part of it. */
  readonly begun?: true
}

/** Run `down` and remove the ledger row. */
export interface RevertStep<H> {
  readonly kind: 'revert'
  readonly entry: RegistryEntry<H>
}

/** Replace the digests of an older algorithm by those of the current one; runs no migration. */
export interface RestampStep<H> {
  readonly kind: 'restamp'
  readonly entry: RegistryEntry<H>
}

/** One step of a plan; `kind` tells them apart. */
export type PlanStep<H> = ApplyStep<H> | RevertStep<H> | RestampStep<H>

/** The ordered steps from the state of the ledger to the target. */
export interface Plan<H = unknown> {
  readonly from: number
  readonly to: number
  readonly steps: readonly PlanStep<H>[]
  /** Problems that do not forbid the plan: renamed migrations, a changed `down`. */
  readonly warnings: readonly Problem[]
  /** The rows that the plan was made from, in ascending order; the runner plans again if they have moved. */
  readonly rows: readonly LedgerRow[]
}
