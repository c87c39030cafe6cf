// What a generated row shall hold: its values, and which rows it points at. The table may still refuse it.
import type { CatalogColumn, CatalogForeignKey } from '../../../model/catalog.js'
import { alikeTo } from './key-groups.js'
import type { Connection, RawRow } from './connection.js'
import { inCapitals, orderOf, seedValue, type RowSort, type Value } from './seed-values.js'
import { missingParent, type TablePlan, type Unit } from './table-plan.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** An example row by column. */
export type Example = Readonly<Record<string, Value>>

/** What filling a table needs to know of its surroundings. */
export interface Surroundings {
  readonly connection: Connection
  /** Whether the table of that name will only be filled later: rows cannot point at its rows yet. */
  later(table: string): boolean
  /** The keys, as `keyText` writes them, that rows shall not point at. */
  avoided(key: CatalogForeignKey): ReadonlySet<string>
  /** Counts up, over all tables. */
  nextSerial(): number
}

/** The keys that there are for a foreign key to point at. */
export type Keys = (key: CatalogForeignKey) => readonly RawRow[]

/** What making a row starts from. */
export interface Wanted {
  readonly plan: TablePlan
  readonly around: Surroundings
  readonly keys: Keys
  readonly sort: RowSort
  /** Where to begin among values that are all likely, so that rows differ. */
  readonly turn: number
  readonly serial: number
  /** The values of the plain row, as far as there is one. */
  readonly plain: readonly Value[] | null
}

/** The values to begin with. */
export interface DraftRow {
  readonly values: Value[]
  /** Indexes of the columns that an example gives. */
  readonly fixed: ReadonlySet<number>
  /** Why there can be no such row, in SQLite's words. */
  readonly missing: string | null
}

/** What a row shall hold, before the table has said anything; what an example leaves out is generated. */
export function draftRow(wanted: Wanted, example: Example | null): DraftRow {
  const { plan, around } = wanted
  const given = new Map(
    Object.entries(example ?? {}).map(([name, value]) => [foldCase(name), value]),
  )
  const fixed = new Set<number>()
  // A row that is looked for by its number says what no other does: what becomes of it shows.
  const isNumbered = given.has(foldCase(plan.columns[plan.rowid]?.name ?? ''))
  const values = plan.columns.map((column, index) => {
    const value = given.get(foldCase(column.name))
    if (value !== undefined) {
      fixed.add(index)
      return value
    }
    if (index === plan.rowid) return nextRowid(around.connection, plan)
    return (
      fromList(wanted, column, index) ??
      likePlain(wanted, index) ??
      likeDocuments(wanted, index, valueFor(wanted, column, index, isNumbered))
    )
  })
  return { values, fixed, missing: pointAtParents(wanted, values, fixed) }
}

function valueFor(
  { plan, sort, serial }: Wanted,
  column: CatalogColumn,
  index: number,
  isNumbered: boolean,
): Value {
  const isOwn = isNumbered || plan.unique.has(index) || sort === 'sibling'
  return seedValue({ column, index, sort, serial: isOwn ? serial : 1 })
}

/**
 * A document as those that migrations have put there, which alone need to be read: the same, or a list with nothing in it, since the
 * keys in one may be there once only. Any other value as it is.
 */
function likeDocuments({ plan, around }: Wanted, index: number, value: Value): Value {
  const column = plan.columns[index]
  if (!column || typeof value !== 'string' || !value.startsWith('{') || plan.unique.has(index))
    return value
  const [name, from] = [column.name, plan.table.name].map(quoteIdentifier)
  const made = `{"${column.name}":`
  const there = around.connection.single(
    `SELECT ${name} FROM ${from} WHERE typeof(${name}) = 'text' AND substr(${name}, 1, 1) IN ('[', '{') AND substr(${name}, 1, length(?)) <> ? LIMIT 1`,
    made,
    made,
  )
  if (typeof there !== 'string') return value
  return there.startsWith('[') ? '[]' : there
}

