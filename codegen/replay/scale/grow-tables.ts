// Gives tables many rows: copies of existing ones with other keys, which reference copies of their parents.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { foldCase, isSameName, quoteIdentifier, unquote } from '../../../src/sql/names.js'
import { checksOf } from '../rows/fill/checks-of.js'
import { connectionTo, type Connection } from '../rows/fill/connection.js'
import { parentsFirst } from '../rows/fill/parents-first.js'
import { tableNamed, type TableGraph } from '../rows/fill/table-graph.js'
import type { CatalogColumn, CatalogForeignKey, CatalogTable } from '../../model/catalog.js'

/** The tables to grow, and the texts that steps compare values with, which stay unchanged. */
export interface Growth {
  readonly situation: TableGraph
  /** In lower case. */
  readonly tables: ReadonlySet<string>
  readonly compared: ReadonlySet<string>
  /** Whether what is added to texts is what steps put in order: capitals, hyphens and spaces. */
  readonly texts: 'unruly' | 'plain'
}

/**
 * Grows the tables and their parents to this many rows, or as many as their constraints allow. Triggers do not fire. Foreign keys must be
 * off.
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
  // Qualified by schema: a table may have the same name as the CTE.
  const name = `main.${quoteIdentifier(table.name)}`
  const own = ownColumns(table, growth)
  const usable = own.flatMap((column) => conditionsOn(column))
  const condition = usable.join(' AND ') || 'TRUE'
  const sizeOf = (): number => Number(connection.single(`SELECT count(*) FROM ${name}`))
  const there = Number(connection.single(`SELECT count(*) FROM ${name} t WHERE ${condition}`))
  if (there === 0) return
  const times = Math.ceil(rows / there)
  const stored = table.columns.filter(({ generated, hidden }) => !generated && !hidden)
  const names = stored.map((column) => quoteIdentifier(column.name)).join(', ')
  const insert = (how: 'varied' | 'alike'): void => {
    const values = stored.map((column) => copied(table, column, { own, turns, growth, how }))
    connection.run(
      `WITH RECURSIVE n(turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM n WHERE turn < ${times})
        INSERT OR IGNORE INTO ${name} (${names})
        SELECT ${values.join(', ')} FROM n CROSS JOIN ${name} t WHERE ${condition}`,
    )
  }
  connection.run('SAVEPOINT varied')
  insert('varied')
  if (sizeOf() <= rows / 2) {
    // Its constraints may require more than can be seen.
    connection.run('ROLLBACK TO varied')
    insert('alike')
  }
  connection.run('RELEASE varied')
  // A table that cannot have many rows, such as a list of states, is referenced as before.
  if (sizeOf() > rows / 2) turns.set(foldCase(table.name), times)
}

/** What a row must meet to be copied: NULL in a key would repeat. */
function conditionsOn({ name, primaryKey }: CatalogColumn): string[] {
  const value = `t.${quoteIdentifier(name)}`
  return [isShiftable(value), ...(primaryKey > 0 ? [`${value} IS NOT NULL`] : [])]
}

/** The columns of its keys, and those named like keys. */
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

interface Copying extends Pick<Growing, 'turns' | 'growth'> {
  readonly own: readonly CatalogColumn[]
  /** Whether values outside keys differ in each copy. */
  readonly how: 'varied' | 'alike'
}

/** SQL for the value of a copy in a column. */
function copied(
  table: CatalogTable,
  column: CatalogColumn,
  { own, how, turns, growth }: Copying,
): string {
  const value = `t.${quoteIdentifier(column.name)}`
  const key = table.foreignKeys.find(({ columns }) =>
    columns.some((one) => isSameName(one, column.name)),
  )
  if (key) {
    const of = turns.get(foldCase(key.parent))
    const parent = tableNamed(growth.situation, foldCase(key.parent))
    const at = key.columns.findIndex((one) => isSameName(one, column.name))
    const texts = textsFor(growth, parent ?? table, key.parentColumns[at] ?? '')
    return of === undefined || !isOwn(growth, key)
      ? value
      : shifted(value, `(n.turn % ${of + 1})`, texts)
  }
  const texts = textsFor(growth, table, column.name)
  if (own.includes(column)) return shifted(value, 'n.turn', texts)
  return how === 'alike' || isChecked(table, column.name)
    ? value
    : varied(value, 'n.turn', { fixed: fixedIn(table, growth), texts })
}

