// Reads a few tables from a database without reading its whole schema.
import { canonical } from '../../../../src/schema/canonical.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { reachOfSide } from '../../sides/side-reach.js'
import { readObject } from '../../catalog/read-object.js'
import type { ObservedSide } from './observed-run.js'
import { takeImage, type TableImage } from './table-image.js'
import type { Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { foldCase } from '../../../../src/sql/names.js'

/** The current tables, by name in lower case; read on first use. */
export type TablesNow = () => ReadonlyMap<string, CatalogTable>

const FOUND = `SELECT name, sql FROM sqlite_master
  WHERE type = 'table' AND sql NOT NULL AND name COLLATE NOCASE IN (SELECT value FROM unshadowed.json_each(?))`

/**
 * The ordinary tables that a side may have touched, and those that referenced one before. For changed tables, foreign keys that omit their
 * parent columns stay without them.
 */
export function tablesNow(connection: Connection, side: ObservedSide): TablesNow {
  let known: ReturnType<TablesNow> | undefined
  return () => (known ??= lookAt(connection, side))
}

/** The image of a table as it is now, by its name; null if there is none. */
export function imageNow(
  { connection, situation }: { readonly connection: Connection; situation(): TableGraph },
  name: string,
): TableImage | null {
  const table = tableNamed(situation(), name)
  return table ? takeImage(connection, table) : null
}

function lookAt(connection: Connection, side: ObservedSide): ReturnType<TablesNow> {
  const touched = [...side.reached, ...side.named]
  const children = touched.flatMap((name) => side.before.children.get(name) ?? [])
  const names = new Set([...touched, ...children])
  if (reachOfSide(side.entry, side.direction).schema === 'none') return unchanged(side, names)
  const found = connection.all(FOUND, JSON.stringify([...names]))
  return new Map(
    found.flatMap(([name, sql]) => {
      const table = tableNow(connection, side.before, { name: String(name), sql: String(sql) })
      return table ? [[foldCase(table.name), table] as const] : []
    }),
  )
}

const unchanged = ({ before }: ObservedSide, names: Iterable<string>): ReturnType<TablesNow> =>
  new Map(
    [...names].flatMap((name) => {
      const table = tableNamed(before, name)
      return table ? [[name, table] as const] : []
    }),
  )

/** Null for virtual tables. */
function tableNow(
  { handle }: Connection,
  before: TableGraph,
  { name, sql }: { readonly name: string; readonly sql: string },
): CatalogTable | null {
  const known = tableNamed(before, foldCase(name))
  if (known?.sql === sql) return known
  const table = readObject(handle, {
    type: 'table',
    name,
    table: name,
    sql,
    ...canonical('table', sql),
  })
  return table.type === 'table' && table.module === null ? table : null
}
