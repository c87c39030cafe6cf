// The tables whose rows one half of a migration can have changed, told from its SQL and from the triggers that it sets off.
import { sideOf } from '../../src/plan/scripts.js'
import { inSmallLetters } from '../../src/schema/canonical-tokens.js'
import { namesIn } from './names-in.js'
import type { CatalogLook } from './read-catalog.js'
import type { ReplayLine } from './replay-line.js'
import type { Half } from './statement-about.js'

/**
 * The names in small letters, views that are written to included, rather too many than too few; null where it cannot be
 * told: of code, while foreign keys act on rows, and where virtual tables or temporary objects are in play. Functions of
 * the application cannot write: the client is busy while a statement runs. `looks` are those before and after the half.
 */
export function tablesReached(
  { handle }: ReplayLine,
  { entry, direction }: Half,
  looks: readonly CatalogLook[],
): ReadonlySet<string> | null {
  const side = sideOf(entry, direction)
  if (!side || !('scripts' in side) || entry.foreignKeys === 'enforce') return null
  if (handle.prepare('SELECT 1 FROM sqlite_temp_master LIMIT 1').get() !== undefined) return null
  const text = side.scripts.join('\n')
  const reached = new Set<string>()
  for (const look of new Set(looks)) {
    for (const name of withTriggers(look, namesIn(look.catalog, text))) {
      const table = look.catalog.get(`table ${name}`)
      if (table?.type === 'table' && table.module !== null) return null
      reached.add(name)
    }
  }
  return reached
}

/** A trigger on one of these may write to whatever it names, and set off others there. */
function withTriggers({ catalog, compiled }: CatalogLook, names: Set<string>): ReadonlySet<string> {
  const set = new Set<string>()
  for (let found = true; found;) {
    found = false
    for (const [key, object] of compiled) {
      if (object.type !== 'trigger' || set.has(key)) continue
      if (!names.has(inSmallLetters(object.table))) continue
      set.add(key)
      found = true
      for (const name of namesIn(catalog, object.sql)) names.add(name)
    }
  }
  return names
}
