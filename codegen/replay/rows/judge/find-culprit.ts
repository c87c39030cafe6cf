// Finds the table and the row that make a side fail, by trying it with fewer and fewer rows and rolling everything back.
import type { CatalogTable } from '../../../model/catalog.js'
import type { ShownRow } from '../../../model/evidence.js'
import type { SideFailure } from '../../sides/run-side.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { namesIn } from '../../../sql/names-in.js'
import { itemsFor, readSelects } from '../../../sql/read-select.js'
import { readStatement } from '../../../sql/read-statement.js'
import type { Word } from '../../../sql/statement.js'
import { WordReader, wordsOf } from '../../../sql/word-reader.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { deleteRows, emptyTable } from '../fill/delete-rows.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isQuery } from '../watch/statement-effect.js'
import type { GoesOn } from './repair-rows.js'
import { shownRow, type TableImage } from '../watch/table-image.js'

/** What makes a side fail. */
export interface Culprit {
  readonly table: CatalogTable
  /** Null if it is unknown. */
  readonly row: ShownRow | null
  /** The rows of the table, and the identity of the one to blame. */
  readonly image: TableImage
  readonly identity: RawRow | null
}

/** What a trial needs. */
export interface Trial {
  readonly connection: Connection
  /** An image of a table as it is when the side starts. */
  imageOf(table: CatalogTable): TableImage | null
  /** Rolls back all changes. */
  readonly goesOn: GoesOn
}

/** The most tables and rows that are tried one by one; more rows are bisected. */
const MOST = 16

/** Finds the first table without whose rows the side does not fail there, and the row with which it starts to fail. */
export function findCulprit(
  trial: Trial,
  failure: SideFailure,
  side: ObservedSide,
): Culprit | null {
  const { connection } = trial
  const { before } = side
  const all = suspects(failure, side)
  const isEnough = (table: CatalogTable, to?: 'elsewhere'): boolean =>
    trial.goesOn(() => emptyTable(connection, before, table), to)
  // Code may throw at the same place with other values in the message, as where a parent is missing that it looks up.
  const elsewhere =
    failure.cause === 'code' ? all.filter((table) => isEnough(table, 'elsewhere')) : []
  for (const table of elsewhere.length > 0 ? elsewhere : all) {
    if (elsewhere.length === 0 && !isEnough(table)) continue
    const image = trial.imageOf(table)
    if (!image) continue
    const found = findRow(trial, before, image)
    const row = found && shownRow(image.columns, found.values)
    return { table, row, image, identity: found?.identity ?? null }
  }
  return null
}

/** The tables whose rows the failed statement goes through come first, then the others that it names. */
function suspects(failure: SideFailure, side: ObservedSide): CatalogTable[] {
  const { before, reached } = side
  const { at, message } = failure
  const text = at.statement ?? ''
  const names = new Set([
    ...rowsOf(text, message, before),
    ...namesIn(text),
    ...namesIn(message),
    ...queried(failure, side),
    ...reached,
  ])
  const found = [...names].flatMap((name) => tableNamed(before, name) ?? [])
  return found.slice(0, MOST)
}

/** The tables from which the last query before an INSERT takes values, by its qualifiers; first those that have the names of what fails. */
function queried({ at, message }: SideFailure, { before, effects }: ObservedSide): string[] {
  const shape = readStatement(at.statement ?? '')
  if (shape.kind !== 'insert' || shape.selects.length > 0) return []
  const end = effects.findIndex(({ place }) => place.statement === at.statement)
  const query = effects.slice(0, Math.max(0, end)).findLast(isQuery)
  const words = [...wordsOf(query?.place.statement ?? '')]
  const items = readSelects(new WordReader(words)).flatMap((select) => select.items)
  const failing = new Set(namesIn(message))
  const isFailing = (item: readonly Word[]): boolean => failing.has(plainName(item.at(-1)!.key))
  const qualifiers = [...items.filter(isFailing), ...items].flatMap(qualifiersIn)
  return tablesCalled(qualifiers, words, before)
}

/** The tables that a statement gives these names, or reads by them. */
function tablesCalled(
  qualifiers: readonly string[],
  words: readonly Word[],
  before: TableGraph,
): string[] {
  const names = words.map(({ key }) => plainName(key))
  return qualifiers.flatMap((called) => {
    const isCalled = (name: string, place: number): boolean => {
      const rest = names.slice(place, place + (names[place + 1] === 'as' ? 3 : 2))
      return tableNamed(before, name) !== undefined && rest.includes(called)
    }
    return names.find(isCalled) ?? []
  })
}

/**
 * The table that an INSERT fills, and those behind FROM, outside subqueries, in lower case, without those of which what fails takes nothing,
 * by its qualifiers; then those of which it takes something.
 */
function rowsOf(statement: string, message: string, before: TableGraph): string[] {
  const shape = readStatement(statement)
  if (shape.kind !== 'insert') return []
  const failing = [...namesIn(message)].flatMap((name) => itemsFor(name, shape))
  const qualifiers = failing.map(qualifiersIn)
  const read = shape.selects.flatMap(({ from, alias }) => {
    const own = [from, alias].flatMap((name) => (name ? [foldCase(plainName(name.key))] : []))
    const isOther = qualifiers.length > 0 && qualifiers.every((all) => isWithout(all, own))
    return from && !isOther ? [own[0]!] : []
  })
  const joined = tablesCalled(qualifiers.flat(), [...wordsOf(statement)], before)
  return [foldCase(plainName(shape.table.key)), ...read, ...joined]
}

/** The tables or aliases that an item names. */
const qualifiersIn = (item: readonly Word[]): string[] =>
  item.flatMap(({ key }, at) => (item[at + 1]?.key === '.' ? [foldCase(plainName(key))] : []))

const isWithout = (all: readonly string[], names: readonly string[]): boolean =>
  all.length > 0 && !all.some((one) => names.includes(one))

/** Adds rows in order until the side fails, so that a duplicate is found just like a value that is wrong in itself. */
function findRow(
  trial: Trial,
  before: TableGraph,
  { table, rows, count }: TableImage,
): TableImage['rows'][number] | null {
  if (rows.length !== count) return null
  const isEnough = (index: number): boolean => {
    const rest = rows.slice(index + 1).map(({ identity }) => identity)
    return !trial.goesOn(() => deleteRows(trial.connection, before, table, rest))
  }
  const found = rows.slice(0, MOST).findIndex((_, index) => isEnough(index))
  if (found >= 0) return rows[found]!
  if (count <= MOST || !isEnough(count - 1)) return null
  let [least, last] = [MOST, count - 1]
  while (least < last) {
    const middle = Math.floor((least + last) / 2)
    if (isEnough(middle)) last = middle
    else least = middle + 1
  }
  return rows[last] ?? null
}
