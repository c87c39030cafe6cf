// Opens a database file for the tools that take an open one.
import Database from 'better-sqlite3'

/** SQLite reads the schema of a file at the first query; that must not count against any tool. */
export const READ_SCHEMA = 'SELECT count(*) FROM sqlite_master'

/** Opens a database, applies the settings and reads its schema. */
export function openDatabase(file: string, settings: string): Database.Database {
  const db = new Database(file)
  db.exec(settings)
  db.prepare(READ_SCHEMA).get()
  return db
}
