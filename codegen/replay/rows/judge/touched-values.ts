// Judges times that triggers write after an UPDATE or DELETE of the side: the former value, such as when a person changed the row, is lost.
// Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, unquote } from '../../../../src/sql/names.js'
import { shownValue } from '../watch/table-image.js'
import { triggersAt } from './causes.js'
import { changedColumns, changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'
import { isOfTheMoment } from '../watch/of-the-moment.js'
import { isSetByName, setsIn } from './triggered-values.js'

/** Not for columns that the side itself sets. The new time differs on each run, so it is not shown. */
export function touchedValues(fate: Fate): ValuesChanged[] {
  const { side, name, before, after, rebuild } = fate
  if (side.direction === 'down' || rebuild) return []
  const acts = side.effects.flatMap((effect) =>
    effect.verb === 'update' || effect.verb === 'delete'
      ? triggersAt(side, effect.table, effect).flatMap((trigger) =>
          trigger.event === effect.verb && setsIn(trigger, name).size > 0
            ? [{ trigger, effect }]
            : [],
        )
      : [],
  )
  if (acts.length === 0) return []
  return changedColumns(before, after, matchedIn(fate)).flatMap((change): ValuesChanged[] => {
    const column = foldCase(change.column)
    const act = acts.find(({ trigger }) => setsIn(trigger, name).has(column))
    const isMoment = isOfTheMoment(shownValue(change.after))
    if (!act || !isMoment || isSetByName(side, name, column)) return []
    const { trigger, effect } = act
    const where = { at: effect.place, table: after.table.name, column: change.column }
    const by = {
      trigger: unquote(trigger.name.text),
      source: effect.table,
      lost: 'touched',
    } as const
    return [changeTold({ ...where, ...by }, [change.before, null])]
  })
}
