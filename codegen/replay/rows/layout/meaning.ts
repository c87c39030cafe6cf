// Reads what a view shows and what a trigger does, as rows to compare between two layouts.
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { readStatement } from '../../../sql/read-statement.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { CreateTrigger } from '../../../sql/statement.js'
import { keyText, undoing, type Connection, type RawRow } from '../fill/connection.js'
import type { RowTexts } from '../watch/row-texts.js'
import type { Reader } from './kept-readers.js'
import { attempt, heldColumns, insertInto, nameIn, type Layout } from './plain-database.js'
import type { ColumnPair } from './table-pairs.js'

/** One of two databases of plain tables. */
export interface Ground {
  readonly layout: Layout
  readonly connection: Connection
}

/** A table or view to read, with its name and column names in each layout. */
export interface ReadPair {
  readonly was: { readonly name: string }
  readonly now: { readonly name: string }
  readonly columns: readonly ColumnPair[]
  /** Whether duplicate rows are ignored. */
  readonly isSet?: boolean
}

/** The most rows read from a view. */
const READ = 2500

/** The rows as texts, keyed by the name after the side. */
export const textsOf = ({ layout, connection }: Ground, pairs: readonly ReadPair[]): RowTexts =>
  new Map(
    pairs.map((pair) => {
      const values = pair.columns.map((one) => `quote(${quoteIdentifier(nameIn(layout, one))})`)
      const source = quoteIdentifier(pair[layout].name)
      const read = connection.all(`SELECT ${values.join(', ')} FROM ${source} LIMIT ${READ}`)
      const rows = read.map((row) => row.map(String))
      return [
        pair.now.name,
        pair.isSet ? [...new Map(rows.map((row) => [keyText(row), row])).values()] : rows,
      ]
    }),
  )

/** Whether a view may order its rows by column position: `ORDER BY 2` over `SELECT *`. */
export function isOrderedByPlace(sql: string): boolean {
  const tokens = [...sqlTokens(sql)]
  const isNumber = (at: number): boolean => /^\d+$/.test(tokens[at] ?? '')
  return (
    tokens.includes('*') &&
    tokens.some((token, at) => token === 'BY' && tokens[at - 1] === 'ORDER' && isNumber(at + 1))
  )
}

/** The same rows with the row number added to each value, so that a different order shows. */
export const numbered = (texts: RowTexts): RowTexts =>
  new Map(
    [...texts].map(([name, rows]) => [
      name,
      rows.map((row, at) => row.map((value) => `${at} ${value}`)),
    ]),
  )

/** The event of a trigger, and the tables that it writes to. */
export function triggerIn(sql: string): {
  readonly event: CreateTrigger['event']
  readonly written: ReadonlySet<string>
} {
  const statement = readStatement(sql)
  if (statement.kind !== 'create-trigger') return { event: null, written: new Set() }
  const written = statement.body.flatMap((one) =>
    (one.kind === 'insert' || one.kind === 'update' || one.kind === 'delete') && one.table
      ? [plainName(one.table.key)]
      : [],
  )
  return { event: statement.event, written: new Set(written) }
}

/** Stands for each triggering statement that was refused; no table has this name. */
export const REFUSED = '\0'

/** The most rows that fire a trigger. */
const FIRED = 60

/**
 * The content of the tables after only this trigger fired, for rows of its table or view, and which statements were refused; null if it
 * cannot be created. Everything is rolled back.
 */
export function firedTexts(
  ground: Ground,
  { sql }: Reader,
  on: ReadPair,
  tables: readonly ReadPair[],
): RowTexts | null {
  const { connection } = ground
  return undoing(connection, () => {
    const [first, ...others] = settingOff(ground, sql, { on, tables })
    if (!first || !attempt(connection, sql)) return null
    // Fails here if the trigger does not compile.
    connection.prepare(first[0])
    const ends = [first, ...others].map((one) => [attempt(connection, ...one) ? 'done' : REFUSED])
    return new Map([...textsOf(ground, tables), [REFUSED, ends]])
  })
}

