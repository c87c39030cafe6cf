// The Migrator of kysely.
import { Kysely, Migrator, sql, SqliteDialect, type Migration } from 'kysely'
import type { Tool, ToolMigration } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: 'kysely',
  about: 'no transaction: it opens none on SQLite, each statement commits by itself',
  ledger: ['kysely_migration', 'kysely_migration_lock'],
  open(file, settings, { history }) {
    const db = new Kysely<unknown>({
      dialect: new SqliteDialect({ database: openDatabase(file, settings) }),
    })
    const migrations = Object.fromEntries(history.map((one) => [one.id, migrationOf(one)]))
    const provider = { getMigrations: () => Promise.resolve(migrations) }
    return {
      async migrate() {
        const { error } = await new Migrator({ db, provider }).migrateToLatest()
        if (error) throw error
      },
      close: () => db.destroy(),
    }
  },
}

const migrationOf = ({ statements }: ToolMigration): Migration => ({
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
})
