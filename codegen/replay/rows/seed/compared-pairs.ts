// Drafts rows for conditions that compare two columns of a row with each other: `id = parent`, `ended < started`. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import { kindOf, seedValue, type Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { Effect } from '../watch/statement-effect.js'
import { conditionsOf } from './comparisons.js'

/** Two columns of one table. */
export type ColumnPair = readonly [CatalogColumn, CatalogColumn]

/** The columns of a table that a statement compares with each other, by whatever operator. */
export const pairsCompared = (
  { tokens }: Pick<Effect, 'tokens'>,
  { columns }: CatalogTable,
): ColumnPair[] =>
  conditionsOf(tokens).flatMap((part): ColumnPair[] => {
    const at = part.findIndex((token) => OPERATOR.test(token))
    const [one, other] = [part.slice(0, at), part.slice(at)].map((side) => {
      const [name, ...more] = side.filter((token, place) => !isBeside(side, token, place))
      return more.length > 0
        ? undefined
        : columns.find((column) => isSameName(column.name, plainName(name ?? '')))
    })
    return at > 0 && one && other && one !== other ? [[one, other]] : []
  })

const OPERATOR = /^(?:[=<>!]|IS)$/

/** Operators, parentheses, and the name of the table before a dot. */
const isBeside = (side: readonly string[], token: string, at: number): boolean =>
  OPERATOR.test(token) || /^(?:[().;]|NOT)$/.test(token) || side[at + 1] === '.'

/** Where a pair stands in the columns that get values. */
type Places = readonly [number, number]

/**
 * Two rows each in which the columns of all pairs are equal, the first is less, and the first is greater; the two agree in the rest of a
 * unique key. None for foreign keys to other tables, which take the values of their parents.
 */
export function pairedRows(
  plan: TablePlan,
  pairs: readonly ColumnPair[],
  nextSerial: () => number,
): Example[][] {
  const own = placesOf(plan, pairs)
  const rest = besideIn(plan, own.flat())
  return (own.length > 0 ? ORDERS : []).map((order) => {
    const serial = nextSerial()
    const shared = rest.map((index) => [index, valueOf(plan, index, serial)] as const)
    return [0, 1].map(() => {
      const serials = [nextSerial(), nextSerial()]
      const values = own.flatMap((pair) => {
        const like = pair.find((index) => isNumber(plan, index)) ?? pair[0]
        return pair.map((index, at) => [index, valueOf(plan, like, serials[order[at]!]!)] as const)
      })
      const named = [...shared, ...values].map(([index, value]) => [
        plan.columns[index]!.name,
        value,
      ])
      return Object.fromEntries(named) as Example
    })
  })
}

/** Which of two numbers each column of a pair gets. */
const ORDERS: readonly Places[] = [
  [0, 0],
  [0, 1],
  [1, 0],
]

const placesOf = (plan: TablePlan, pairs: readonly ColumnPair[]): Places[] => {
  const { columns, table } = plan
  const placeOf = ({ name }: CatalogColumn): number => columns.findIndex((one) => one.name === name)
  const isFree = (place: number): boolean =>
    plan.units.some(
      ({ key, at }) => at.includes(place) && (!key || isSameName(key.parent, table.name)),
    )
  return pairs
    .map(([one, other]): Places => [placeOf(one), placeOf(other)])
    .filter((pair) => pair.every(isFree))
}

/** The other columns of the unique keys that these belong to. */
const besideIn = (
  { columns, units, uniqueKeys }: TablePlan,
  paired: readonly number[],
): number[] => {
  const names = columns.map(({ name }) => foldCase(name))
  const keys = uniqueKeys.filter((key) => paired.some((at) => key.includes(names[at]!)))
  return units.flatMap(({ key, at: [index = -1] }) =>
    key === null && !paired.includes(index) && keys.some((one) => one.includes(names[index]!))
      ? [index]
      : [],
  )
}

const valueOf = ({ columns }: TablePlan, index: number, serial: number): Value =>
  seedValue({ column: columns[index]!, index, sort: 'sibling', serial })

const isNumber = ({ columns }: TablePlan, index: number): boolean =>
  /int|real/.test(kindOf(columns[index]!))
