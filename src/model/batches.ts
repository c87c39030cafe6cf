// The type of a migration that works on many rows in batches, each of which is done exactly once.
import type { Batches, MigrationOptions, Script, Step } from './migration.js'

/**
 * A migration that works on many rows, batch by batch. Each batch is a transaction, which also records how far the step has come:
 * after a failure or a kill the next run continues there. It runs outside other transactions, with foreign keys enforced.
 */
export type BatchedMigration<H> = MigrationOptions & {
  readonly version?: number | string
  readonly name?: string
  /** Done one after the other. */
  readonly batches: readonly Batches<H>[]
  readonly up?: undefined
  readonly transaction?: undefined
  readonly foreignKeys?: undefined
} & (
    | { readonly down: Step<H> | Script }
    | { readonly down?: undefined; readonly irreversible: string }
  )
