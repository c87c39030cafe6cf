// Gives tables many rows: copies of those that there are, which differ in what tells rows apart, and point at copies of what
// those point at.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { foldCase, isSameName, quoteIdentifier, unquote } from '../../../src/sql/names.js'
import { connectionTo, type Connection } from '../rows/fill/connection.js'
import { parentsFirst } from '../rows/fill/parents-first.js'
import { tableNamed, type TableGraph } from '../rows/fill/table-graph.js'
import type { CatalogColumn, CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { isShiftable, shifted } from './shifted-value.js'

/** The tables that are to have rows, and the texts that steps compare values with: those stay as they are. */
export interface Growth {
  readonly situation: TableGraph
  /** In lower case. */
  readonly tables: ReadonlySet<string>
  readonly compared: ReadonlySet<string>
}

/**
 * Those tables and the ones that they point at get so many rows, or as many as their constraints allow. Triggers do not fire.
 * Foreign keys must be off.
 */
export function growTables(handle: Database, growth: Growth, rows: number): void {
  const connection = connectionTo(handle)
  const { situation } = growth
  const tables = parentsFirst(withParents(growth))
  const triggers = tables.flatMap(
    ({ name }) => situation.attached.triggers.get(foldCase(name)) ?? [],
  )
  triggers.forEach(({ name }) => handle.exec(`DROP TRIGGER main.${quoteIdentifier(name)}`))
  const turns = new Map<string, number>()
  handle.exec('BEGIN')
  for (const table of tables) grow({ connection, growth, turns, rows }, table)
  handle.exec('COMMIT')
  triggers.forEach(({ sql }) => handle.exec(sql))
}

function withParents({ situation, tables }: Growth): CatalogTable[] {
  const found = new Map<string, CatalogTable>()
  const waiting = [...tables]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const table = tableNamed(situation, name)
    if (!table || found.has(name)) continue
    found.set(name, table)
    waiting.push(...table.foreignKeys.map(({ parent }) => foldCase(parent)))
  }
  return [...found.values()]
}

interface Growing {
  readonly connection: Connection
  readonly growth: Growth
  /** How many copies there are of the rows of each table; by name in lower case. */
  readonly turns: Map<string, number>
  readonly rows: number
}

function grow({ connection, growth, turns, rows }: Growing, table: CatalogTable): void {
  const name = quoteIdentifier(table.name)
  const own = ownColumns(table, growth)
  const usable = own.flatMap((column) => conditionsOn(column))
  const condition = usable.join(' AND ') || 'TRUE'
  const sizeOf = (): number => Number(connection.single(`SELECT count(*) FROM ${name}`))
  const there = Number(connection.single(`SELECT count(*) FROM ${name} t WHERE ${condition}`))
  if (there === 0) return
  const times = Math.ceil(rows / there)
  const stored = table.columns.filter(({ generated, hidden }) => !generated && !hidden)
  const names = stored.map((column) => quoteIdentifier(column.name)).join(', ')
  const values = stored.map((column) => copied(table, column, own, { turns, growth }))
  connection.run(
    `WITH RECURSIVE n(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM n WHERE turn < ${times})
      INSERT OR IGNORE INTO ${name} (${names})
      SELECT ${values.join(', ')} FROM n CROSS JOIN ${name} t WHERE ${condition}`,
  )
  // One that is not for many rows, such as a list of states, is pointed at as before.
  if (sizeOf() > rows / 2) turns.set(foldCase(table.name), times)
}

/** What a row must be to be copied: NULL in a key would be there many times. */
function conditionsOn({ name, primaryKey }: CatalogColumn): string[] {
  const value = `t.${quoteIdentifier(name)}`
  return [isShiftable(value), ...(primaryKey > 0 ? [`${value} IS NOT NULL`] : [])]
}

/** The columns that tell its rows apart, and those that are named like keys. */
function ownColumns(table: CatalogTable, { situation }: Growth): CatalogColumn[] {
  const indexes = situation.attached.indexes.get(foldCase(table.name)) ?? []
  const keys = [...table.uniques, ...indexes.flatMap((one) => (one.unique ? [one.columns] : []))]
  const unique = new Set(keys.flat().map((column) => foldCase(column ?? '')))
  return table.columns.filter(
    ({ name, primaryKey, generated }) =>
      !generated && (primaryKey > 0 || unique.has(foldCase(name)) || KEY_NAME.test(name)),
  )
}

const KEY_NAME = /(?:^|_)(?:id|uuid|guid)$|I[dD]$/

/** SQL of what a copy has in a column. */
function copied(
  table: CatalogTable,
  column: CatalogColumn,
  own: readonly CatalogColumn[],
  { turns, growth }: Pick<Growing, 'turns' | 'growth'>,
): string {
  const value = `t.${quoteIdentifier(column.name)}`
  const key = table.foreignKeys.find(({ columns }) =>
    columns.some((one) => isSameName(one, column.name)),
  )
  if (key) {
    const of = turns.get(foldCase(key.parent))
    return of === undefined || !isOwn(growth, key) ? value : shifted(value, `(n.turn % ${of + 1})`)
  }
  if (own.includes(column)) return shifted(value, 'n.turn')
  return `CASE WHEN ${isFreeText(value, table, growth)} THEN ${shifted(value, 'n.turn')} ELSE ${value} END`
}

/** Whether copies of a parent differ in what a key points at. */
function isOwn(growth: Growth, { parent, parentColumns }: CatalogForeignKey): boolean {
  const table = tableNamed(growth.situation, foldCase(parent))
  if (!table) return false
  const own = new Set(ownColumns(table, growth).map(({ name }) => foldCase(name)))
  return parentColumns.every((column) => own.has(foldCase(column)))
}

/** Names and titles, unlike states, moments and JSON. */
function isFreeText(value: string, table: CatalogTable, { compared }: Growth): string {
  const fixed = [...compared, ...literalsIn(table.sql)].map(
    (text) => `'${text.replaceAll("'", "''")}'`,
  )
  return `typeof(${value}) = 'text' AND ${value} GLOB '[A-Za-z]*' AND ${value} NOT IN (${fixed.join(', ')})`
}

/** The texts that stand in SQL. */
export const literalsIn = (sql: string): string[] =>
  [...sql.matchAll(/'(?:[^']|'')*'/g)].map(([text]) => unquote(text))
