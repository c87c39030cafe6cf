// Decides whether a side empties a table by an explicit DELETE, so that nothing else it removes is lost with the rows. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import type { Ending } from './fate.js'
import { keyOf } from './match-rows.js'

/**
 * All rows are meant without WHERE, or with one that only filters by the key, as in code that deletes them one by one. False if another
 * table may have received some before, or if rows may be restored in another way.
 */
export function isEmptiedByName({ before, after, heir }: Ending): boolean {
  if (!after || heir.fills.some(({ name }) => name !== heir.name)) return false
  const removals = heir.own.filter(({ verb }) => verb === 'delete')
  if (after.count === 0) return removals.some((one) => asksForKey(one, before))
  return !heir.isFed && removals.some((one) => asksForNothing(one))
}

const asksForNothing = (removal: Effect): boolean =>
  /^(?:TRUE|[1-9]\d*|(\d+) ==? \1)?$/.test(conditionOf(removal).join(' '))

function asksForKey(removal: Effect, before: TableImage): boolean {
  const names = new Set(['rowid', 'oid', '_rowid_', ...keyOf(before)])
  return conditionOf(removal).every((token) => ASKING.test(token) || names.has(plainName(token)))
}

const conditionOf = ({ tokens }: Effect): readonly string[] =>
  conditionIn(tokens).filter((token) => token !== '(' && token !== ')')

const ASKING = /^(?:\d+|TRUE|==?|[<>]=?|<>|!=?|AND|OR|IS|NOT|NULL|BETWEEN|[?:@$]\w*)$/
