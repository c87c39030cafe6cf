// Fills one table with rows of every sort, or with the example rows that the configuration gives for it.
import { orElse } from '../../../../src/model/or-else.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { agreement, fitting } from './agreeing-keys.js'
import { alikeKeys, withSameParents } from './one-parent.js'
import { alikeTo } from './key-groups.js'
import { keyText, messageOf, type Connection, type RawRow } from './connection.js'
import { besidePartialKeys } from './beside-partial-keys.js'
import { partlyEqual } from './partly-equal.js'
import { placeRow } from './place-row.js'
import { pointAtParents } from './point-at-parents.js'
import { orderOf, ROW_SORTS, type RowSort, type Value } from './seed-values.js'
import type { TablePlan, Unit } from './table-plan.js'
import { draftRow, type Example, type Keys, type Surroundings } from './draft-row.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** The number of new rows, and the last refusal. */
export interface Filled {
  readonly rows: number
  readonly refusal: string | null
}

/** Inserts a row of each sort, plus rows that share a part of a key or a parent; rows that the table accepts in no form are left out. */
export function fillTable(
  plan: TablePlan,
  around: Surroundings,
  sorts: readonly RowSort[] = ROW_SORTS,
): Filled {
  const filling = begin(plan, around)
  for (const sort of sorts) {
    filling.add(sort, null)
    if (filling.hopeless()) break
  }
  if (pointsAtItself(plan)) filling.add('twin', null)
  for (const example of filling.partlyEqual()) filling.add('sibling', example)
  for (const alike of filling.alikeKeys()) filling.add('sibling', alike)
  for (const parents of filling.withSameParents()) filling.add('sibling', parents)
  for (const beside of besidePartialKeys(plan, around.connection)) filling.add('sibling', beside)
  return filling.result()
}

/**
 * In a self-referencing table the first rows have no parent or a parent of their own, so rows equal in all but the parent need one more
 * twin.
 */
const pointsAtItself = ({ table, units }: TablePlan): boolean =>
  units.some(({ key }) => key && isSameName(key.parent, table.name))

/** Inserts example rows; values that they leave out are generated. */
export function fillFromExamples(
  plan: TablePlan,
  around: Surroundings,
  examples: readonly Example[],
  sort: RowSort = 'plain',
): Filled {
  const filling = begin(plan, around)
  for (const example of examples) filling.add(sort, example)
  return filling.result()
}

interface Filling {
  add(sort: RowSort, example: Example | null): void
  /** Drafts of rows that share part of a unique key with the plain one. */
  partlyEqual(): readonly Example[]
  /** Drafts of rows that reference one parent through several keys. */
  alikeKeys(): Iterable<Example>
  /** The draft of a row that has the parents of another. */
  withSameParents(): readonly Example[]
  /** Whether the first two rows were both refused. */
  hopeless(): boolean
  result(): Filled
}

function begin(plan: TablePlan, around: Surroundings): Filling {
  const keys = keyReader(plan, around)
  const parents = (unit: Unit): readonly RawRow[] => (unit.key ? keys(unit.key) : [])
  const taker = takerOf(plan, around)
  const declared = plan.parents.filter(({ key }) => !around.later(key.parent))
  let plain: readonly Value[] | null = null
  let rows = 0
  let refusals = 0
  let refusal: string | null = null
  const place = (sort: RowSort, example: Example | null): string | null => {
    const serial = around.nextSerial()
    const turn = turnOf(sort)
    const wanted = { plan, around, keys, sort, turn, serial, plain }
    const { fixed, values, missing } = pointAtParents(wanted, draftRow(wanted, example))
    const apart = plan.apart.filter(({ at }) => !at.some((index) => fixed.has(index)))
    const attempt = (row: readonly Value[]): string | null =>
      sharedKey([...apart, ...plan.replacing], around.connection, row) ??
      orphaned(declared, around.connection, row) ??
      taker.attempt(row)
    const placing = { plan, attempt, parents, accepted: taker.accepted(), serial, fixed }
    return missing ?? placeRow({ ...placing, turn }, values)
  }
  return {
    partlyEqual: () => (plain ? partlyEqual(plan, plain, around.connection) : []),
    alikeKeys: () => alikeKeys(plan, keys, around.connection),
    withSameParents: () => withSameParents(plan, around.connection),
    hopeless: () => rows === 0 && refusals >= 2,
    result: () => ({ rows, refusal }),
    add(sort, example) {
      refusal = refusalOf(() => place(sort, example))
      if (refusal === null) rows++
      else refusals++
      if (sort === 'plain' && refusal === null) plain = taker.accepted()
    },
  }
}

/** The error for a row whose key is taken in this or another table; null if it is free. */
const sharedKey = (
  apart: TablePlan['apart'],
  { single }: Connection,
  row: readonly Value[],
): string | null =>
  apart.find(
    ({ at, lookup }) => single(lookup, ...at.map((index) => bound(row[index] ?? null))) !== null,
  )?.refusal ?? null

/** The error for a row without its parent; null if it has all parents or needs none. */
const orphaned = (
  parents: TablePlan['parents'],
  { single }: Connection,
  row: readonly Value[],
): string | null =>
  parents.find(({ at, lookup }) => {
    const key = at.map((index) => bound(row[index] ?? null))
    return !key.includes(null) && single(lookup, ...key) === null
  })?.refusal ?? null

