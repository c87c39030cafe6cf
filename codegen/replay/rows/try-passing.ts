// Tries a side that fails on some rows with the values on which it passes: whether what it computes from them preserves them.
import { foldCase, plainName } from '../../../src/sql/names.js'
import type { ValuesKept } from '../../model/evidence.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import { withRowsBeside } from './judge/rows-beside.js'
import type { Prover } from './prover.js'
import { isTriedUp } from './script-trial.js'
import { literalsOf } from './seed/compared-literals.js'
import { isOrdinary } from './seed/made-of.js'
import { takenOf, workedColumns, type WorkedColumn } from './seed/worked-columns.js'
import { tableNamed } from './fill/table-graph.js'
import type { Value } from './fill/seed-values.js'
import { isToldIn, keptAs, nearTrial } from './try-worked-columns.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** Reports removed columns for which the computed values preserve all values that pass. Rolls everything back. */
export function tryPassing(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void,
): readonly ValuesKept[] {
  const columns = workedColumns(effects, rows.situation()).flatMap((one) =>
    one.now === null ? [{ ...one, values: valuesFor(one, rows, effects) }] : [],
  )
  if (!isTriedUp(side) || columns.length === 0) return []
  const { begin, tried } = nearTrial(rows, columns, prepare)
  const first = rows.tryOut(side, begin, () => [])
  const repair = hasFailed(first) ? judgeFailure(rows, first, begin).repair : null
  if (!repair) return []
  const passing = (): void => {
    begin()
    repair()
  }
  const { facts } = rows.tryOut(side, passing, ({ endings, written }) =>
    endings().flatMap(({ name, before, after }) =>
      tried().flatMap((one) => {
        if (!after || foldCase(one.table.name) !== name) return []
        const images = { before, after: withRowsBeside(after, written()) }
        return isToldIn(one, images) ? [keptAs(one, side, after)] : []
      }),
    ),
  )
  return facts.filter((fact) => fact.kind === 'values-kept')
}

/** The values that statements compare the column with: literals, and values of columns in other tables. */
function valuesFor(
  { table, column }: WorkedColumn,
  { connection, situation }: Prover,
  effects: readonly Effect[],
): readonly Value[] {
  const named = literalsOf(effects).get(foldCase(table.name))?.columns.get(foldCase(column.name))
  const before = situation()
  const lookedUp = effects.flatMap(({ tokens }) => {
    const names = new Set(tokens.map(plainName))
    if (!names.has(foldCase(column.name))) return []
    const others = [...names].flatMap((name) => tableNamed(before, name) ?? [])
    return others.flatMap((other) =>
      other === table
        ? []
        : other.columns
            .filter(isOrdinary)
            .flatMap(({ name }) =>
              names.has(foldCase(name))
                ? takenOf(connection.all, other.name, name).slice(0, MOST)
                : [],
            ),
    )
  })
  return [...(named ?? []), ...lookedUp]
}

/** The most values per column. */
const MOST = 4
