// What a changed table has to be, by a plain model of the change, and what of it is not so.
import type Client from 'better-sqlite3'
import { quoteIdentifier as q } from '../../../src/sql/names.js'
import type { Changes } from './altered.js'
import type { Drawn } from './drawn.js'

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
  readonly hidden: number
}

const rowsOf = (db: Client.Database, sql: string, ...values: string[]): Record<string, unknown>[] =>
  db.prepare(sql).all(...values) as Record<string, unknown>[]

const columnsOf = (db: Client.Database, table: string): Column[] =>
  rowsOf(db, 'SELECT * FROM pragma_table_xinfo(?)', table) as unknown as Column[]

/** The columns that the change leads to, by name, type and place. */
function wantedColumns(db: Client.Database, { table }: Drawn, changes: Changes): string[] {
  const { drop = [], add = {}, change = {}, rename = {}, order } = changes[table]!
  const left = columnsOf(db, table).filter(({ name }) => !drop.includes(name))
  const all = [
    ...left.map(({ name, type }) => [name, change[name]?.type ?? type] as const),
    ...Object.entries(add).map(([name, one]) => {
      const type = typeof one === 'string' ? /^\w*/.exec(one)![0] : (one.type ?? '')
      return [name, type] as const
    }),
  ]
  const placed = order ? order.map((name) => all.find((one) => one[0] === name)!) : all
  return placed.map(([name, type]) => `${rename[name] ?? name} ${type}`)
}

/** The rows that the change leads to, by what each column is called before. */
function wantedRows(db: Client.Database, { table }: Drawn, changes: Changes): unknown[] {
  const { drop = [], add = {}, change = {}, rename = {} } = changes[table]!
  const kept = columnsOf(db, table).filter(({ name }) => !drop.includes(name))
  const values = [
    ...kept.map(({ name }) => [name, change[name]?.using ?? q(name)] as const),
    ...Object.entries(add).map(([name, one]) => [name, valueOf(one)] as const),
  ]
  const list = values.map(([name, value]) => `${value}\n AS ${q(rename[name] ?? name)}`)
  return rowsOf(db, `SELECT ${list.join(', ')} FROM ${q(table)}`)
}

function valueOf(one: NonNullable<Changes[string]['add']>[string]): string {
  if (typeof one !== 'string') return one.using ?? (one.default ? `(${one.default})` : 'NULL')
  return /DEFAULT ('[^']*'|\d+)/.exec(one)?.[1] ?? 'NULL'
}

/** Rows without the way that a type stores them. */
const loose = (rows: readonly unknown[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row as object)
          .map(([k, v]) => [k, v === null ? v : String(v)])
          .sort(),
      ),
    )
    .sort()

const namesOf = (db: Client.Database): string[] =>
  rowsOf(db, 'SELECT type, name FROM sqlite_master WHERE sql NOT NULL ORDER BY 1, 2').map(
    ({ type, name }) => `${String(type)} ${String(name)}`,
  )

/** What the change has to lead to, found out before it is made. */
export const wantedOf = (db: Client.Database, drawn: Drawn, changes: Changes): Wanted => ({
  columns: wantedColumns(db, drawn, changes),
  rows: loose(wantedRows(db, drawn, changes)),
  names: namesOf(db),
})

/** What is not as it should be after the change. */
export function wrongAfter(
  db: Client.Database,
  drawn: Drawn,
  changes: Changes,
  wanted: Wanted,
): string[] {
  const { table, counting, strict, withoutRowid, noted } = drawn
  const wrong: string[] = []
  const compare = (what: string, is: unknown, should: unknown): void => {
    if (JSON.stringify(is) !== JSON.stringify(should))
      wrong.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`)
  }
  compare(
    'columns',
    columnsOf(db, table).map(({ name, type }) => `${name} ${type}`),
    wanted.columns,
  )
  compare('rows', loose(rowsOf(db, `SELECT * FROM ${q(table)}`)), wanted.rows)
  compare('objects', namesOf(db), wanted.names)
  const [kind] = rowsOf(
    db,
    "SELECT strict, wr FROM pragma_table_list(?) WHERE schema = 'main'",
    table,
  )
  compare('kind', kind, { strict: Number(strict), wr: Number(withoutRowid) })
  const sql = String(rowsOf(db, 'SELECT sql FROM sqlite_master WHERE name = ?', table)[0]!['sql'])
  const { drop = [] } = changes[table]!
  for (const [name, note] of noted)
    compare(`the note of ${name}`, sql.includes(note), !drop.includes(name))
  if (rowsOf(db, "SELECT 1 FROM sqlite_master WHERE name = 'v'").length > 0)
    rowsOf(db, 'SELECT * FROM v')
  if (counting)
    compare('watermark', rowsOf(db, 'SELECT seq FROM sqlite_sequence WHERE name = ?', table), [
      { seq: 9 },
    ])
  return wrong
}

/** What is not as it should be when the table is used. */
export function wrongInUse(
  db: Client.Database,
  drawn: Drawn,
  { changes, logged: wanted }: { readonly changes: Changes; readonly logged: unknown },
): string[] {
  const found = [
    db.pragma('integrity_check', { simple: true }),
    db.pragma('foreign_key_check'),
    logged(db, drawn, changes),
  ]
  const [is, should] = [JSON.stringify(found), JSON.stringify(['ok', [], wanted])]
  return is === should ? [] : [`in use: ${is} instead of ${should}`]
}

/** What triggers write. Undone again. */
export function logged(db: Client.Database, { table, columns }: Drawn, changes?: Changes): unknown {
  const { rename = {}, drop = [] } = changes?.[table] ?? {}
  const name = columns.find(({ role }) => role === 'name')!.name
  db.exec('SAVEPOINT tried')
  if (!drop.includes(name)) {
    const is = q(rename[name] ?? name)
    db.exec(`UPDATE ${q(table)} SET ${is} = ${is} || '!'`)
  }
  db.exec("INSERT INTO owners (note) VALUES ('n')")
  const found = rowsOf(db, 'SELECT what FROM log ORDER BY what')
  db.exec('ROLLBACK TO tried; RELEASE tried')
  return found
}

/** What a change has to lead to. */
export interface Wanted {
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  readonly names: readonly string[]
}
