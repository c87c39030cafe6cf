// Judges rows that `up` moved to another table and `down` inserts again without naming all of their columns. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { isSameName, plainName } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import { keyText } from '../fill/connection.js'
import { conditionIn, isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/** A table with the rows that `up` took from it, as they were before. */
export interface Taken {
  readonly before: TableImage
  /** The statements of `up`, and the tables that they wrote to. */
  readonly ups: readonly Effect[]
  readonly written: readonly Written[]
}

/** The rows of a table before `up` that are not in it any more; null if all are. */
export function takenFrom(before: TableImage, behind: TableImage): TableImage | null {
  const there = new Set(behind.rows.map(({ identity }) => keyText(identity)))
  const rows = before.rows.filter(({ identity }) => !there.has(keyText(identity)))
  return rows.length > 0 ? { ...before, rows } : null
}

/** Reports columns that get their defaults, though an archive has the values, or the condition of the DELETE told the only one. */
export function halfBack(
  { before, ups, written }: Taken,
  after: TableImage,
  effects: readonly Effect[],
): ValuesChanged[] {
  const name = after.table.name
  const filling = effects.findLast((one) => isFilling(one) && isSameName(one.table, name))
  const named = filling?.shape.kind === 'insert' ? filling.shape.columns : null
  if (!filling || !named) return []
  const now = new Map(after.rows.map(({ identity, values }) => [keyText(identity), values]))
  const back = before.rows.filter(({ identity }) => now.has(keyText(identity)))
  return after.columns.flatMap(({ name: column }): ValuesChanged[] => {
    const [place, at] = [placeOf(before, column), placeOf(after, column)]
    if (place < 0 || named.some(({ key }) => isSameName(plainName(key), column))) return []
    const valueOf = ({ values }: Row): Value => values[place] ?? null
    const lost = back
      .map((row) => [valueOf(row), now.get(keyText(row.identity))?.[at] ?? null] as const)
      .find(([was, is]) => was !== null && !sameValue(was, is))
    const isOne = back.every((row) => sameValue(valueOf(row), valueOf(back[0]!)))
    const isKnown =
      (isOne && ups.some((one) => isSameName(one.table, name) && isAskedBy(one, column))) ||
      written.some((one) =>
        back.every((row) => isKeptIn(one, { column, row, value: valueOf(row) })),
      )
    const where = { at: filling.place, table: name, column, lost: 'unreturned' } as const
    return lost && isKnown ? [changeTold(where, lost)] : []
  })
}

type Row = TableImage['rows'][number]

const isAskedBy = ({ verb, tokens }: Effect, column: string): boolean =>
  verb === 'delete' && conditionIn(tokens).some((one) => isSameName(plainName(one), column))

/** Whether a column of the same name has the value of a row next to its key. */
function isKeptIn(
  { after, fresh }: Written,
  { column, row, value }: Readonly<{ column: string; row: Row; value: Value }>,
): boolean {
  const place = placeOf(after, column)
  return fresh.some(
    ({ values }) =>
      place >= 0 &&
      sameValue(values[place] ?? null, value) &&
      row.identity.every((key) => values.some((one) => sameValue(one, key))),
  )
}
