// Puts integers beyond 2^53 into columns that code reads row by row and writes back, even if their names do not suggest any. Pure.
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

/** As a JavaScript number each is rounded up, so that a loop that asks for the rows after it still ends. */
const vastAt = (place: number): bigint => 2n ** 60n + BigInt(place) * 256n + 129n

/**
 * Values to look for, though no statement does: first of other columns, then of rowids, since the next row would get the following number.
 * Empty if code reads no rows, or writes none itself.
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

/** The names, among other words, by which an UPDATE or DELETE selects its rows. */
const conditionsOf = ({ verb, tokens }: Effect): string[] =>
  verb === 'update' || verb === 'delete'
    ? tokens.slice(tokens.indexOf('WHERE')).map((token) => plainName(token))
    : []

/** A loop may wait for a row to change, which it never does if the row is not found by its rounded id. */
function isLoop(queries: readonly Effect[], calls: readonly HandedCall[]): boolean {
  const texts = calls.flatMap(({ text, reads }) => (reads ? [text] : []))
  const isLimited = queries.some(({ tokens }) => tokens.some((token) => LIMITS.has(token)))
  return isLimited || new Set(texts).size < texts.length
}

const LIMITS = new Set(['LIMIT', 'MAX', 'MIN'])

/** A rowid with a plain name: SQLite assigns it, from 1 on. */
const isPlainId = (name: string): boolean => /^_?(?:row)?id$/i.test(name)

/** Left out are rowids that SQLite assigns, foreign keys, counts and dates: none of these grows that large. */
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
