// Rows on which batches are tried again and again, each time with other values in the columns that are free: what is done and what is
// not, what rises and what falls, what belongs to others and what to none. Work that depends on how it is cut shows it on some.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { isOfKind, type ComparedLiterals } from './compared-literals.js'
import { BYTES, MALFORMED } from './comparisons.js'
import { isLike, partnersIn, type Link } from './linked-keys.js'
import type { SeederState } from './seeder-state.js'
import { rowsOf, type Walked } from './stray-keys.js'

/** So often. */
export const SHUFFLES = 8

/** What is known of the rows and of the work on them. */
export interface Shuffling {
  /** The tables that the work names. */
  readonly tables: readonly CatalogTable[]
  readonly walked: readonly Walked[]
  readonly literals: ComparedLiterals
  readonly links: readonly Link[]
  /** Counts from 0. */
  readonly turn: number
}

/** Gives rows other values, as long as no fewer are walked; answers whether there are any. */
export function shuffle(state: SeederState, situation: TableGraph, shuffling: Shuffling): boolean {
  const gifts = shuffling.tables
    .filter(({ name }) => !state.examples.has(foldCase(name)))
    .flatMap((table) => giftsFor(state, situation, { ...shuffling, table }))
  return gifts.filter((gift) => give(state, shuffling, gift)).length > 0
}

function giftsFor(state: SeederState, situation: TableGraph, shuffled: Shuffled): Gift[] {
  const { table, turn, walked } = shuffled
  const own = walked.find((one) => isSameName(one.table, table.name))
  const first = own?.keys.map((key) => `${quoteIdentifier(own.column)} IS ${key}`) ?? []
  const rows = new Set([...first, ...rowsOf(state.connection.handle, table)])
  return picksOf(state, situation, shuffled).flatMap(({ column, value }, index) =>
    [...rows].flatMap((row, at) => {
      const to = value(drawnFrom(`${turn} ${table.name} ${index} ${at}`), at)
      return to === undefined ? [] : [{ table, row, column, to }]
    }),
  )
}

/** How a column of a table gets its values, as SQL writes them; undefined leaves the one that there is. */
interface Pick {
  readonly column: string
  value(drawn: number, at: number): string | undefined
}

interface Shuffled extends Shuffling {
  readonly table: CatalogTable
}

function picksOf(state: SeederState, situation: TableGraph, shuffled: Shuffled): Pick[] {
  const { table, walked, literals, links, turn } = shuffled
  const { columns, rowid, unique } = tablePlan(table, situation, state)
  const looked = literals.get(foldCase(table.name))
  return columns.flatMap((column, index): Pick[] => {
    const isKey =
      index === rowid ||
      column.primaryKey > 0 ||
      walked.some((one) => isSameName(one.table, table.name) && isSameName(one.column, column.name))
    if (isKey) return []
    const link = linkOf(table, column, links)
    if (link) return [{ column: column.name, value: linked(state, link, shuffled) }]
    if (table.foreignKeys.some((one) => one.columns.some((own) => isSameName(own, column.name))))
      return []
    const all = looked?.columns.get(foldCase(column.name)) ?? []
    const values = all.filter((one) => isOfKind(column, one) && one !== BYTES && one !== MALFORMED)
    const own = ownKeys(table, column, walked)
    return [{ column: column.name, value: free(column, { values, own, turn }, unique.has(index)) }]
  })
}

/** The keys of the rows that are walked in its own table, where a column can hold them: of one that no text compares, code may ask. */
function ownKeys(
  { name, columns }: CatalogTable,
  { type }: CatalogColumn,
  walked: readonly Walked[],
): readonly string[] {
  const own = walked.find((one) => isSameName(one.table, name))
  const key = columns.find((one) => own && isSameName(one.name, own.column))
  return own && isLike(type, key?.type ?? 'INTEGER') ? own.keys : []
}

