// The result of a history on an empty database, or why there is no snapshot of it. Types only; everything is serialisable as
// JSON.
import type { SnapshotContent } from '../../src/model/snapshot.js'

/** Why there is no snapshot. */
export interface Withheld {
  /** A sentence about the migration, without its end. */
  readonly withheld: string
  readonly version: number
}

/** The snapshot of a history; its lineage is that of the registry. */
export type SnapshotProof = { readonly content: Omit<SnapshotContent, 'lineage'> } | Withheld
