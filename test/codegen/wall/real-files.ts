// A folder with a real database beside a project, to see that nothing touches it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Makes `archive.db` with the table `old`, and sets its time back, so that every writing shows. */
export function makeArchive(folder: string): string {
  const file = join(folder, 'archive.db')
  const archive = new Database(file)
  archive.exec('CREATE TABLE old (id INTEGER PRIMARY KEY, at TEXT); INSERT INTO old VALUES (-1, 1)')
  archive.close()
  utimesSync(file, 1_000_000, 1_000_000)
  return file
}

/** Every database of a folder, and what SQLite puts beside one, with its bytes and its time. */
export function databasesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.(?:db|sqlite)|^[^.]*$/.test(name))
  const files = names.filter((name) => statSync(join(folder, name)).isFile())
  return Object.fromEntries(
    files.map((name) => {
      const bytes = createHash('sha256').update(readFileSync(join(folder, name)))
      return [name, `${statSync(join(folder, name)).mtimeMs} ${bytes.digest('hex')}`]
    }),
  )
}
