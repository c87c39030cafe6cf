// What a history leads to on an empty database, or why that cannot be kept. Types only; everything survives JSON.
import type { SnapshotContent } from '../../src/model/snapshot.js'

/** The snapshot of a history; its lineage is that of the registry. */
export type SnapshotProof =
  | { readonly content: Omit<SnapshotContent, 'lineage'> }
  | {
      /** Why there is none: a sentence without its end. */
      readonly withheld: string
      /** The migration that it is about. */
      readonly version: number
    }
