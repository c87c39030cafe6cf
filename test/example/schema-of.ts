// Reads the schema and the rows of a database in a form that can be compared.
import type { Database } from 'better-sqlite3'

/** Everything the database consists of except the ledger, by name; quotes and white space do not matter. */
export function schemaOf(db: Database): Record<string, string> {
  const rows = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB '_migrations*' ORDER BY name",
    )
    .all()
  return Object.fromEntries(rows.map(({ name, sql }) => [name, normalized(sql)]))
}

const normalized = (sql: string): string =>
  sql
    .replace(/"(\w+)"/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/ ?([(),]) ?/g, '$1')

/** The rows of every table except the ledger. */
export function rowsOf(db: Database): Record<string, unknown[]> {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_migrations*' ORDER BY name",
    )
    .pluck()
    .all()
  return Object.fromEntries(
    tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]),
  )
}
