// Real database files, as applications have them, in SQLite's two kinds of journal.
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** `wal`: the write-ahead log with synchronous NORMAL. `rollback`: SQLite's default. */
export type Journal = 'wal' | 'rollback'

/** Both, with their names in the printed table. */
export const JOURNALS: readonly (readonly [journal: Journal, words: string])[] = [
  ['wal', 'WAL, synchronous NORMAL'],
  ['rollback', 'rollback journal (default)'],
]

/** The settings that an application makes when it opens a database, for each. */
export const SETTINGS: Readonly<Record<Journal, string>> = {
  wal: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
  rollback: '',
}

/** Calls `use` with an open database in a new file; removes the file afterwards. */
export function withDatabaseFile<T>(
  folder: string,
  journal: Journal,
  use: (db: Database.Database) => T,
): T {
  const own = mkdtempSync(join(folder, 'database-'))
  const db = new Database(join(own, 'bench.db'))
  try {
    db.exec(SETTINGS[journal])
    return use(db)
  } finally {
    db.close()
    rmSync(own, { recursive: true, force: true })
  }
}

/** Calls `use` with the path of a database file that does not exist yet; removes the file afterwards. */
export async function withNewFile<T>(
  folder: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const own = mkdtempSync(join(folder, 'database-'))
  try {
    return await use(join(own, 'bench.db'))
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
