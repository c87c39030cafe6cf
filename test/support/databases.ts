// Real database files for tests, in a folder of their own that goes away with the test file.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll } from 'vitest'

/** Makes databases; called once at the top of a test file. */
export interface Databases {
  /** A path where nothing is yet. */
  path(): string
  /** An open database in a new file, or in the file of that path; closed at the end. */
  open(path?: string, options?: Database.Options): Database.Database
}

/** A folder for the databases of one test file. */
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

/** The names of a database's own tables, the ledger's left out. */
export const tablesOf = (db: Database.Database): string[] =>
  db
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_migrations%' ESCAPE '~' ORDER BY name",
    )
    .pluck()
    .all()

/** The versions in the ledger, as they stand there; empty where there is none. */
export const ledgerIds = (db: Database.Database): string[] =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_migrations'").get() === undefined
    ? []
    : db.prepare<[], string>('SELECT version FROM _migrations ORDER BY version').pluck().all()
