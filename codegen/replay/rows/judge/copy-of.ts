// Finds the statement by which rows of a table are copied, also through new tables. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import type { Ending } from './fate.js'

/** The statement that copies rows of a table last; where it reads them from a new table between, the one that filled that. */
export function copyOf(
  { name, heir }: Pick<Ending, 'name' | 'heir'>,
  effects: readonly Effect[],
): Effect | undefined {
  const reads = ({ shape }: Effect): boolean =>
    'selects' in shape && shape.selects.some(({ from }) => plainName(from?.key ?? '') === name)
  const last = heir.fills.flatMap((one) => one.effects.filter(isFilling)).at(-1)
  const isDirect = !last || last.place.script === null || reads(last)
  return isDirect ? last : (effects.findLast((one) => isFilling(one) && reads(one)) ?? last)
}
