// Lockstep with one transaction for all migrations, to compare with tools that always do so.
import { migrate } from 'lockstep/better-sqlite3'
import type { Tool } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: "Lockstep, transaction: 'all'",
  about: 'all migrations in one transaction, other options at their defaults',
  ledger: ['_migrations', '_migrations_log', '_migrations_progress'],
  open(file, settings, { registry }) {
    const db = openDatabase(file, settings)
    return {
      migrate: () => migrate(db, registry, { transaction: 'all' }),
      close: () => db.close(),
    }
  },
}
