// Tries a side that copies a table whose columns have the same value in each row, on rows that tell them from each other.
import type { Fact } from '../../model/evidence.js'
import { isSameName } from '../../../src/sql/names.js'
import type { Prover } from './prover.js'
import { alikeIn, fewValued, tellApart } from './seed/alike-columns.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** Which of these columns have what was in others. Takes everything back; nothing where the side fails then. */
export function tryAlikeColumns(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction } = side.entry
  if (touched !== undefined || transaction === false) return []
  const few = fewValued(effects, rows.situation())
  const all = few.flatMap((one) => alikeIn(rows.connection, one))
  if (all.length === 0) return []
  const begin = (): void => {
    prepare()
    for (const one of all) rows.onTrial((state, situation) => tellApart(state, situation, one))
  }
  const { facts } = rows.tryOut(side, begin)
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
}
