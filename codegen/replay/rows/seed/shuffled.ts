// Varies the free columns of the rows on which batches are tried, several times: done or not, rising or falling, linked to other rows or to
// none. Work that depends on how batches are cut shows it on some of these rows.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import { orElse } from '../../../../src/model/or-else.js'
import type { Connection } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import type { ComparedLiterals } from './compared-literals.js'
import { isOfKind } from './kinds.js'
import { BYTES, MALFORMED } from './comparisons.js'
import { othersThan, quoted } from './varied-values.js'
import { isLike, partnersIn, type Link } from './linked-keys.js'
import type { SeederState } from './seeder-state.js'
import { rowsOf, type Walked } from './stray-keys.js'

/** The number of variations. */
export const SHUFFLES = 8

/** What is known about the rows and the work on them. */
export interface Shuffling {
  /** The tables that the work names. */
  readonly tables: readonly CatalogTable[]
  readonly walked: readonly Walked[]
  readonly literals: ComparedLiterals
  readonly links: readonly Link[]
  /** Names, in lower case, of what the work treats as dates. */
  readonly moments: ReadonlySet<string>
  /** Numbers that the work compares something with. */
  readonly bounds: readonly number[]
  /** Counts from 0. */
  readonly turn: number
}

/** Changes values as long as no fewer rows are walked; returns whether any changed. */
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
  return picksOf(state, situation, shuffled).flatMap(({ column, others }, index) =>
    [...rows].map((row, at) => {
      const drawn = drawnFrom(`${turn} ${table.name} ${index} ${at}`)
      return { table, row, column, others: (was) => others({ was, drawn, at }) }
    }),
  )
}

/** How a column gets its values, as SQL literals: the first that is accepted; undefined keeps the current one. */
interface Pick {
  readonly column: string
  others(cell: Cell): readonly (string | undefined)[]
}

interface Cell {
  readonly was: Value
  readonly drawn: number
  /** The index of the row. */
  readonly at: number
}

interface Shuffled extends Shuffling {
  readonly table: CatalogTable
}

function picksOf(state: SeederState, situation: TableGraph, shuffled: Shuffled): Pick[] {
  const { table, walked, literals, links } = shuffled
  const { columns, rowid, unique } = tablePlan(table, situation, state)
  const looked = literals.get(foldCase(table.name))
  return columns.flatMap((column, index): Pick[] => {
    const isKey =
      index === rowid ||
      column.primaryKey > 0 ||
      walked.some((one) => isSameName(one.table, table.name) && isSameName(one.column, column.name))
    if (isKey) return []
    const link = linkOf(table, column, links)
    if (link) return [{ column: column.name, others: linked(state, link, shuffled) }]
    if (table.foreignKeys.some((one) => one.columns.some((own) => isSameName(own, column.name))))
      return []
    const all = looked?.columns.get(foldCase(column.name)) ?? []
    const values = all.filter((one) => isOfKind(column, one) && one !== BYTES && one !== MALFORMED)
    const own = { values, keys: ownKeys(table, column, walked), isUnique: unique.has(index) }
    return [{ column: column.name, others: free(column, own, shuffled) }]
  })
}

/** The keys of walked rows of its own table, if the column can hold them: code may use a column that no SQL compares. */
function ownKeys(
  { name, columns }: CatalogTable,
  { type }: CatalogColumn,
  walked: readonly Walked[],
): readonly string[] {
  const own = walked.find((one) => isSameName(one.table, name))
  const key = columns.find((one) => own && isSameName(one.name, own.column))
  return own && isLike(type, key?.type ?? 'INTEGER') ? own.keys : []
}

/** What a column references: by its own foreign key, or by what the work compares. */
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

/** Few partners, so that rows share some. In its own table, a row references a walked one. */
function linked(
  { connection }: SeederState,
  { table, parent, key }: Link,
  { walked, turn }: Shuffled,
): Pick['others'] {
  const partners = partnersIn(connection.handle, { parent, key }, walked)
  const isOwn = isSameName(parent, table)
  const isWalked = walked.some((one) => isSameName(one.table, table))
  return ({ drawn, at }) => {
    const some = isOwn ? (isWalked ? onOneSide(partners, at, turn) : []) : partners.slice(0, FEW)
    return [drawn % 5 === 0 ? undefined : some[(drawn >>> 8) % Math.max(1, some.length)]]
  }
}

const FEW = 2

/** Earlier or later rows by turns, so that rows of one table never reference each other in a circle. */
const onOneSide = (keys: readonly string[], at: number, turn: number): readonly string[] =>
  turn % 2 === 0 ? keys.slice(0, at) : keys.slice(at + 1)

interface Own {
  /** The values that the work compares it with. */
  readonly values: readonly Value[]
  readonly keys: readonly string[]
  readonly isUnique: boolean
}

/** On even turns, values may stay as they are; on odd turns, all that can change do, and numbers add up to a bound. */
function free(
  { name, default: preset }: CatalogColumn,
  { values, keys, isUnique }: Own,
  { turn, bounds, moments }: Shuffling,
): Pick['others'] {
  const isMoment = moments.has(foldCase(name))
  const bound = turn % 2 === 0 ? undefined : bounds[(turn - 1) / 2]
  const scale = turn % 4 < 2 ? 10 : 1
  return ({ was, drawn, at }) => {
    const literal = values[(drawn >>> 8) % Math.max(1, values.length)]
    if (isUnique) return [typeof literal === 'string' ? quoted(`${literal}${at}`) : undefined]
    const known = { preset, values, keys: onOneSide(keys, at, turn), bound, scale, isMoment }
    const ways = othersThan(was, drawn >>> 8, known)
    const all = [turn % 2 === 0 ? [undefined] : ways[0]!, ...ways]
    const first = drawn % all.length
    return [...all.slice(first), ...all.slice(0, first)].flat()
  }
}

/** A hash of the text, evenly distributed. */
function drawnFrom(text: string): number {
  let hash = 2166136261
  for (const one of text) hash = Math.imul(hash ^ one.codePointAt(0)!, 16777619)
  return (Math.imul(hash ^ (hash >>> 15), 2246822507) ^ (hash >>> 13)) >>> 0
}

interface Gift {
  readonly table: CatalogTable
  readonly row: string
  readonly column: string
  others(was: Value): readonly (string | undefined)[]
}

/** Returns whether the row has a new value and as many rows are walked as before, or any, if that depends on other rows. */
function give({ connection }: SeederState, { walked }: Shuffling, gift: Gift): boolean {
  const { table, row, column, others } = gift
  const [name, own] = [quoteIdentifier(table.name), quoteIdentifier(column)]
  const was = connection.single(`SELECT ${own} FROM ${name} WHERE ${row}`) ?? null
  for (const to of others(was)) {
    if (to === undefined) return false
    if (isTaken(connection, walked, `UPDATE ${name} SET ${own} = ${to} WHERE ${row}`)) return true
  }
  return false
}

/** Rolled back if a check, a key or a trigger refuses it, or the query fails with it. */
function isTaken(
  { handle, run, single }: Connection,
  walked: readonly Walked[],
  sql: string,
): boolean {
  handle.exec('SAVEPOINT given')
  const isKept = orElse(() => {
    run(sql)
    return walked.every(({ from, keys, looksAround }) => {
      const least = looksAround ? Math.min(keys.length, 1) : keys.length
      return Number(single(`SELECT count(*) FROM (${from})`)) >= least
    })
  }, false)
  if (!handle.inTransaction) return false
  if (!isKept) handle.exec('ROLLBACK TO given')
  handle.exec('RELEASE given')
  return isKept
}
