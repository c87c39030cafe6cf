// Drafts the values of a generated row, beside those that depend on its parents. The table may still refuse it.
import type { CatalogColumn, CatalogForeignKey } from '../../../model/catalog.js'
import type { Connection, RawRow } from './connection.js'
import { inCapitals, seedValue, type RowSort, type Value } from './seed-values.js'
import type { TablePlan } from './table-plan.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'

/** An example row, keyed by column. */
export type Example = Readonly<Record<string, Value>>

/** What filling one table needs to know about the others. */
export interface Surroundings {
  readonly connection: Connection
  /** Whether the table of that name is filled later, so that rows cannot point at it yet. */
  later(table: string): boolean
  /** The parent keys, as `keyText` writes them, that rows must not point at. */
  avoided(key: CatalogForeignKey): ReadonlySet<string>
  /** Counts up across all tables. */
  nextSerial(): number
  /** Set if rows with a given rowid stand for any row, and may repeat values of others. */
  readonly mayRepeat?: true
}

/** The parent keys available to a foreign key. */
export type Keys = (key: CatalogForeignKey) => readonly RawRow[]

/** What drafting a row starts from. */
export interface Wanted {
  readonly plan: TablePlan
  readonly around: Surroundings
  readonly keys: Keys
  readonly sort: RowSort
  /** Where to start in a list of equally likely values, so that rows differ. */
  readonly turn: number
  readonly serial: number
  /** The values of the `plain` row, once it exists. */
  readonly plain: readonly Value[] | null
}

/** The values to try first. */
export interface DraftRow {
  readonly values: readonly Value[]
  /** Indexes of the columns that the example sets. */
  readonly fixed: ReadonlySet<number>
}

/** Drafts a row before the table has been asked; values that the example leaves out are generated. */
export function draftRow(wanted: Wanted, example: Example | null): DraftRow {
  const { plan, around } = wanted
  const given = new Map(
    Object.entries(example ?? {}).map(([name, value]) => [foldCase(name), value]),
  )
  const fixed = new Set<number>()
  // A row that a migration looks up by its rowid gets values of its own, so that it shows what happens to it.
  const isNumbered = !around.mayRepeat && given.has(foldCase(plan.columns[plan.rowid]?.name ?? ''))
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
  return { values, fixed }
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
 * Where migrations have written JSON documents into the column, reuses one, as they need to read only such, or takes an empty list, since
 * keys in a list may have to be unique. Other values stay as they are.
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

/** One of the texts that a constraint allows; null where there is no such constraint, or the row should hold null. */
function fromList({ plan, sort, turn }: Wanted, { notNull }: CatalogColumn, index: number): Value {
  const list = plan.closed.get(index)
  if (!list || (sort === 'null' && !notNull)) return null
  return list[turn % list.length] ?? null
}

/** For `large` rows: the unique text of the plain row in capitals, so that the two differ in case only; null for other sorts. */
function likePlain({ plan, sort, plain }: Wanted, index: number): Value {
  const column = plan.columns[index]
  if (sort !== 'large' || !column || !plan.unique.has(index)) return null
  return inCapitals(column, plain?.[index] ?? null)
}

/**
 * Each table starts at a different number, so that the keys of one do not match another by chance, and far from the ids that a migration
 * may insert.
 */
function nextRowid({ single }: Connection, { table, columns, rowid }: TablePlan): bigint {
  const column = quoteIdentifier(columns[rowid]?.name ?? '')
  const highest = single(`SELECT max(${column}) FROM ${quoteIdentifier(table.name)}`)
  const start = FIRST_ROWID + BigInt(letterSum(table.name) % 997) * 100_000n
  const next = typeof highest === 'bigint' ? highest + 1n : 1n
  return next > start ? next : start + 1n
}

/** Generated rowids start here. */
export const FIRST_ROWID = 700_000_000n

const letterSum = (text: string): number =>
  [...text].reduce((sum, letter) => sum * 7 + (letter.codePointAt(0) ?? 0), 0) >>> 0
