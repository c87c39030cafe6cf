// Tries a side that leaves one row of each group on two rows of a group which the UNIQUE index behind it would both allow.
import type { Fact, RowsLost } from '../../model/evidence.js'
import { foldCase } from '../../../src/sql/names.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import type { Ending } from './judge/fate.js'
import { matchRows, textBy } from './judge/match-rows.js'
import type { Prover } from './prover.js'
import { addApart, narrowGroupsIn, type NarrowGroup } from './seed/narrow-groups.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'
import { shownRow } from './watch/table-image.js'

/** The rows that go though none stays that is their equal. Takes everything back; nothing where the side fails then. */
export function tryNarrowGroups(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction } = side.entry
  const all = narrowGroupsIn(effects, rows.situation())
  if (side.direction === 'down' || all.length === 0 || touched !== undefined) return []
  if (transaction === false) return []
  let tried: NarrowGroup[] = []
  const begin = (): void => {
    prepare()
    rows.onTrial((state, situation) => (tried = addApart(state, situation, all)))
  }
  const { facts } = rows.tryOut(side, begin, ({ side: ran, now }) => {
    const endings = endingsOf(ran, imagesOf(rows.connection, now))
    return tried.flatMap((one) =>
      endings.flatMap((ending) =>
        ending.name === foldCase(one.table.name) ? lostOf(ending, one) : [],
      ),
    )
  })
  return facts
}

function lostOf({ before, after }: Ending, { effect, by, others }: NarrowGroup): RowsLost[] {
  const matched = after && matchRows(before, after)
  if (matched?.by !== 'key') return []
  const kept = new Set(matched.pairs.map(([old]) => old))
  const [groupOf, keyOf] = [textBy(by, before), textBy([...by, ...others], before)]
  const all = before.rows.map(({ values }) => values)
  const lost = all.filter(
    (row) =>
      !kept.has(row) &&
      !all.some((one) => kept.has(one) && keyOf(one) === keyOf(row)) &&
      all.some((one) => kept.has(one) && groupOf(one) === groupOf(row)),
  )
  const [first] = lost
  if (!first) return []
  const { table, columns, count } = before
  const told = { table: table.name, before: count, after: count - lost.length, through: null }
  const row = shownRow(columns, first)
  const [column = ''] = others
  return [{ kind: 'rows-lost', at: effect.place, ...told, by: 'grouped', column, row }]
}
