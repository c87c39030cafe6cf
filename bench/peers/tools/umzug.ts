// umzug with a table of its own as storage: it has none for better-sqlite3.
import { Umzug, type UmzugStorage } from 'umzug'
import type { Database } from 'better-sqlite3'
import type { Tool } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: 'umzug',
  about:
    'it opens no transaction: each migration begins one of its own, and its row is written after; the storage, a table of names, is written for this',
  ledger: ['umzug_migrations'],
  open(file, settings, { history }) {
    const db = openDatabase(file, settings)
    const migrations = history.map(({ id, up }) => ({
      name: id,
      up: () => Promise.resolve(db.transaction(() => db.exec(up)).immediate()),
    }))
    return {
      migrate: () =>
        new Umzug({ migrations, storage: storageIn(db), context: db, logger: undefined }).up(),
      close: () => db.close(),
    }
  },
}

function storageIn(db: Database): UmzugStorage {
  db.exec('CREATE TABLE IF NOT EXISTS umzug_migrations (name TEXT NOT NULL PRIMARY KEY)')
  const insert = db.prepare('INSERT INTO umzug_migrations VALUES (?)')
  const remove = db.prepare('DELETE FROM umzug_migrations WHERE name = ?')
  const names = db.prepare<[], string>('SELECT name FROM umzug_migrations ORDER BY name').pluck()
  return {
    logMigration: ({ name }) => Promise.resolve(void insert.run(name)),
    unlogMigration: ({ name }) => Promise.resolve(void remove.run(name)),
    executed: () => Promise.resolve(names.all()),
  }
}
