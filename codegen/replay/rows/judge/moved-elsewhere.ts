// Whether rows that a table no longer has after it was made anew stand in another table, which the half has put them into.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { TableImage } from '../watch/table-image.js'
import type { TablesNow } from '../watch/tables-now.js'
import type { Effect } from '../watch/statement-effect.js'
import type { Fate } from './fate.js'

/**
 * A row is found again by the columns that both tables have; one alone, as of a list of kinds, is too little. A table that has rows
 * which are still there is a copy, and nothing was moved into it.
 */
export function areElsewhere(connection: Connection, fate: Fate, now: TablesNow): boolean {
  const rows = dividedRows(fate)
  if (!rows) return false
  const tables = receiversOf(fate).flatMap((name) => now().get(name) ?? [])
  const receivers = tables
    .flatMap((table) => searchIn(connection, fate.before, table) ?? [])
    .filter((has) => !rows.left.some((row) => has(row)))
  return receivers.length > 0 && rows.gone.every((row) => receivers.some((has) => has(row)))
}

/** Null where that cannot be told: not all rows are known, or the keys are others. */
function dividedRows({
  before,
  after,
}: Fate): { readonly gone: RawRow[]; readonly left: RawRow[] } | null {
  if ([before, after].some(({ count, rows }) => count !== rows.length)) return null
  const known = new Set(after.rows.map(({ identity }) => textOf(identity)))
  const isLeft = ({ identity }: (typeof before.rows)[number]): boolean =>
    known.has(textOf(identity))
  const left = before.rows.filter(isLeft).map(({ values }) => values)
  const gone = before.rows.filter((row) => !isLeft(row)).map(({ values }) => values)
  return gone.length === before.count - after.count ? { gone, left } : null
}

const textOf = (values: RawRow): string =>
  JSON.stringify(values.map((value) => [typeof value, String(value)]))

/** The other tables that statements fill from the old one, under the names that they have in the end. */
function receiversOf({ half, name, rebuild }: Fate): string[] {
  if (!rebuild) return []
  const sources = new Set([name, rebuild.removal.to])
  const isFilling = ({ verb, table, tokens, place }: Effect): boolean => {
    if ((verb !== 'insert' && verb !== 'create') || rebuild.names.has(table)) return false
    if (!tokens.includes('SELECT')) return verb === 'insert' && place.script === null
    return tokens.some((token) => [...namesIn(token)].some((word) => sources.has(word)))
  }
  const { effects } = half
  return effects
    .filter(isFilling)
    .map((filling) =>
      effects
        .slice(effects.indexOf(filling))
        .reduce(
          (table, { verb, table: from, to }) => (verb === 'rename' && from === table ? to : table),
          filling.table,
        ),
    )
}

function searchIn(
  { all }: Connection,
  { columns }: TableImage,
  table: CatalogTable,
): ((row: RawRow) => boolean) | null {
  const own = new Set(table.columns.map(({ name }) => foldCase(name)))
  const shared = columns.flatMap(({ name }, at) => (own.has(foldCase(name)) ? [{ name, at }] : []))
  if (shared.length < Math.min(2, columns.length)) return null
  const conditions = shared.map(({ name }) => `${quoteIdentifier(name)} IS ?`).join(' AND ')
  const sql = `SELECT 1 FROM ${quoteIdentifier(table.name)} WHERE ${conditions} LIMIT 1`
  return (row) => all(sql, ...shared.map(({ at }) => row[at] ?? null)).length > 0
}
