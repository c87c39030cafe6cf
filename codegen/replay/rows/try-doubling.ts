// Tries `down` right after its `up`, before any other changes: rows that it restores must have been gone.
import type { RowsDoubled } from '../../model/evidence.js'
import { imagesOf } from './judge/endings.js'
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
  const found: RowsDoubled[] = []
  rows.tryOut(side, undefined, ({ now }) => {
    const imageNow = imagesOf(rows.connection, now)
    for (const { table, place } of new Map(filling.map((one) => [one.table, one])).values()) {
      const [before, after] = [side.undoes.images.get(table), imageNow(table)]
      const doubled = before && after && doubledRows({ before, after }, [])
      if (!doubled) continue
      const row = shownRow(after.columns, doubled.row)
      found.push({
        kind: 'rows-doubled',
        at: place,
        table: after.table.name,
        more: doubled.more,
        row,
      })
    }
    return []
  })
  return found
}