interface Around {
  readonly on: ReadPair
  readonly tables: readonly ReadPair[]
}

type Bound = readonly [sql: string, ...values: RawRow]

/** The statements that fire a trigger, one by one, as each may be refused. Makes room for rows to insert. */
function settingOff(ground: Ground, sql: string, { on, tables }: Around): Bound[] {
  const { layout, connection } = ground
  const { event } = triggerIn(sql)
  const columns = heldColumns(on)
  const [first] = columns
  if (!event || !first) return []
  const name = quoteIdentifier(on[layout].name)
  const named = (column: ColumnPair): string => quoteIdentifier(nameIn(layout, column))
  const names = columns.map(named).join(', ')
  const rows = connection.all(`SELECT ${names} FROM ${name} ORDER BY ${names} LIMIT ${FIRED}`)
  if (event === 'insert') {
    const insert = insertInto(layout, on[layout].name, columns)
    const isView = tables.every((table) => table.now.name !== on.now.name)
    // The rows of a view stay, so others with keys of their own are added.
    if (!isView) attempt(connection, `DELETE FROM ${name}`)
    const keys = isView ? keysAmong(columns, tables) : []
    const others = keys.length > 0 ? rows.map((row) => withOtherKeys(row, keys)) : []
    return [...rows, ...others].map((row) => [insert, ...row])
  }
  const where = `WHERE ${named(first)} IS ?`
  if (event === 'delete') return rows.map(([key = null]) => [`DELETE FROM ${name} ${where}`, key])
  return updating(ground, on, rows)
}

/** How many rows get a new value in one column only. */
const ALONE = 12

/** Each column alone, and all together. */
function updating({ layout }: Ground, on: ReadPair, rows: readonly RawRow[]): Bound[] {
  const columns = heldColumns(on)
  const name = quoteIdentifier(on[layout].name)
  const named = (column: ColumnPair): string => quoteIdentifier(nameIn(layout, column))
  const where = `WHERE ${named(columns[0]!)} IS ?`
  const alone = columns.flatMap((column, place) =>
    rows.slice(0, ALONE).map(([key = null], at): Bound => {
      const next = rows[(at + 1) % rows.length]?.[place] ?? null
      return [`UPDATE ${name} SET ${named(column)} = ? ${where}`, next, key]
    }),
  )
  const free = columns.flatMap((one, place) => (isFree(one, on) ? [place] : []))
  if (free.length < 2) return alone
  const set = free.map((place) => `${named(columns[place]!)} = ?`).join(', ')
  const together = STRIDES.flatMap((stride) =>
    rows.map(([key = null], at): Bound => {
      const next = rows[(at + stride) % rows.length] ?? []
      return [`UPDATE ${name} SET ${set} ${where}`, ...free.map((one) => next[one] ?? null), key]
    }),
  )
  return [...alone, ...together]
}

/** Distances between source and target row, so that values differ in various ways; at the end each row has its own values again. */
const STRIDES = [3, 6, 10, 15, 0]

/** Whether several rows may have the same value in a column. */
function isFree({ now }: ColumnPair, on: ReadPair): boolean {
  const keys = 'uniques' in on.now ? (on.now as CatalogTable).uniques.flat() : []
  return now!.primaryKey === 0 && keys.every((name) => !isSameName(name, now!.name))
}

/** The columns that are named like a key of the tables. */
function keysAmong(columns: readonly ColumnPair[], tables: readonly ReadPair[]): number[] {
  const all = tables.flatMap((table) => table.columns)
  const keys = new Set(all.flatMap(({ now }) => (now!.primaryKey > 0 ? [foldCase(now!.name)] : [])))
  return columns.flatMap(({ now }, at) => (keys.has(foldCase(now!.name)) ? [at] : []))
}

const withOtherKeys = (row: RawRow, keys: readonly number[]): RawRow =>
  row.map((value, at) =>
    keys.includes(at) ? (typeof value === 'bigint' ? value + FAR : `${String(value)} new`) : value,
  )

/** Far from the ids of all rows. */
const FAR = 1_000_000n
