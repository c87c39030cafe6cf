// The databases that victims work on, made once for each journal mode, and the states that are right for them, as digests.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../../src/manager.js'
import type { JournalMode } from '../child/task.js'
import { historyOf } from '../history.js'
import { stateOf } from '../state.js'
import { digestsOfRedone, HALF, PACE, provenAs } from './task.js'

/** `foreign` is at the end of the history as well, by the table of another tool. */
export type Kind = 'half' | 'full' | 'foreign'

/** Databases of one journal mode. */
export interface Library {
  /** Puts a database of this kind under a path. */
  put(kind: Kind, path: string): void
  readonly state: Readonly<Record<Kind | 'adopted' | 'redone', string>>
  /** The states from `half` to `full`, one a version. */
  readonly onTheWay: readonly string[]
  /** A file with what replay tells of the history as it is redone. */
  readonly digests: string
}

/** Large enough that copying it takes more than a moment. */
const LARGE = `CREATE TABLE large (id INTEGER PRIMARY KEY, x TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)
INSERT INTO large (x) SELECT hex(zeroblob(1000)) FROM n`

const FOREIGN = `CREATE TABLE schema_migrations (version INTEGER, description TEXT, applied_at TEXT);
INSERT INTO schema_migrations SELECT CAST(version AS INTEGER), name, applied_at FROM _migrations`

/** The state of an open database, and whether it has a ledger, which may be empty. */
export const digestOf = (db: Database.Database): string =>
  createHash('sha256')
    .update([...stateOf(db), `ledgers: ${db.prepare(LEDGERS).pluck().get()}`].join('\n'))
    .digest('hex')

const LEDGERS = "SELECT count(*) FROM sqlite_master WHERE name = '_migrations'"

/** Makes the databases in a folder of their own below `place`. */
export function makeLibrary(place: string, mode: JournalMode): Library {
  const folder = mkdtempSync(join(place, 'library-'))
  const pathOf = (kind: Kind): string => join(folder, `${kind}.db`)
  const db = new Database(join(folder, 'work.db'))
  db.pragma(`journal_mode = ${mode}`)
  db.exec(LARGE)
  const keep = (kind: Kind): string => {
    db.pragma('wal_checkpoint(TRUNCATE)')
    copyFileSync(db.name, pathOf(kind))
    return digestOf(db)
  }
  const manager = new MigrationManager<Handle, 'sync'>(
    betterSqlite3(db as Handle),
    historyOf(PACE),
    { onUnmanaged: 'allow' },
  )
  manager.migrate({ to: HALF })
  const onTheWay = [keep('half')]
  for (let to = HALF + 1; to <= PACE.steps; to++) {
    manager.migrate({ to })
    onTheWay.push(digestOf(db))
  }
  const full = keep('full')
  const digests = join(folder, 'redone.json')
  writeFileSync(digests, digestsOfRedone())
  const redone = redoneOf(pathOf('full'), join(folder, 'redone.db'), digests)
  db.exec(FOREIGN)
  const adopted = digestOf(db)
  db.exec('DROP TABLE _migrations')
  const state = { half: onTheWay[0] ?? '', full, redone, adopted, foreign: keep('foreign') }
  db.close()
  return { put: (kind, path) => copyFileSync(pathOf(kind), path), state, onTheWay, digests }
}

/** The state of a full database when its upper half is redone, one step after the other. */
function redoneOf(full: string, path: string, digests: string): string {
  copyFileSync(full, path)
  const db = new Database(path)
  try {
    const driver = betterSqlite3(db as Handle)
    new MigrationManager<Handle, 'sync'>(driver, historyOf(PACE)).rollback({ to: HALF })
    new MigrationManager<Handle, 'sync'>(driver, provenAs(readFileSync(digests, 'utf8'))).migrate()
    return digestOf(db)
  } finally {
    db.close()
  }
}
