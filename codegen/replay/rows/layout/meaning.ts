// What a view shows and what a trigger does, as rows that can be compared between two layouts.
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

/** A table or a view whose rows are read: in each layout by its name and those of its columns. */
export interface ReadPair {
  readonly was: { readonly name: string }
  readonly now: { readonly name: string }
  readonly columns: readonly ColumnPair[]
  /** Whether it does not matter how often a row is there. */
  readonly isSet?: boolean
}

/** So many rows of a view are read. */
const READ = 2500

/** The rows as texts of their values, by the name behind the side. */
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

/** Whether the order of the rows of a view may go by the place of a column: `ORDER BY 2` over `SELECT *`. */
export function isOrderedByPlace(sql: string): boolean {
  const tokens = [...sqlTokens(sql)]
  const isNumber = (at: number): boolean => /^\d+$/.test(tokens[at] ?? '')
  return (
    tokens.includes('*') &&
    tokens.some((token, at) => token === 'BY' && tokens[at - 1] === 'ORDER' && isNumber(at + 1))
  )
}

/** The same rows, each value with the number of its row: columns that are ordered are told from those that are not. */
export const numbered = (texts: RowTexts): RowTexts =>
  new Map(
    [...texts].map(([name, rows]) => [
      name,
      rows.map((row, at) => row.map((value) => `${at} ${value}`)),
    ]),
  )

/** What a trigger goes by: what sets it off, and the names of the tables that it writes to. */
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

/** Called so, and no table is: of the statements that set a trigger off, the same for each that was refused. */
export const REFUSED = '\0'

/** So many rows set a trigger off. */
const FIRED = 60

/**
 * What there is in tables when a trigger alone was set off, by rows of the table or view that it is on, and what of that was
 * refused; null where it cannot be made. Everything is taken back.
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
    // Whether the trigger compiles shows here.
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

/** What sets a trigger off, statement by statement, as each may be refused. Makes place for rows that are to be inserted. */
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
    // The rows of a view stay: others have keys that no row of its tables has.
    if (!isView) attempt(connection, `DELETE FROM ${name}`)
    const keys = isView ? keysAmong(columns, tables) : []
    const others = keys.length > 0 ? rows.map((row) => withOtherKeys(row, keys)) : []
    return [...rows, ...others].map((row) => [insert, ...row])
  }
  const where = `WHERE ${named(first)} IS ?`
  if (event === 'delete') return rows.map(([key = null]) => [`DELETE FROM ${name} ${where}`, key])
  return updating(ground, on, rows)
}

/** So many rows get another value of one column alone. */
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

/** From row to row, so that the ways between values differ; in the end each row has its own again. */
const STRIDES = [3, 6, 10, 15, 0]

/** Whether several rows may have the same in a column. */
function isFree({ now }: ColumnPair, on: ReadPair): boolean {
  const keys = 'uniques' in on.now ? (on.now as CatalogTable).uniques.flat() : []
  return now!.primaryKey === 0 && keys.every((name) => !isSameName(name, now!.name))
}

/** The columns that are called as a key of the tables. */
function keysAmong(columns: readonly ColumnPair[], tables: readonly ReadPair[]): number[] {
  const all = tables.flatMap((table) => table.columns)
  const keys = new Set(all.flatMap(({ now }) => (now!.primaryKey > 0 ? [foldCase(now!.name)] : [])))
  return columns.flatMap(({ now }, at) => (keys.has(foldCase(now!.name)) ? [at] : []))
}

const withOtherKeys = (row: RawRow, keys: readonly number[]): RawRow =>
  row.map((value, at) =>
    keys.includes(at) ? (typeof value === 'bigint' ? value + FAR : `${String(value)} new`) : value,
  )

/** So far from the numbers of all rows. */
const FAR = 1_000_000n
