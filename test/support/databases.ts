// Real database files for tests, in a folder of their own that is removed after the test file.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll } from 'vitest'

/** Creates databases. */
export interface Databases {
  /** A path that does not exist yet. */
  path(): string
  /** Opens a database in a new file, or in the file at `path`; it is closed at the end. */
  open(path?: string, options?: Database.Options): Database.Database
}

/** Creates a folder for the databases of one test file; to be called once at its top. */
export function databases(): Databases {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'))
  const opened: Database.Database[] = []
  let count = 0
  const path = (): string => join(folder, `${++count}.db`)
  afterAll(() => {
    for (const db of opened) db.close()
  })
  return {
    path,
    open(file = path(), options) {
      const db = new Database(file, options)
      opened.push(db)
      return db
    },
  }
}

/** The names of a database's tables, without those of SQLite and the ledger. */
export const tablesOf = (db: Database.Database): string[] =>
  db
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_migrations%' ESCAPE '~' ORDER BY name",
    )
    .pluck()
    .all()

/** The versions in the ledger, as stored; empty if there is no ledger. */
export const ledgerIds = (db: Database.Database): string[] =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_migrations'").get() === undefined
    ? []
    : db.prepare<[], string>('SELECT version FROM _migrations ORDER BY version').pluck().all()
