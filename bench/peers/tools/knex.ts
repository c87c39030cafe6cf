// The migrations of knex.
import knexOf, { type Knex } from 'knex'
import type { Database } from 'better-sqlite3'
import type { Tool, ToolMigration } from '../../contestants/tool.js'
import { READ_SCHEMA } from './open.js'

export const tool: Tool = {
  name: 'knex',
  about: 'all migrations in one transaction, it offers no other for several at once',
  ledger: ['knex_migrations', 'knex_migrations_lock'],
  async open(filename, settings, { history }) {
    const knex = knexOf({
      client: 'better-sqlite3',
      connection: { filename },
      useNullAsDefault: true,
      pool: {
        min: 1,
        max: 1,
        afterCreate(db: Database, done: () => void) {
          db.exec(settings)
          done()
        },
      },
    })
    await knex.raw(READ_SCHEMA)
    const migrationSource = sourceOf(history)
    return {
      migrate: () => knex.migrate.latest({ migrationSource }),
      close: () => knex.destroy(),
    }
  },
}

const sourceOf = (history: readonly ToolMigration[]): Knex.MigrationSource<ToolMigration> => ({
  getMigrations: () => Promise.resolve([...history]),
  getMigrationName: ({ id }) => id,
  getMigration: ({ statements }) =>
    Promise.resolve({
      async up(knex) {
        for (const statement of statements) await knex.raw(statement)
      },
      async down() {},
    }),
})
