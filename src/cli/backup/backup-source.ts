// The database to copy from.

/** The minimum that copying needs of a better-sqlite3 database. */
export interface BackupSource {
  readonly name: string
  prepare(sql: string): {
    run(...parameters: unknown[]): unknown
    get(...parameters: unknown[]): unknown
  }
}

/** The file of a database as SQLite found it, absolute; '' for one in memory. */
export function fileOf(db: BackupSource): string {
  // The first row is that of `main`: its number, its name, its file.
  const found = db.prepare('PRAGMA database_list').get()
  return String(Object.values((found ?? {}) as object)[2] ?? '')
}
