// Judges whether a side has given the rows of a table other rowids.
import type { Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'

/** The statement that did, by a rebuild or VACUUM. Undefined if the rows kept theirs. */
export function movedBy({ side, rebuild, before, after }: Fate): Effect | undefined {
  // If rows are deleted and restored, triggers see both.
  const anew = rebuild?.kind === 'refilled' ? null : rebuild
  const cause = anew?.copy ?? anew?.removal ?? side.effects.findLast(isVacuum)
  return cause && hasMoved(before, after) ? cause : undefined
}

/** VACUUM INTO affects another file. */
const isVacuum = ({ tokens }: Effect): boolean => tokens[0] === 'VACUUM' && !tokens.includes('INTO')

/** Whether more rowids than rows are gone. */
const hasMoved = (before: TableImage, after: TableImage): boolean =>
  !before.table.withoutRowid &&
  !after.table.withoutRowid &&
  goneRowids(before, after).length > Math.max(0, before.count - after.count)

/** The rowids that a table no longer has. */
export function goneRowids(before: TableImage, after: TableImage) {
  const kept = new Set(after.rows.map(({ identity }) => identity[0]))
  return before.rows.flatMap(({ identity: [rowid = null] }) => (kept.has(rowid) ? [] : [rowid]))
}
