// Finds what is kept by a rebuild that makes rows of columns: several copies, each with the values of another column in the same one. Pure.
import { remembered } from '../../../../src/model/collected.js'
import { plainName } from '../../../../src/sql/names.js'
import { columnOf } from '../../../sql/read-select.js'
import type { RawRow } from '../fill/connection.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isAt } from './beside-key.js'
import type { Heir } from './heirs.js'
import { textBy, type Pair } from './match-rows.js'
import { isOf, type Rebuild } from './rebuild.js'

/** A table, and how a side rebuilt it. */
interface Ending {
  readonly before: TableImage
  readonly after: TableImage | null
  readonly heir: Heir
  readonly rebuild: Rebuild | null
}

/** One SELECT of a copy: the columns that it copies as they are, by name and by their places before and after. */
interface Arm {
  readonly pairs: readonly { readonly name: string; readonly was: number; readonly is: number }[]
  readonly condition: readonly string[]
}

/** The copies; empty unless two of them write different columns of the old table into one of the new. */
function armsOf({ before, after, heir, rebuild }: Ending): readonly Arm[] {
  if (!after || rebuild?.kind !== 'new') return []
  const arms = rebuild.copies.filter(isOf(heir)).flatMap((copy) => armsIn(copy, before, after))
  const sources = new Map<number, number>()
  const isTurned = arms.some(({ pairs }) =>
    pairs.some(({ was, is }) => remembered(sources, is, () => was) !== was),
  )
  return isTurned ? arms : []
}

function armsIn({ shape, tokens }: Effect, before: TableImage, after: TableImage): Arm[] {
  if (shape.kind !== 'insert') return []
  const names =
    shape.columns?.map(({ key }) => plainName(key)) ?? after.columns.map(({ name }) => name)
  return shape.selects.map(({ items }) => ({
    condition: conditionIn(tokens).map(plainName),
    pairs: (items.length === names.length ? items : []).flatMap((item, at) => {
      const name = plainName(columnOf(item)?.column.key ?? '')
      const [was, is] = [placeOf(before, name), placeOf(after, names[at]!)]
      return was < 0 || is < 0 ? [] : [{ name, was, is }]
    }),
  }))
}

const madeOf = (row: RawRow, { pairs }: Arm, { rows }: TableImage): RawRow | undefined =>
  rows.find(({ values }) => pairs.every(({ was, is }) => isAt(values, is, row[was] ?? null)))
    ?.values

/** Whether each value of a column is in a row with what else the same copy takes from its row. A copy that asks for it may leave out 0 and ''. */
export function isTurned(column: string, ending: Ending): boolean {
  const { before, after } = ending
  const place = placeOf(before, column)
  const arms = armsOf(ending).filter(({ pairs }) => pairs.some(({ was }) => was === place))
  return (
    after !== null &&
    arms.some((arm) => isTelling(arm, place, before)) &&
    before.rows.every(({ values }) => {
      const value = values[place] ?? null
      const isNothing = (arm: Arm): boolean =>
        Number(value) === 0 && arm.condition.includes(plainName(column))
      return value === null || arms.some((arm) => madeOf(values, arm, after) || isNothing(arm))
    })
  )
}

/** Whether what a copy takes besides a column tells rows apart. */
function isTelling({ pairs }: Arm, place: number, before: TableImage): boolean {
  const names = pairs.flatMap(({ name, was }) => (was === place ? [] : [name]))
  const differing = new Set(before.rows.map(({ values }) => textBy(names, before)(values)))
  return differing.size > 1
}

/** Each row with one that a copy makes of it, if there is any; null if copies make no rows of columns, or that cannot be told. */
export function turnedRows(ending: Ending): Pair[] | null {
  const { before, after } = ending
  const arms = armsOf(ending)
  if (!after || arms.length === 0 || arms.some(({ pairs }) => pairs.length === 0)) return null
  return before.rows.flatMap(({ values: row }): Pair[] => {
    const arm = arms.find((one) => madeOf(row, one, after))
    const now = arm && madeOf(row, arm, after)
    return now ? [[row, now]] : []
  })
}
