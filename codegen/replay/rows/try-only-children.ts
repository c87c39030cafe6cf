// Tries a side that looks up rows by a column, on rows whose parent has no row where it looks.
import { isSameName } from '../../../src/sql/names.js'
import type { Fact, ValuesGone } from '../../model/evidence.js'
import { scriptTrial, tryOn } from './script-trial.js'
import type { ColumnBefore } from './seed/joined-rows.js'
import { addOnlyChildren } from './seed/only-children.js'
import { lookedUpBy } from './seed/orphans.js'

/** Reports such columns whose values are kept where it finds a row, and lost where not. Rolls everything back; empty if the side fails. */
export const tryOnlyChildren = scriptTrial({
  sides: 'up',
  find: lookedUpBy,
  run(trial, pairs) {
    let added: readonly ColumnBefore[] = []
    const { facts } = tryOn(trial, (state, situation) => {
      added = addOnlyChildren(state, situation, pairs)
    })
    const lost = goneOf(facts, added)
    if (lost.length === 0) return []
    const usual = goneOf(trial.rows.tryOut(trial.side, () => trial.prepare()).facts, added)
    const isNew = ({ table, column }: Gone): boolean =>
      !usual.some((one) => one.table === table && one.column === column)
    return lost.filter(isNew).map(({ fact, column }): ValuesGone => ({
      ...fact,
      row: { [column]: fact.row[column]! },
      parts: [{ column, at: null, those: 'some' }],
    }))
  },
})

interface Gone extends Pick<ValuesGone, 'table'> {
  readonly fact: ValuesGone
  readonly column: string
}

/** The columns among these whose values are gone, while their table stays. */
const goneOf = (facts: readonly Fact[], columns: readonly ColumnBefore[]): Gone[] =>
  facts.flatMap((fact): Gone[] => {
    if (fact.kind !== 'values-gone' || fact.rest !== undefined) return []
    const isAmong = (name: string): boolean =>
      columns.some(
        ({ table, column }) => isSameName(table.name, fact.table) && isSameName(column, name),
      )
    return Object.keys(fact.row)
      .filter(isAmong)
      .map((column) => ({ fact, table: fact.table, column }))
  })
