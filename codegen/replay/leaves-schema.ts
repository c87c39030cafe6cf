// Whether one half of a migration leaves the schema as it is, told from its SQL alone. Pure.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../src/model/registry.js'
import { sideOf } from '../../src/plan/scripts.js'
import type { Direction } from '../evidence.js'

/** Words of statements that may change a schema, or of SELECT, which may call a function that does. */
const SUSPECT =
  /\b(?:create|drop|alter|pragma|vacuum|attach|detach|analyze|reindex|select|writable_schema)\b/i

/** Scripts that only write rows. Of code nothing can be told. */
export function leavesSchema(entry: RegistryEntry<Database>, direction: Direction): boolean {
  const side = sideOf(entry, direction)
  return !!side && 'scripts' in side && !side.scripts.some((text) => SUSPECT.test(text))
}
