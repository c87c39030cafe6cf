// Reads the batches that a migration declares in its registry entry. Pure.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Batches } from '../../../src/model/migration.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import type { Direction } from '../../model/evidence.js'

/** The walks of a side; empty if it declares no batches. */
export const declaredBatches = (
  { source }: Pick<RegistryEntry<Database>, 'source'>,
  direction: Direction,
): readonly Batches<Database>[] => (direction === 'up' && 'batches' in source ? source.batches : [])

/** Their SQL, without functions. */
export const batchTexts = (
  entry: Pick<RegistryEntry<Database>, 'source'>,
  direction: Direction,
): string[] =>
  declaredBatches(entry, direction).flatMap(({ query, update }) =>
    update === undefined ? [query] : [query, update],
  )
