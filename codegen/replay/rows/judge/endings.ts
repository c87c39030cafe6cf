// What became of the tables that a side can have touched.
import type { Connection } from '../fill/connection.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import type { TablesNow } from '../watch/tables-now.js'
import type { Ending } from './fate.js'
import { heirsAfter } from './heirs.js'
import { isRestored } from './lost-rows.js'
import { rebuildOf } from './rebuild.js'

/** What became of all tables that the side can have touched; each picture is taken once. */
export function endingsOf(
  side: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): Ending[] {
  const heirs = heirsAfter(side)
  return [...side.images].map(([name, before]) => {
    const heir = heirs(name)
    const after = heir.name === null ? null : imageNow(heir.name)
    const rebuild = rebuildOf(heir)
    const isMeant = rebuild?.kind !== 'refilled' || (after && isRestored(before, after))
    return { side, name, before, after, heir, rebuild: isMeant ? rebuild : null }
  })
}

/** Takes pictures of tables as they are now, by name in lower case, each when somebody first asks. */
export function imagesOf(
  connection: Connection,
  now: TablesNow,
): (name: string) => TableImage | null {
  const taken = new Map<string, TableImage | null>()
  return (name) => {
    const table = now().get(name)
    if (!taken.has(name)) taken.set(name, table ? takeImage(connection, table) : null)
    return taken.get(name) ?? null
  }
}
