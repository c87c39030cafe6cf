// The migrations of MikroORM.
import { BetterSqliteDriver, MikroORM } from '@mikro-orm/better-sqlite'
import { Migration, Migrator } from '@mikro-orm/migrations'
import type { Tool, ToolMigration } from '../../contestants/tool.js'
import { READ_SCHEMA } from './open.js'

export const tool: Tool = {
  name: '@mikro-orm/migrations',
  about:
    'all migrations in one transaction, its default: with `allOrNothing: false` a ledger row is written after the transaction',
  ledger: ['mikro_orm_migrations'],
  async open(dbName, settings, { history }) {
    const orm = await MikroORM.init({
      driver: BetterSqliteDriver,
      dbName,
      entities: [],
      discovery: { warnWhenNoEntities: false },
      extensions: [Migrator],
      migrations: {
        migrationsList: history.map((one) => ({ name: one.id, class: classOf(one) })),
        snapshot: false,
        silent: true,
      },
    })
    const connection = orm.em.getConnection()
    for (const setting of settings.split(';')) if (setting.trim()) await connection.execute(setting)
    await connection.execute(READ_SCHEMA)
    return { migrate: () => orm.getMigrator().up(), close: () => orm.close() }
  },
}

const classOf = ({ statements }: ToolMigration) =>
  class extends Migration {
    override up(): void {
      for (const statement of statements) this.addSql(statement)
    }
  }
