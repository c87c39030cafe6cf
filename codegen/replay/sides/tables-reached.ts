// The tables whose rows one side of a migration can have changed, told from its SQL and from the triggers that it sets off.
import { sideOf } from '../../../src/plan/scripts.js'
import { objectKey } from '../../../src/schema/read-schema.js'
import { namedIn } from '../catalog/named-in.js'
import type { CatalogLook } from '../catalog/read-catalog.js'
import type { ReplayPass } from './replay-pass.js'
import type { StepSide } from './statement-about.js'

/**
 * Their keys, such as `table users`, and those of views that are written to, rather too many than too few; null where it cannot be
 * told: of code, while foreign keys act on rows, and where virtual tables or temporary objects are in play. Functions of
 * the application cannot write: the client is busy while a statement runs. `looks` are those before and after the side.
 */
export function tablesReached(
  { handle }: ReplayPass,
  { entry, direction }: StepSide,
  looks: readonly CatalogLook[],
): ReadonlySet<string> | null {
  const side = sideOf(entry, direction)
  if (!side || !('scripts' in side) || entry.foreignKeys === 'enforce') return null
  if (handle.prepare('SELECT 1 FROM sqlite_temp_master LIMIT 1').get() !== undefined) return null
  const text = side.scripts.join('\n')
  const reached = new Set<string>()
  for (const look of new Set(looks)) {
    for (const key of withTriggers(look, namedIn(look, text))) {
      const table = look.catalog.get(key)
      if (table?.type === 'table' && table.module !== null) return null
      reached.add(key)
    }
  }
  return reached
}

/** A trigger on one of these may write to whatever it names, and set off others there. */
function withTriggers(look: CatalogLook, named: Set<string>): ReadonlySet<string> {
  const set = new Set<string>()
  for (let found = true; found;) {
    found = false
    for (const [key, object] of look.compiled) {
      if (object.type !== 'trigger' || set.has(key)) continue
      if (
        !named.has(objectKey('table', object.table)) &&
        !named.has(objectKey('view', object.table))
      )
        continue
      set.add(key)
      found = true
      for (const other of namedIn(look, object.sql)) named.add(other)
    }
  }
  return named
}
