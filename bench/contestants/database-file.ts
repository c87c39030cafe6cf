// Real database files, as applications have them, in the two ways in which SQLite keeps its journal.
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** `wal`: the write-ahead log with synchronous NORMAL. `rollback`: what SQLite does unless told otherwise. */
export type Journal = 'wal' | 'rollback'

/** Both, in the words of the printed table. */
export const JOURNALS: readonly (readonly [journal: Journal, words: string])[] = [
  ['wal', 'WAL, synchronous NORMAL'],
  ['rollback', 'rollback journal (default)'],
]

/** What an application sets when it opens a database, for either. */
export const SETTINGS: Readonly<Record<Journal, string>> = {
  wal: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
  rollback: '',
}

/** Lends a new, open database on a new file to `use`; takes the file away afterwards. */
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

/** Lends `use` the path of a database file that does not exist yet; takes the file away afterwards. */
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
