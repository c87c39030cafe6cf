// What an author writes to declare work on many rows, in batches of which each is done once, whatever happens meanwhile.
import type { Batches, MigrationOptions, Script, Step } from './migration.js'

/**
 * A migration that declares what is to be done with many rows, batch by batch. Each batch is a transaction, which also writes
 * down how far the step has come: after a failure or a kill the next run goes on there. It runs outside of other transactions,
 * with foreign keys enforced.
 */
export type BatchedMigration<H> = MigrationOptions & {
  readonly version?: number | string
  readonly name?: string
  /** One after the other. */
  readonly batches: readonly Batches<H>[]
  readonly up?: undefined
  readonly transaction?: undefined
  readonly foreignKeys?: undefined
} & (
    | { readonly down: Step<H> | Script }
    | { readonly down?: undefined; readonly irreversible: string }
  )
