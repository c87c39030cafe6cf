// The whole state of a database as lines of text: schema, rows, ledger. Two databases are the same when the lines are.
import Database from 'better-sqlite3'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import type { Registry } from '../../src/model/registry.js'

type Connection = Database.Database

const OURS =
  "name NOT LIKE '~_migrations%' ESCAPE '~' AND tbl_name NOT LIKE '~_migrations%' ESCAPE '~'"

/** Every object with its text, every row of every table, and the versions of the ledger; not its times, not its log. */
export function stateOf(db: Connection): string[] {
  const objects = db
    .prepare<[], { type: string; name: string; sql: string | null }>(
      `SELECT type, name, sql FROM sqlite_master WHERE ${OURS} ORDER BY type, name`,
    )
    .all()
    .filter(({ name }) => name !== 'sqlite_sequence')
  return [
    ...objects.map(({ type, name, sql }) => `${type} ${name}: ${sql}`),
    ...objects.filter(({ type }) => type === 'table').map(({ name }) => rowsOf(db, name)),
    `highest ids: ${highestIds(db)}`,
    `ledger: ${versionsOf(db).join(' ')}`,
  ]
}

/** What AUTOINCREMENT remembers; its table stays once it has been needed, and 0 says nothing. */
function highestIds(db: Connection): string {
  const kept = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").get()
  if (!kept) return '[]'
  const rows = db.prepare('SELECT name, seq FROM sqlite_sequence WHERE seq > 0 ORDER BY name')
  return JSON.stringify(rows.raw().all())
}

const rowsOf = (db: Connection, table: string): string =>
  `rows of ${table}: ${JSON.stringify(db.prepare(`SELECT * FROM "${table}" ORDER BY rowid`).raw().all())}`

/** The versions that the ledger holds, in the order of their rows; none where there is no ledger. */
export function versionsOf(db: Connection): number[] {
  const exists = db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_migrations'").get()
  if (!exists) return []
  return db
    .prepare<[], string>('SELECT version FROM _migrations ORDER BY length(version), version')
    .pluck()
    .all()
    .map(Number)
}

/** The state after each version, 0 included, as a run that nothing disturbs leaves it. */
export function statesOf(registry: Registry<Handle>): readonly string[][] {
  const db = new Database(':memory:')
  const manager = new MigrationManager<Handle, 'sync'>(betterSqlite3(db as Handle), registry)
  const states = [stateOf(db)]
  for (const { version } of registry) {
    manager.migrate({ to: version })
    states.push(stateOf(db))
  }
  db.close()
  return states
}