/** What a column points at: by a foreign key of its own, or by what the work compares. */
function linkOf(
  { name, foreignKeys }: CatalogTable,
  column: CatalogColumn,
  links: readonly Link[],
): Link | undefined {
  const declared = foreignKeys.find(
    ({ columns }) => columns.length === 1 && isSameName(columns[0]!, column.name),
  )
  const key = declared?.parentColumns[0]
  if (declared && key !== undefined)
    return { table: name, column: column.name, parent: declared.parent, key }
  return links.find((one) => isSameName(one.table, name) && isSameName(one.column, column.name))
}

/** Few partners, so that rows share some. In its own table a row has one that is walked. */
function linked(
  { connection }: SeederState,
  { table, parent, key }: Link,
  { walked, turn }: Shuffled,
): Pick['value'] {
  const partners = partnersIn(connection.handle, { parent, key }, walked)
  const isOwn = isSameName(parent, table)
  const isWalked = walked.some((one) => isSameName(one.table, table))
  return (drawn, at) => {
    const some = isOwn ? (isWalked ? onOneSide(partners, at, turn) : []) : partners.slice(0, FEW)
    return drawn % 5 === 0 ? undefined : some[(drawn >>> 8) % Math.max(1, some.length)]
  }
}

const FEW = 2

/** By turns, those before and those behind: rows of one table that refer to each other make no circle. */
const onOneSide = (keys: readonly string[], at: number, turn: number): readonly string[] =>
  turn % 2 === 0 ? keys.slice(0, at) : keys.slice(at + 1)

interface Known {
  /** What the work compares. */
  readonly values: readonly Value[]
  readonly own: readonly string[]
  readonly turn: number
}

/** One of what there is, nothing or the default, what the work compares, keys of other rows, and greater and smaller numbers and texts. */
function free(
  { name, default: preset }: CatalogColumn,
  { values, own: keys, turn }: Known,
  isUnique: boolean,
): Pick['value'] {
  const own = quoteIdentifier(name)
  return (drawn, at) => {
    const literal = values[(drawn >>> 8) % Math.max(1, values.length)]
    const some = onOneSide(keys, at, turn)
    if (isUnique) return typeof literal === 'string' ? quoted(`${literal}${at}`) : undefined
    const step = 10 * (1 + ((drawn >>> 8) % 9))
    const stepped = `CASE typeof(${own}) WHEN 'text' THEN '${'x'.repeat(step / 5)}' WHEN 'blob' THEN ${own} ELSE ${step} END`
    const ways = [
      preset ?? 'NULL',
      // By turns, extremes are among the others, or none is left.
      turn % 2 === 0 ? undefined : (preset ?? 'NULL'),
      stepped,
      stepped,
      ...(literal === undefined ? [] : [quoted(literal), quoted(literal)]),
      ...(some.length === 0 ? [] : [some[(drawn >>> 8) % some.length]]),
    ]
    return ways[drawn % ways.length]
  }
}

function quoted(value: Value): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value === null) return 'NULL'
  return typeof value === 'object' ? `x'${Buffer.from(value).toString('hex')}'` : String(value)
}

/** A number that is the same for the same text, and evenly spread. */
function drawnFrom(text: string): number {
  let hash = 2166136261
  for (const one of text) hash = Math.imul(hash ^ one.codePointAt(0)!, 16777619)
  return (Math.imul(hash ^ (hash >>> 15), 2246822507) ^ (hash >>> 13)) >>> 0
}

interface Gift {
  readonly table: CatalogTable
  readonly row: string
  readonly column: string
  readonly to: string
}

/** Answers whether the row has the value now, and as many rows are walked as before. */
function give(
  { connection }: SeederState,
  { walked }: Shuffling,
  { table, row, column, to }: Gift,
): boolean {
  const { handle } = connection
  handle.exec('SAVEPOINT given')
  let isKept = false
  try {
    connection.run(
      `UPDATE ${quoteIdentifier(table.name)} SET ${quoteIdentifier(column)} = ${to} WHERE ${row}`,
    )
    isKept = walked.every(
      ({ from, keys }) =>
        Number(connection.single(`SELECT count(*) FROM (${from})`)) >= keys.length,
    )
  } catch {
    // A check, a key or a trigger refuses it; or the query fails with it.
  }
  if (!handle.inTransaction) return false
  if (!isKept) handle.exec('ROLLBACK TO given')
  handle.exec('RELEASE given')
  return isKept
}
