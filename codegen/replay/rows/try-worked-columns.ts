// Tries a side that drops a column behind an expression which it has put into another one: whether nothing gets lost on the way, nor on
// the way back.
import { foldCase } from '../../../src/sql/names.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Fact } from '../../model/evidence.js'
import { changeTold } from './judge/compare-values.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import { isToldApart, unreturned } from './judge/judge-worked.js'
import type { Prover } from './prover.js'
import { addNearValues, workedColumns, type WorkedColumn } from './seed/worked-columns.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'
import { takeImage, type TableImage } from './watch/table-image.js'

/**
 * The columns whose values are told apart by what was made of them; of these, what `down` does not make again. Takes everything
 * back; nothing where a side fails then.
 */
export function tryWorkedColumns(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction, version } = side.entry
  if (side.direction === 'down' || touched !== undefined || transaction === false) return []
  const columns = workedColumns(effects, rows.situation())
  if (columns.length === 0) return []
  let tried: readonly WorkedColumn[] = []
  const begin = (): void => {
    prepare()
    rows.onTrial((state, situation) => (tried = addNearValues(state, situation, columns)))
  }
  const apart: WorkedColumn[] = []
  const { facts } = rows.tryOut(side, begin, ({ side: ran, now }) =>
    endingsOf(ran, imagesOf(rows.connection, now)).flatMap(({ name, before, after }): Fact[] => {
      const own = tried.filter(({ table }) => foldCase(table.name) === name)
      const kept = own.filter(
        ({ column, values }) =>
          after !== null && isToldApart({ before, after, column: column.name, values }),
      )
      apart.push(...kept)
      return kept.map(({ table, column }) => ({
        kind: 'values-kept',
        version,
        table: table.name,
        column: column.name,
        in: after?.table.name ?? table.name,
      }))
    }),
  )
  return [...facts, ...(apart.length > 0 ? wayBack(rows, side, begin, apart) : [])]
}

/** Of columns that `up` keeps apart, those whose values are others behind `down`. */
function wayBack(
  rows: Prover,
  { entry }: StepSide,
  begin: () => void,
  apart: readonly WorkedColumn[],
): readonly Fact[] {
  if (!sideOf(entry, 'down')) return []
  const before = new Map<WorkedColumn, TableImage | null>()
  const there = (): void => {
    begin()
    for (const one of apart) before.set(one, takeImage(rows.connection, one.table))
    rows.runWithin({ entry, direction: 'up' })
  }
  const { facts } = rows.tryOut({ entry, direction: 'down' }, there, ({ side, now }) =>
    apart.flatMap((one): Fact[] => {
      const { table, column, values } = one
      const [old, again] = [before.get(one), now().get(foldCase(table.name))]
      const after = again && takeImage(rows.connection, again)
      const told = old && after && unreturned({ before: old, after, column: column.name, values })
      const own = side.effects.filter((effect) => effect.table === foldCase(table.name))
      const place = (own.findLast(({ verb }) => verb === 'update') ?? own.at(-1))?.place
      if (!told || !place) return []
      const where = { at: place, table: table.name, column: column.name }
      return [changeTold({ ...where, lost: 'unreturned' }, told)]
    }),
  )
  return facts
}
