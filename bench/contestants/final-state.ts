// Describes the final state of a database in a form that can be compared.
import Database from 'better-sqlite3'

/** The schema and all rows, without the tool's own tables and without times. */
export function finalState(file: string, ledger: readonly string[]): string {
  const db = new Database(file, { readonly: true })
  try {
    const objects = db
      .prepare<[string], { type: string; name: string; sql: string | null }>(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' AND tbl_name NOT IN (SELECT value FROM json_each(?)) ORDER BY name",
      )
      .all(JSON.stringify([...ledger, 'sqlite_sequence']))
    const tables = objects.filter(({ type }) => type === 'table')
    const rows = tables.map(({ name }) =>
      db
        .prepare<[], object>(`SELECT * FROM "${name}"`)
        .all()
        .map((row) => ({ ...row, created_at: '' })),
    )
    return JSON.stringify({ objects, rows })
  } finally {
    db.close()
  }
}
