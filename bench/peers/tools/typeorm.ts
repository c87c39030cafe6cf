// The migrations of TypeORM.
import Database from 'better-sqlite3'
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm'
import type { Tool, ToolMigration } from '../../contestants/tool.js'
import { READ_SCHEMA } from './open.js'

export const tool: Tool = {
  name: 'typeorm',
  about: '',
  ledger: ['migrations'],
  async open(database, settings, { history }) {
    const source = new DataSource({
      type: 'better-sqlite3',
      driver: Database,
      database,
      migrations: history.map(classOf),
      prepareDatabase: (db: Database.Database) => void db.exec(settings),
    })
    await source.initialize()
    await source.query(READ_SCHEMA)
    return {
      migrate: () => source.runMigrations({ transaction: 'each' }),
      close: () => source.destroy(),
    }
  },
}

/** TypeORM orders by the time at the end of the name. */
const classOf = ({ version, name, statements }: ToolMigration) =>
  class implements MigrationInterface {
    readonly name = `${name}${1_700_000_000_000 + version}`
    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement)
    }
    async down(): Promise<void> {}
  }