/** One of the few texts that a constraint allows; null where there is no such constraint, or null is wanted. */
function fromList({ plan, sort, turn }: Wanted, { notNull }: CatalogColumn, index: number): Value {
  const list = plan.closed.get(index)
  if (!list || (sort === 'null' && !notNull)) return null
  return list[turn % list.length] ?? null
}

/** Unique texts that differ in the case of their letters only; null where the row is of another sort. */
function likePlain({ plan, sort, plain }: Wanted, index: number): Value {
  const column = plan.columns[index]
  if (sort !== 'large' || !column || !plan.unique.has(index)) return null
  return inCapitals(column, plain?.[index] ?? null)
}

/**
 * Tables begin at different numbers, so that the keys of one do not fit the next by chance, and far away from the numbers
 * that a migration may give to rows of its own.
 */
function nextRowid({ single }: Connection, { table, columns, rowid }: TablePlan): bigint {
  const column = quoteIdentifier(columns[rowid]?.name ?? '')
  const highest = single(`SELECT max(${column}) FROM ${quoteIdentifier(table.name)}`)
  const start = FIRST_ROWID + BigInt(letterSum(table.name) % 997) * 100_000n
  const next = typeof highest === 'bigint' ? highest + 1n : 1n
  return next > start ? next : start + 1n
}

/** Generated rows are numbered from here on. */
export const FIRST_ROWID = 700_000_000n

const letterSum = (text: string): number =>
  [...text].reduce((sum, letter) => sum * 7 + (letter.codePointAt(0) ?? 0), 0) >>> 0

/** Gives the columns of foreign keys their values; answers a refusal where there is nothing to point at. */
function pointAtParents(
  wanted: Wanted,
  values: Value[],
  fixed: ReadonlySet<number>,
): string | null {
  const { plan, around } = wanted
  const set = new Set(fixed)
  for (const unit of plan.units) {
    if (!unit.key || unit.at.every((index) => set.has(index))) continue
    const free = unit.at.filter((index) => !set.has(index))
    const optional = free.filter((index) => plan.columns[index]?.notNull !== true)
    const number = alikeTo(plan, unit.key).indexOf(unit.key)
    const parent = chosenParent(wanted, { unit, key: unit.key, number }, { values, set })
    if (parent && !(wanted.sort === 'null' && optional.length > 0))
      unit.at.forEach((index, place) => (values[index] = parent[place] ?? null))
    else if (unit.loose) continue
    else if (optional.length > 0) for (const index of optional) values[index] = null
    else if (!isLater(unit.key, plan, around)) return missingParent(unit.key)
    for (const index of unit.at) set.add(index)
  }
  return null
}

/** Of a table that points at itself, the first row keeps its own value: it is fixed when all rows are there. */
const isLater = (
  { parent }: CatalogForeignKey,
  { table }: TablePlan,
  around: Surroundings,
): boolean => around.later(parent) || foldCase(parent) === foldCase(table.name)

interface KeyPlace {
  readonly unit: Unit
  readonly key: CatalogForeignKey
  readonly number: number
}

/** A parent that agrees with what is set already; each key of a table to the same parent begins with another one. */
function chosenParent(
  { plan, around, keys, sort }: Wanted,
  { unit, key, number }: KeyPlace,
  { values, set }: { readonly values: readonly Value[]; readonly set: ReadonlySet<number> },
): RawRow | undefined {
  if (around.later(key.parent)) return undefined
  const fitting = keys(key).filter((row) =>
    unit.at.every((index, place) => !set.has(index) || values[index] === row[place]),
  )
  const covered = unit.at.some((index) => plan.unique.has(index))
  const repeats = covered ? sort === 'large' : sort === 'twin'
  // Of a table that points at itself, each row is one more parent, so that all would have the first.
  const isOther = sort === 'empty' && isSameName(key.parent, plan.table.name)
  const step = repeats ? 0 : orderOf(sort) - Number(isOther)
  return fitting[(step + number) % Math.max(1, fitting.length)]
}
