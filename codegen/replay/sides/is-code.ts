// Distinguishes code from SQL.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Direction } from '../../model/evidence.js'

/** Whether a side is code. */
export function isCode({
  entry,
  direction,
}: {
  readonly entry: RegistryEntry<Database>
  readonly direction: Direction
}): boolean {
  const side = sideOf(entry, direction)
  return side !== undefined && !('scripts' in side)
}
