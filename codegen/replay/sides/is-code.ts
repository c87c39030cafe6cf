// Distinguishes code from SQL.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Direction } from '../../model/evidence.js'

interface Side {
  readonly entry: RegistryEntry<Database>
  readonly direction: Direction
}

/** Whether a side is code. */
export function isCode({ entry, direction }: Side): boolean {
  const side = sideOf(entry, direction)
  return side !== undefined && !('scripts' in side)
}

/** Whether it is code that may run again: only then is it known what it compares. */
export const isRepeatableCode = (side: Side): boolean =>
  isCode(side) && side.entry.effects === undefined && side.entry.transaction !== false
