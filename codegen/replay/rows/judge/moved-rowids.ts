// Whether a side has given the rows of a table other rowids.
import type { Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'

/** The statement that has: the table was made anew, or packed. Undefined where the rows kept theirs. */
export function movedBy({ side, rebuild, before, after }: Fate): Effect | undefined {
  // Where rows are deleted and come back, triggers hear of both.
  const anew = rebuild?.kind === 'refilled' ? null : rebuild
  const cause = anew?.copy ?? anew?.removal ?? side.effects.findLast(isVacuum)
  return cause && hasMoved(before, after) ? cause : undefined
}

/** VACUUM INTO packs another file. */
const isVacuum = ({ tokens }: Effect): boolean => tokens[0] === 'VACUUM' && !tokens.includes('INTO')

/** Whether more rowids are gone than rows. */
const hasMoved = (before: TableImage, after: TableImage): boolean =>
  !before.table.withoutRowid &&
  !after.table.withoutRowid &&
  goneRowids(before, after).length > Math.max(0, before.count - after.count)

/** The rowids that a table had, and has no more. */
export function goneRowids(before: TableImage, after: TableImage) {
  const kept = new Set(after.rows.map(({ identity }) => identity[0]))
  return before.rows.flatMap(({ identity: [rowid = null] }) => (kept.has(rowid) ? [] : [rowid]))
}
