// Tries `down` right after its `up`, before any other changes: rows that it restores must have been gone.
import type { RowsDoubled } from '../../model/evidence.js'
import { doubledRows } from './judge/lost-rows.js'
import type { Prover } from './prover.js'
import { scriptEffects, type ObservedSide, type StepSide } from './watch/observed-run.js'
import { isFilling } from './watch/statement-effect.js'
import { shownRow } from './watch/table-image.js'

/** Reports rows that exist more often than before `up`, in tables that have not been rebuilt. Rolls everything back. */
export function tryDoubling(
  rows: Prover,
  side: StepSide & { readonly undoes: ObservedSide },
): RowsDoubled[] {
  const { catalog } = rows.situation()
  const filling = scriptEffects(side).filter(
    (effect) =>
      isFilling(effect) &&
      catalog.has(`table ${effect.table}`) &&
      side.undoes.images.has(effect.table),
  )
  if (filling.length === 0) return []
  const last = new Map(filling.map((one) => [one.table, one]))
  const found = rows.lookAfter(side, undefined, ({ imageNow }) =>
    [...last].flatMap(([table, { place: at }]): RowsDoubled[] => {
      const [before, after] = [side.undoes.images.get(table), imageNow(table)]
      const doubled = before && after && doubledRows({ before, after }, [])
      if (!doubled) return []
      const [{ name }, row] = [after.table, shownRow(after.columns, doubled.row)]
      return [{ kind: 'rows-doubled', at, table: name, more: doubled.more, row }]
    }),
  )
  return found ?? []
}