const isChecked = ({ sql }: CatalogTable, column: string): boolean =>
  checksOf(sql).some(({ words }) => words.has(foldCase(column)))

/** What a CHECK is about may have to be plain. */
const textsFor = ({ texts }: Growth, table: CatalogTable, column: string): Growth['texts'] =>
  isChecked(table, column) ? 'plain' : texts

/** Whether copies of a parent differ in the columns that a foreign key references. */
function isOwn(growth: Growth, { parent, parentColumns }: CatalogForeignKey): boolean {
  const table = tableNamed(growth.situation, foldCase(parent))
  if (!table) return false
  const own = new Set(ownColumns(table, growth).map(({ name }) => foldCase(name)))
  return parentColumns.every((column) => own.has(foldCase(column)))
}

/** Values with a meaning to a step or in a default; no long texts, as each row has its own. */
const fixedIn = ({ sql }: CatalogTable, { compared }: Growth): string[] =>
  [...compared, ...literalsIn(sql)]
    .filter((text) => text.length <= LONGEST && !text.includes('\0'))
    .slice(0, MOST)
    .map((text) => (/^\d+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`))

const LONGEST = 100
const MOST = 500

/** The string and number literals in SQL. */
export const literalsIn = (sql: string): string[] =>
  [...sql.matchAll(/'(?:[^']|'')*'|\b\d{1,15}\b/g)].map(([text]) => unquote(text))

/** Different values stay different when the same number is added. */
const STRIDE = 10_000_019

/** Ids of a fixed length, such as UUIDs, keep it. */
const FIXED_LENGTH = 16

/** SQL for what copy number `turn` has and no other; of six letters in ids of a fixed length, whose last ones tell sequential ids. */
const MARKS = {
  plain: {
    added: (turn: string) => `'~' || ${turn}`,
    within: (turn: string) => `printf('%06x', ${turn})`,
  },
  unruly: {
    added: (turn: string) => `'~A- ' || ${turn} || ' '`,
    within: (turn: string) => `printf('A%05X', ${turn})`,
  },
}

const inMiddle = (value: string, mark: string): string =>
  `substr(${value}, 1, length(${value}) - 12) || ${mark} || substr(${value}, -6)`

/** SQL for copy number `turn` of a value, itself an expression; copy 0 is the value itself. */
function shifted(value: string, turn: string, texts: Growth['texts']): string {
  const { added, within } = MARKS[texts]
  return `CASE WHEN ${turn} = 0 THEN ${value} ELSE CASE typeof(${value}) ${[
    `WHEN 'integer' THEN ${value} + ${turn} * ${STRIDE}`,
    `WHEN 'real' THEN ${value} + ${turn}`,
    `WHEN 'text' THEN CASE WHEN length(${value}) >= ${FIXED_LENGTH} THEN ${inMiddle(value, within(turn))} ELSE ${value} || ${added(turn)} END`,
    `WHEN 'blob' THEN CAST(${inMiddle(value, within(turn))} AS BLOB)`,
  ].join(' ')} ELSE ${value} END END`
}

/** SQL for whether adding to a value stays exact. */
const isShiftable = (value: string): string =>
  `(typeof(${value}) <> 'integer' OR abs(${value} / 2) < 1099511627776)`

/** SQL for a value outside keys that differs in each turn; JSON, booleans and the values in `fixed` stay. */
const varied = (
  value: string,
  turn: string,
  { fixed, texts }: Pick<Growth, 'texts'> & { readonly fixed: readonly string[] },
): string =>
  `CASE WHEN ${value} IN (${[...fixed, '0', '1'].join(', ')}) OR ${value} GLOB '[[{]*' OR NOT ${isShiftable(value)} THEN ${value} ${[
    `WHEN typeof(${value}) IN ('integer', 'real') THEN ${value} + ${turn}`,
    `WHEN ${value} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN date('1970-01-01', '+' || ${turn} || ' days') || substr(${value}, 11)`,
    `WHEN typeof(${value}) = 'text' THEN ${value} || ${MARKS[texts].added(turn)}`,
  ].join(' ')} ELSE ${value} END`
