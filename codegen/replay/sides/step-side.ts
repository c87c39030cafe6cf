// What is replayed: a migration of the registry, and one side of it.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import type { Direction } from '../../model/evidence.js'

/** A migration in the registry of the project. */
export type Entry = RegistryEntry<Database>

/** One side of a migration. */
export interface StepSide {
  readonly entry: Entry
  readonly direction: Direction
}
