// Tries columns that are combined with others on rows where the others are null: NULL makes every combined value NULL.
import { foldCase } from '../../../src/sql/names.js'
import type { ValuesGone } from '../../model/evidence.js'
import type { Fate } from './judge/fate.js'
import { isPartOf } from './judge/part-gone.js'
import { untoldBeside } from './judge/judge-worked.js'
import { withRowsBeside } from './judge/rows-beside.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { addBesideNulls, workedColumns, type WorkedColumn } from './seed/worked-columns.js'
import type { TableGraph } from './fill/table-graph.js'
import type { SeederState } from './seed/seeder-state.js'
import { shownValue } from './watch/table-image.js'

/** Reports values that are lost then, of columns that are kept otherwise. Rolls everything back; empty if the side fails. */
export const tryBesideNulls = scriptTrial({
  sides: 'up',
  find: (effects, before) =>
    workedColumns(effects, before).filter(({ beside }) => beside.length > 0),
  run(trial, columns) {
    let tried: readonly WorkedColumn[] = []
    const change = (state: SeederState, situation: TableGraph): void => {
      tried = columns.flatMap((one) => addBesideNulls(state, situation, one))
    }
    const { facts } = tryOn(trial, change, ({ endings, written, usual }) => {
      const untold = endings().flatMap(({ after: own, ...ending }) =>
        tried.flatMap((one) => {
          if (!own || foldCase(one.table.name) !== ending.name) return []
          return untoldIn({ ...ending, after: withRowsBeside(own, written()) }, one)
        }),
      )
      const kept = untold.length > 0 ? usual().filter(({ kind }) => kind === 'values-kept') : []
      return untold.filter((one) => !kept.some((fact) => isPartOf(fact, one)))
    })
    return facts.filter((fact) => fact.kind === 'values-gone')
  },
})

function untoldIn({ side, before, after }: Fate, one: WorkedColumn): ValuesGone[] {
  const { table, values, beside, used, read } = one
  const column = one.column.name
  const found = untoldBeside({ before, after, column, values, along: read }, beside)
  if (!found) return []
  const { value, without } = found
  // What is merely copied next to it is null by chance.
  const isCause = without.some((other) => used.includes(other))
  const nulls = Object.fromEntries(isCause ? without.map((other) => [other, null]) : [])
  return [
    {
      kind: 'values-gone',
      version: side.entry.version,
      table: table.name,
      row: { [column]: shownValue(value), ...nulls },
      parts: [{ column, at: null, those: isCause ? without : 'some' }],
    },
  ]
}
