// Finds the statement by which rows of a table are copied, also through new tables. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { boundCopyOf } from './bound-copy.js'
import type { Ending } from './fate.js'

/**
 * The statement that copies rows of a table last; where it reads them from a new table between, the one that filled that. Code is judged by
 * the values that it bound.
 */
export function copyOf({
  name,
  heir,
  before,
  side,
}: Pick<Ending, 'name' | 'heir' | 'before' | 'side'>): Effect | undefined {
  const { effects, calls } = side
  const reads = ({ shape }: Effect): boolean =>
    'selects' in shape && shape.selects.some(({ from }) => plainName(from?.key ?? '') === name)
  const last = heir.fills.flatMap((one) => one.effects.filter(isFilling)).at(-1)
  if (!last || reads(last)) return last
  return (
    effects.findLast((one) => isFilling(one) && reads(one)) ??
    boundCopyOf(before, effects, calls) ??
    last
  )
}
