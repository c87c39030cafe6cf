// Reads the batches that a migration declares in its registry entry. Pure.
import type { Entry } from './step-side.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Batches } from '../../../src/model/migration.js'
import type { Direction } from '../../model/evidence.js'

/** The walks of a side; empty if it declares no batches. */
export const declaredBatches = (
  { source }: Pick<Entry, 'source'>,
  direction: Direction,
): readonly Batches<Database>[] => (direction === 'up' && 'batches' in source ? source.batches : [])

/** Their SQL, without functions. */
export const batchTexts = (entry: Pick<Entry, 'source'>, direction: Direction): string[] =>
  declaredBatches(entry, direction).flatMap(({ query, update }) =>
    update === undefined ? [query] : [query, update],
  )
