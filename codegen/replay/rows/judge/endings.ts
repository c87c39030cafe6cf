// Determines what became of the tables that a side can have touched.
import type { Connection } from '../fill/connection.js'
import { plainName } from '../../../../src/sql/names.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { groupsRows, isFilling, type Effect } from '../watch/statement-effect.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import type { TablesNow } from '../watch/tables-now.js'
import type { Ending } from './fate.js'
import { heirsAfter, type Heir } from './heirs.js'
import { isRestored } from './lost-rows.js'
import { hasSameKey } from './match-rows.js'
import { rebuildOf } from './rebuild.js'

/** What became of each table that the side can have touched; each image is taken once. */
export function endingsOf(
  side: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): Ending[] {
  const heirs = heirsAfter(side)
  const heirFor = (name: string, before: TableImage): Heir => {
    const heir = heirs(name)
    const after = heir.name === null ? null : imageNow(heir.name)
    return isOfAnotherKind(heir, before, after) ? heirs(name, 'itself') : heir
  }
  return [...side.images].map(([name, before]) => {
    const heir = heirFor(name, before)
    const after = heir.name === null ? null : imageNow(heir.name)
    const rebuild = rebuildOf(heir)
    const isMeant = rebuild?.kind !== 'refilled' || (after && isRestored(before, after))
    return { side, name, before, after, heir, rebuild: isMeant ? rebuild : null }
  })
}

/**
 * Whether a renamed table lives on under its new name, because the new table of its name is something else: its rows have another key, and
 * are not each made from one row.
 */
function isOfAnotherKind(heir: Heir, before: TableImage, after: TableImage | null): boolean {
  if (heir.aside === null || !after || hasSameKey(before, after)) return false
  const copies = heir.heirs.filter(isFilling)
  return !copies.every((copy) => isRowByRow(copy, heir.aside))
}

const isRowByRow = (copy: Effect, source: string | null): boolean =>
  'selects' in copy.shape &&
  copy.shape.selects.length > 0 &&
  copy.shape.selects.every(({ from }) => from && plainName(from.key) === source) &&
  !groupsRows(copy)

/** Takes images of tables as they are now, by name in lower case, each on first use. */
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
