// Sets the foreign key columns of a drafted row, so that keys which share columns agree.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import type { RawRow } from './connection.js'
import type { DraftRow, Surroundings, Wanted } from './draft-row.js'
import { alikeTo } from './key-groups.js'
import { orderOf, type Value } from './seed-values.js'
import { missingParent, type TablePlan, type Unit } from './table-plan.js'
import { isSameName } from '../../../../src/sql/names.js'

/** A drafted row with its parents. */
export interface PointedRow extends DraftRow {
  /** Why no such row can exist, in SQLite's words. */
  readonly missing: string | null
}

/** Takes the first parents that agree in all columns; says what is missing where there are none. */
export function pointAtParents(wanted: Wanted, { values, fixed }: DraftRow): PointedRow {
  const keyed = wanted.plan.units.flatMap(({ key, ...unit }) =>
    key && !unit.at.every((index) => fixed.has(index)) ? [{ ...unit, key }] : [],
  )
  const search: Search = { wanted, left: MOST, missing: null }
  // Not all parents are read: a key whose columns others have set may have one all the same.
  const found =
    firstFitting(search, keyed, { values, set: fixed }) ??
    firstFitting({ ...search, isLenient: true, left: MOST }, keyed, { values, set: fixed })
  return { values: found ?? values, fixed, missing: found ? null : search.missing }
}

/** How many parents are tried for one row. */
const MOST = 500

interface Search {
  readonly wanted: Wanted
  /** Whether columns that other keys have set need no parent. */
  readonly isLenient?: boolean
  left: number
  /** The first refusal. */
  missing: string | null
}

type KeyedUnit = Unit & { readonly key: CatalogForeignKey }

/** A row, and the indexes of the columns that have their final values. */
interface Begun {
  readonly values: readonly Value[]
  readonly set: ReadonlySet<number>
}

function firstFitting(
  search: Search,
  [unit, ...rest]: readonly KeyedUnit[],
  row: Begun,
): readonly Value[] | null {
  if (!unit) return row.values
  const isSet = unit.at.every((index) => row.set.has(index))
  const ways = isSet && search.isLenient ? [row] : waysToPoint(search.wanted, unit, row)
  for (const next of ways) {
    if (search.left-- <= 0) return null
    const found = firstFitting(search, rest, next)
    if (found) return found
  }
  if (ways.length === 0) search.missing ??= missingParent(unit.key)
  return null
}

/** The row with each parent that agrees with the columns already set, then without one where that is allowed. */
function waysToPoint(wanted: Wanted, unit: KeyedUnit, row: Begun): Begun[] {
  const { plan, around, sort } = wanted
  const free = unit.at.filter((index) => !row.set.has(index))
  const optional = free.filter((index) => plan.columns[index]?.notNull !== true)
  const withParent = fittingParents(wanted, unit, row).map((parent) =>
    withValues(row, unit.at, (place) => parent[place] ?? null),
  )
  if (optional.length === 0 && !unit.loose)
    return mayDangle(unit, row, plan, around) ? [...withParent, row] : withParent
  const without = unit.loose ? row : withValues(row, optional, () => null)
  const isNull = sort === 'null' && optional.length > 0
  return isNull ? [without, ...withParent] : [...withParent, without]
}

function withValues(
  { values, set }: Begun,
  at: readonly number[],
  of: (place: number) => Value,
): Begun {
  const next = [...values]
  at.forEach((index, place) => (next[index] = of(place)))
  return { values: next, set: new Set([...set, ...at]) }
}

/** Whether no parent is needed. The first row of a self-referencing table is fixed once all rows exist. */
const mayDangle = (
  { key: { parent }, at }: KeyedUnit,
  { values }: Begun,
  { table }: TablePlan,
  around: Surroundings,
): boolean =>
  around.later(parent) ||
  isSameName(parent, table.name) ||
  at.some((index) => values[index] === null)

/** The parents that agree with the columns already set; several keys to the same parent table start at different rows. */
function fittingParents(
  { plan, around, keys, sort }: Wanted,
  { at, key }: KeyedUnit,
  { values, set }: Begun,
): readonly RawRow[] {
  if (around.later(key.parent)) return []
  const fitting = keys(key).filter((row) =>
    at.every((index, place) => !set.has(index) || isSame(values[index], row[place])),
  )
  const covered = at.some((index) => plan.unique.has(index))
  const repeats = covered ? sort === 'large' : sort === 'twin'
  // In a self-referencing table each row adds a parent; without this shift, every row would get the first one.
  const isOther = sort === 'empty' && isSameName(key.parent, plan.table.name)
  const step = repeats ? 0 : orderOf(sort) - Number(isOther)
  const first = (step + alikeTo(plan, key).indexOf(key)) % Math.max(1, fitting.length)
  return [...fitting.slice(first), ...fitting.slice(0, first)]
}

/** Ignores the storage class, which may change with the column type. */
const isSame = (own: Value | undefined, parents: Value | undefined): boolean =>
  own !== null && String(own) === String(parents)
