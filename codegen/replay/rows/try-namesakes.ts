// Tries a side that looks values up by columns that are not unique on rows that agree in these and in nothing else.
import type { ValuesChanged } from '../../model/evidence.js'
import { foldCase } from '../../../src/sql/names.js'
import type { TableGraph } from './fill/table-graph.js'
import { changeTold } from './judge/compare-values.js'
import { sameValue } from './judge/same-value.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import type { Ending } from './judge/fate.js'
import { isTelling, matchRows, textBy } from './judge/match-rows.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { addNamesakes, namesakesIn, type Namesake } from './seed/namesakes.js'
import type { SeederState } from './seed/seeder-state.js'
import { placeOf } from './watch/table-image.js'

/**
 * The columns in which a row gets what one has that agrees with it, and every other row keeps what it has. Takes everything back;
 * nothing where the side fails then.
 */
export const tryNamesakes = scriptTrial({
  sides: 'any',
  find: namesakesIn,
  run(trial, all) {
    let tried: Namesake[] = []
    const change = (state: SeederState, situation: TableGraph): void => {
      tried = addNamesakes(state, situation, all)
    }
    const { facts } = tryOn(trial, change, ({ side, now }) => {
      const endings = endingsOf(side, imagesOf(trial.rows.connection, now))
      return tried.flatMap((one) =>
        endings.flatMap((ending) =>
          ending.name === foldCase(one.table.name) ? mixedUp(ending, one) : [],
        ),
      )
    })
    return [...new Map(facts.map((fact) => ['column' in fact && fact.column, fact])).values()]
  },
})

function mixedUp({ before, after }: Ending, { effect, columns }: Namesake): ValuesChanged[] {
  if (!after) return []
  const { pairs, by } = matchRows(before, after)
  const textOf = textBy(columns, before)
  return by !== 'key'
    ? []
    : after.columns.flatMap(({ name }, place): ValuesChanged[] => {
        const was = placeOf(before, name)
        const changed = pairs.filter(([old, is]) => !sameValue(old[was] ?? null, is[place] ?? null))
        const isMixed = changed.every(([old, is]) =>
          pairs.some(
            ([other]) =>
              textOf(other) === textOf(old) && sameValue(other[was] ?? null, is[place] ?? null),
          ),
        )
        const shown = changed
          .map(([old, is]) => [old[was] ?? null, is[place] ?? null] as const)
          .find((values) => values.every(isTelling))
        if (was < 0 || !isMixed || !shown) return []
        const where = { at: effect.place, table: after.table.name, column: name }
        return [changeTold({ ...where, lost: 'mixed', agreeing: columns }, shown)]
      })
}
