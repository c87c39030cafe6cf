// What proofs of one version start from and what they answer. Types only.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../src/model/registry.js'
import type { Fact } from '../evidence.js'
import type { BrokenKeys } from './broken-keys.js'
import type { CatalogLook } from './read-catalog.js'

/** The schema before a version and after it. */
export interface Passage {
  readonly before: CatalogLook
  readonly after: CatalogLook
}

/** A version that was applied, and the foreign keys that did not hold before it. */
export interface AppliedVersion extends Passage {
  readonly entry: RegistryEntry<Database>
  readonly keys: BrokenKeys
}

/** What a proof brought to light. */
export interface Finding {
  readonly facts: readonly Fact[]
  /** Whether the database is not as it was before the proof. */
  readonly spoiled: boolean
}
