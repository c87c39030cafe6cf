// Tries a side that copies a table on rows that distinguish columns which otherwise hold the same value in every row.
import { isSameName } from '../../../src/sql/names.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { alikeIn, fewValued, tellApart } from './seed/alike-columns.js'

/** Reports columns that got the values of others. Rolls everything back; empty if the side fails then. */
export const tryAlikeColumns = scriptTrial({
  sides: 'any',
  find: fewValued,
  run(trial, few) {
    const all = few.flatMap((one) => alikeIn(trial.rows.connection, one))
    if (all.length === 0) return []
    const { facts } = tryOn(trial, (state, situation) => {
      for (const one of all) tellApart(state, situation, one)
    })
    return facts.filter(
      (fact) =>
        fact.kind === 'values-changed' &&
        fact.from !== null &&
        all.some(
          ({ table, names }) =>
            isSameName(table.name, fact.table) &&
            [fact.column, fact.from!].every((name) => names.some((one) => isSameName(one, name))),
        ),
    )
  },
})
