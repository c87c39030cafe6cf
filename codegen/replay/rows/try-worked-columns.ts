// Tries a side that makes other values of a column, in another one or in its place: whether nothing gets lost on the way, nor on the
// way back.
import { foldCase } from '../../../src/sql/names.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Fact, StepPlace } from '../../model/evidence.js'
import { changeTold } from './judge/compare-values.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import { isConverted, isToldApart, unreturned } from './judge/judge-worked.js'
import { tableNamed } from './fill/table-graph.js'
import type { Prover } from './prover.js'
import {
  addNearValues,
  effectsOn,
  workedColumns,
  type WorkedColumn,
} from './seed/worked-columns.js'
import type { StepSide } from './watch/observed-run.js'
import { isFilling, type Effect } from './watch/statement-effect.js'
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
  const isUndone = sideOf(side.entry, 'down') !== undefined
  const columns = workedColumns(effects, rows.situation()).filter(
    ({ now }) => now === null || isUndone,
  )
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
      const kept = own.filter((one) => after !== null && isTold(one, before, after))
      apart.push(...kept)
      const gone = kept.filter((one) => one.now === null)
      return gone.map(({ table, column }) => ({
        kind: 'values-kept',
        version,
        table: table.name,
        column: column.name,
        in: after?.table.name ?? table.name,
      }))
    }),
  )
  const isTried = isUndone && apart.length > 0
  return [...facts, ...(isTried ? wayBack(rows, side, begin, apart) : [])]
}

function isTold({ column, now, values }: WorkedColumn, before: TableImage, after: TableImage) {
  const worked = { before, after, column: column.name, values }
  return now === null ? isToldApart(worked) : isConverted(worked, now)
}

/** Of columns that `up` keeps apart, those whose values are others behind `down`. */
function wayBack(
  rows: Prover,
  { entry }: StepSide,
  begin: () => void,
  apart: readonly WorkedColumn[],
): readonly Fact[] {
  const before = new Map<WorkedColumn, TableImage | null>()
  const there = (): void => {
    begin()
    for (const one of apart) before.set(one, takeImage(rows.connection, one.table))
    rows.runWithin({ entry, direction: 'up' })
  }
  const { facts } = rows.tryOut({ entry, direction: 'down' }, there, ({ side, now }) =>
    apart.flatMap((one): Fact[] => {
      const { table, column, values } = one
      const again = now().get(foldCase(table.name)) ?? tableNamed(side.before, table.name)
      const old = before.get(one)
      const after = again && takeImage(rows.connection, again)
      const told = old && after && unreturned({ before: old, after, column: column.name, values })
      const place = placeIn(side.effects, foldCase(table.name))
      if (!told || !place) return []
      const where = { at: place, table: table.name, column: column.name }
      return [changeTold({ ...where, lost: 'unreturned' }, told)]
    }),
  )
  return facts
}

/** Where `down` writes rows of a table, or else what it does to it, or to any. */
function placeIn(effects: readonly Effect[], table: string): StepPlace | undefined {
  const own = effectsOn(effects, table)
  const writing = own.findLast((one) => one.verb === 'update' || isFilling(one))
  return (writing ?? own.at(-1) ?? effects.findLast((one) => one.table !== ''))?.place
}
