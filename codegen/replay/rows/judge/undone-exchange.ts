// Judges two UPDATEs meant to swap columns one after the other: the second reads what the first has written. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'
import { isTelling } from './match-rows.js'
import { sameValue } from './same-value.js'

/** `SET a = b` followed by `SET b = a` on the same rows, with no other change of the table in between. */
export function undoneExchanges(fate: Fate): ValuesChanged[] {
  const { side, before, after, heir } = fate
  if (side.direction === 'down') return []
  const writing = heir.effects.filter(({ verb }) => verb !== 'create' && verb !== 'other')
  return writing.flatMap((effect, at): ValuesChanged[] => {
    const [first, second] = [effect, writing[at + 1]].map((one) => one && assignmentOf(one))
    const isBack =
      first &&
      second &&
      first.set === second.to &&
      first.to === second.set &&
      first.of === second.of
    if (!isBack) return []
    const [place, now] = [placeOf(before, first.set), placeOf(after, first.set)]
    const told = matchedIn(fate).pairs.find(
      ([was, is]) =>
        isTelling(was[place] ?? null) && !sameValue(was[place] ?? null, is[now] ?? null),
    )
    if (!told || place < 0 || now < 0) return []
    const where = {
      at: effect.place,
      table: before.table.name,
      column: first.set,
      source: first.to,
    }
    return [
      changeTold({ ...where, lost: 'unexchanged' }, [told[0][place] ?? null, told[1][now] ?? null]),
    ]
  })
}

/** `UPDATE t SET a = b WHERE …` of one column; null for any other statement. */
function assignmentOf({ shape, tokens }: Effect) {
  if (shape.kind !== 'update' || shape.from || shape.columns.length !== 1) return null
  const at = tokens.indexOf('SET')
  const [set = '', sign, to = '', next = 'WHERE'] = tokens.slice(at + 1)
  const isPlain = sign === '=' && next === 'WHERE' && /^[A-Z_"`[\x80-\uffff]/.test(to)
  return isPlain
    ? {
        set: foldCase(plainName(set)),
        to: foldCase(plainName(to)),
        of: tokens.slice(at + 5).join(' '),
      }
    : null
}
