// Integers beyond 2^53 in the columns of tables that code reads row by row and writes back: their names need not tell of any. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import type { HandedCall } from '../../sides/handed-calls.js'
import { isCounted, isVast } from '../fill/seed-values.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isRowid } from '../../../model/rowid-column.js'
import { isQuery, type Effect } from '../watch/statement-effect.js'
import {
  literalsFor,
  pagedBy,
  type ComparedLiterals,
  type TableLiterals,
  NOTHING_SOUGHT,
} from './compared-literals.js'

/** Rounded to a number of JavaScript, each becomes greater: whoever asks for what comes behind it comes to an end. */
const vastAt = (place: number): bigint => 2n ** 60n + BigInt(place) * 256n + 129n

/**
 * Values to look for, though nobody does: first of other columns, then of those that number rows, as the next row would get the
 * number behind. Empty where code reads no rows, or writes none of its own.
 */
export function vastIntegers(
  situation: TableGraph,
  seen: readonly Effect[],
  calls: readonly HandedCall[],
): ComparedLiterals[] {
  const writes = seen.some(
    ({ verb, tokens }) => (verb === 'insert' || verb === 'update') && !tokens.includes('SELECT'),
  )
  const queries = writes ? seen.filter(isQuery) : []
  const names = new Set(queries.flatMap(({ tokens }) => tokens.flatMap((one) => [...namesIn(one)])))
  const paged = new Set(queries.flatMap(({ tokens }) => pagedBy(tokens)))
  const sought = isLoop(queries, calls) ? new Set(seen.flatMap(conditionsOf)) : null
  const isTried = (table: CatalogTable, column: CatalogColumn): boolean =>
    isOpen(table, column) &&
    !paged.has(foldCase(column.name)) &&
    !(sought && (isRowid(table, column) || sought.has(foldCase(column.name))))
  const tables = [...names].flatMap((name) => tableNamed(situation, name) ?? [])
  return [false, true].flatMap((ofRows) =>
    literalsIn(
      tables.map((table) => ({
        table,
        columns: table.columns.filter(
          (column) => isRowid(table, column) === ofRows && isTried(table, column),
        ),
      })),
    ),
  )
}

/** The names, among others, that an UPDATE or DELETE finds its rows by. */
const conditionsOf = ({ verb, tokens }: Effect): string[] =>
  verb === 'update' || verb === 'delete'
    ? tokens.slice(tokens.indexOf('WHERE')).map((token) => plainName(token))
    : []

/** Who asks again and again may wait for a row to be another, which is not found by its number then. */
function isLoop(queries: readonly Effect[], calls: readonly HandedCall[]): boolean {
  const texts = calls.flatMap(({ text, reads }) => (reads ? [text] : []))
  const isLimited = queries.some(({ tokens }) => tokens.some((token) => LIMITS.has(token)))
  return isLimited || new Set(texts).size < texts.length
}

const LIMITS = new Set(['LIMIT', 'MAX', 'MIN'])

/** The number of a row that is called no more than that: SQLite gives it, from 1 on. */
const isPlainId = (name: string): boolean => /^_?(?:row)?id$/i.test(name)

/**
 * Left out are numbers that SQLite gives, keys of other tables, and what is counted or is a moment: none of these grows as
 * large.
 */
function isOpen(table: CatalogTable, column: CatalogColumn): boolean {
  const { name, type, generated, hidden } = column
  const points = table.foreignKeys.some(({ columns }) =>
    columns.some((one) => foldCase(one) === foldCase(name)),
  )
  const isGiven = isRowid(table, column) && (table.autoincrement || isPlainId(name))
  return (
    /int/i.test(type) &&
    generated === null &&
    !hidden &&
    !points &&
    !isGiven &&
    !isCounted(column) &&
    (!isVast(column) || isRowid(table, column))
  )
}

interface Chosen {
  readonly table: CatalogTable
  readonly columns: readonly CatalogColumn[]
}

function literalsIn(chosen: readonly Chosen[]): ComparedLiterals[] {
  const some = chosen.filter(({ columns }) => columns.length > 0)
  const all = some.map(({ table, columns }): [string, TableLiterals] => [
    foldCase(table.name),
    {
      ...literalsFor([], { ...NOTHING_SOUGHT, replaced: true }),
      columns: new Map(columns.map(({ name }, at) => [foldCase(name), [vastAt(at)]])),
    },
  ])
  return all.length > 0 ? [new Map(all)] : []
}