/** Refusals may also be thrown, as by a trigger that does not compile. */
function refusalOf(place: () => string | null): string | null {
  try {
    return place()
  } catch (error) {
    return messageOf(error)
  }
}

/** Inserts rows into a table. */
interface Taker {
  /** Returns null if the table took the row, else SQLite's message. Throws if the table takes nothing at all. */
  attempt(values: readonly Value[]): string | null
  /** The last row that the table took. */
  accepted(): readonly Value[] | null
}

function takerOf(plan: TablePlan, { connection }: Surroundings): Taker {
  let insert: ReturnType<Connection['prepare']> | undefined
  let last: readonly Value[] | null = null
  return {
    attempt(values) {
      insert ??= connection.prepare(plan.insert)
      const statement = insert
      return refusalOf(() => {
        statement.run(...values.map(bound))
        last = values
        return null
      })
    },
    accepted: () => last,
  }
}

/** A twin takes the same values as the plain row. */
const turnOf = (sort: RowSort): number => Math.max(0, orderOf(sort) - 1)

/** Whole numbers are bound as integers; better-sqlite3 would bind a JavaScript number as a real. */
export const bound = (value: Value): Value =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value

/**
 * Reads parent keys, once per foreign key except for those to the table itself, whose parents grow. Of several parents one always stays
 * childless: with a unique foreign key the first, which rows of other tables reference, otherwise the last. Where rows share parents freely
 * through one key, the twin leaves one over. Parents that agree with those of other keys come first.
 */
function keyReader(plan: TablePlan, { connection, avoided }: Surroundings): Keys {
  const { table, spared } = plan
  const known = new Map<CatalogForeignKey, readonly RawRow[]>()
  const read = (key: CatalogForeignKey): RawRow[] => {
    const fits = fitting(plan, key)
    if (!spared.has(key)) {
      const all = parentKeys(
        connection,
        key,
        avoided(key),
        `${fits} AND ${agreeingFirst(plan, key)}`,
      )
      const isCovering = isInUniqueKey(plan, key) || alikeTo(plan, key).length > 1
      return isCovering && all.length > 2 ? withoutLastFree(key, all) : all
    }
    const alone = `${fits} AND ${childless(table.name, key)}`
    const free = parentKeys(connection, key, avoided(key), alone)
    const isOnly = free.length === 1 && parentKeys(connection, key, NONE, fits).length === 1
    return isOnly ? free : free.slice(1)
  }
  const withoutLastFree = (key: CatalogForeignKey, all: RawRow[]): RawRow[] => {
    const alone = alikeTo(plan, key).map((one) => childless(table.name, one))
    const last = parentKeys(connection, key, NONE, alone.join(' AND ')).at(-1)
    return last ? all.filter((row) => keyText(row) !== keyText(last)) : all
  }
  return (key) => {
    const found = known.get(key) ?? read(key)
    if (foldCase(key.parent) !== foldCase(table.name)) known.set(key, found)
    return found
  }
}

const agreeingFirst = (plan: TablePlan, key: CatalogForeignKey): string => {
  const agrees = agreement(plan, key)
  return agrees === null ? 'TRUE' : `TRUE ORDER BY ${agrees} DESC`
}

const NONE: ReadonlySet<string> = new Set()

const isInUniqueKey = ({ uniqueKeys }: TablePlan, { columns }: CatalogForeignKey): boolean =>
  uniqueKeys.some((unique) => columns.some((column) => unique.includes(foldCase(column))))

/** SQL condition: no row of a table references the row `p` by this key. */
export const childless = (table: string, { columns, parentColumns }: CatalogForeignKey): string => {
  const pairs = columns.map(
    (column, at) =>
      `c.${quoteIdentifier(column)} = p.${quoteIdentifier(parentColumns[at] ?? 'rowid')}`,
  )
  return `NOT EXISTS (SELECT 1 FROM ${quoteIdentifier(table)} c WHERE ${pairs.join(' AND ')})`
}

/** How many parents are read. */
const PARENTS = 12

/**
 * The values that a foreign key can take, without the avoided ones, from rows `p` that meet a condition; none if the table or column does
 * not exist.
 */
export function parentKeys(
  connection: Connection,
  { parent, parentColumns }: CatalogForeignKey,
  avoided: ReadonlySet<string>,
  condition = 'TRUE',
): RawRow[] {
  if (parentColumns.length === 0) return []
  const most = PARENTS + avoided.size
  const columns = parentColumns.map((column) => `p.${quoteIdentifier(column)}`)
  const present = columns.map((column) => `${column} NOT NULL`).join(' AND ')
  // Otherwise an index over random values may decide which come first.
  const isOrdered = columns.length > 1 || condition.includes(' ORDER BY ')
  const order = isOrdered ? '' : ` ORDER BY ${columns.join(', ')}`
  return orElse(() => {
    const found = connection.all(
      `SELECT ${columns.join(', ')} FROM ${quoteIdentifier(parent)} p WHERE ${present} AND ${condition}${order} LIMIT ${most}`,
    )
    return avoided.size === 0 ? found : found.filter((row) => !avoided.has(keyText(row)))
  }, [])
}

/** Whether a row with this foreign key value can be made, as its parent exists. */
export const hasParent = (connection: Connection, key: CatalogForeignKey, value: Value): boolean =>
  parentKeys(connection, key, NONE).some(
    ([own, ...more]) => more.length === 0 && String(own) === String(value),
  )
