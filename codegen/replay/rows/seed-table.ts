// Fills one table with rows of every sort, or with the example rows that the configuration gives for it.
import type { CatalogForeignKey } from '../../evidence.js'
import { quoteIdentifier } from '../../../src/model/sql.js'
import { messageOf, type Connection, type RawRow } from './connection.js'
import { placeRow } from './place-row.js'
import { ROW_SORTS, seedValue, type RowSort, type Value } from './seed-values.js'
import type { TablePlan, Unit } from './table-plan.js'

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

/** A key of one or several columns as one text. */
export const keyText = (values: RawRow): string =>
  values.map((value) => `${typeof value} ${value}`).join('\n')

/** What came of it: how many rows there are new, and the last refusal. */
export interface Filled {
  readonly rows: number
  readonly refusal: string | null
}

/** Inserts a row of each sort; one that the table takes in no way is left out. */
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
  return filling.result()
}

/** Inserts the example rows; what they leave out is generated. */
export function fillFromExamples(
  plan: TablePlan,
  around: Surroundings,
  examples: readonly Example[],
): Filled {
  const filling = begin(plan, around)
  for (const example of examples) filling.add('plain', example)
  return filling.result()
}

interface Filling {
  add(sort: RowSort, example: Example | null): void
  /** After two refusals and nothing else. */
  hopeless(): boolean
  result(): Filled
}

function begin(plan: TablePlan, around: Surroundings): Filling {
  const { connection } = around
  const keys = keyReader(plan, around)
  let accepted: readonly Value[] | null = null
  let rows = 0
  let refusals = 0
  let refusal: string | null = null
  return {
    hopeless: () => rows === 0 && refusals >= 2,
    result: () => ({ rows, refusal }),
    add(sort, example) {
      const serial = around.nextSerial()
      try {
        const insert = connection.prepare(plan.insert)
        const attempt = (values: readonly Value[]): string | null => {
          try {
            insert.run(...values.map(bound))
            accepted = values
            return null
          } catch (error) {
            return messageOf(error)
          }
        }
        const row = wantedRow({ plan, around, keys, sort, serial }, example)
        const fixed = row.fixed
        const parents = (unit: Unit): readonly RawRow[] => (unit.key ? keys(unit.key) : [])
        refusal =
          row.missing ??
          placeRow(
            { plan, attempt, parents, accepted, serial, fixed, turn: turnOf(sort) },
            row.values,
          )
      } catch (error) {
        refusal = messageOf(error)
      }
      if (refusal === null) rows++
      else refusals++
    },
  }
}

/** A twin takes what the plain row took. */
const turnOf = (sort: RowSort): number => Math.max(0, ROW_SORTS.indexOf(sort) - 1)

/** Whole numbers are bound as integers: a number of JavaScript would arrive as a real. */
const bound = (value: Value): Value =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value

type Keys = (key: CatalogForeignKey) => readonly RawRow[]

/** Reads the keys of parents, once for each but for those in the table itself, which grow. */
function keyReader({ table }: TablePlan, { connection, avoided }: Surroundings): Keys {
  const known = new Map<CatalogForeignKey, readonly RawRow[]>()
  return (key) => {
    const found = known.get(key) ?? parentKeys(connection, key, avoided(key))
    if (key.parent.toLowerCase() !== table.name.toLowerCase()) known.set(key, found)
    return found
  }
}

/** How many parents are looked at. */
const PARENTS = 12

/** The values that a foreign key can point at, without those avoided; none where there is no such table or column. */
export function parentKeys(
  connection: Connection,
  { parent, parentColumns }: CatalogForeignKey,
  avoided: ReadonlySet<string>,
): RawRow[] {
  if (parentColumns.length === 0) return []
  const most = PARENTS + avoided.size
  const columns = parentColumns.map(quoteIdentifier)
  const present = columns.map((column) => `${column} NOT NULL`).join(' AND ')
  try {
    const found = connection.all(
      `SELECT ${columns.join(', ')} FROM ${quoteIdentifier(parent)} WHERE ${present} LIMIT ${most}`,
    )
    return avoided.size === 0 ? found : found.filter((row) => !avoided.has(keyText(row)))
  } catch {
    return []
  }
}

interface Wanted {
  readonly plan: TablePlan
  readonly around: Surroundings
  readonly keys: Keys
  readonly sort: RowSort
  readonly serial: number
}

interface WantedRow {
  readonly values: Value[]
  /** Indexes of the columns that an example gives. */
  readonly fixed: ReadonlySet<number>
  /** Why there can be no such row, in SQLite's words. */
  readonly missing: string | null
}

function wantedRow(wanted: Wanted, example: Example | null): WantedRow {
  const { plan, around, sort, serial } = wanted
  const given = new Map(
    Object.entries(example ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const fixed = new Set<number>()
  const values = plan.columns.map((column, index) => {
    const value = given.get(column.name.toLowerCase())
    if (value !== undefined) {
      fixed.add(index)
      return value
    }
    if (index === plan.rowid) return nextRowid(around.connection, plan)
    return seedValue({ column, index, sort, serial: plan.unique.has(index) ? serial : 1 })
  })
  return { values, fixed, missing: pointAtParents(wanted, values, fixed) }
}

/**
 * Tables begin at different numbers, so that the keys of one do not fit the next by chance, and far away from the numbers
 * that a migration may give to rows of its own.
 */
function nextRowid({ single }: Connection, { table, columns, rowid }: TablePlan): bigint {
  const column = quoteIdentifier(columns[rowid]?.name ?? '')
  const highest = single(`SELECT max(${column}) FROM ${quoteIdentifier(table.name)}`)
  const start = FAR + BigInt(letterSum(table.name) % 997) * 100_000n
  const next = typeof highest === 'bigint' ? highest + 1n : 1n
  return next > start ? next : start + 1n
}

const FAR = 700_000_000n

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
  for (const [number, unit] of plan.units.filter(({ key }) => key !== null).entries()) {
    if (!unit.key || unit.at.every((index) => set.has(index))) continue
    const free = unit.at.filter((index) => !set.has(index))
    const optional = free.filter((index) => plan.columns[index]?.notNull !== true)
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

const missingParent = ({ parent }: CatalogForeignKey): string =>
  `FOREIGN KEY constraint failed: ${parent} has no rows`

/** Of a table that points at itself, the first row keeps its own value: it is mended when all rows are there. */
const isLater = (
  { parent }: CatalogForeignKey,
  { table }: TablePlan,
  around: Surroundings,
): boolean => around.later(parent) || parent.toLowerCase() === table.name.toLowerCase()

interface KeyPlace {
  readonly unit: Unit
  readonly key: CatalogForeignKey
  readonly number: number
}

/** A parent that agrees with what is set already; each key of a table begins with another one. */
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
  const step = sort === 'twin' && !covered ? 0 : ROW_SORTS.indexOf(sort)
  return fitting[(step + number) % Math.max(1, fitting.length)]
}
