// Lockstep as an application calls it.
import { migrate } from 'lockstep/better-sqlite3'
import type { Tool } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: 'Lockstep',
  about: 'all options at their defaults',
  ledger: ['_migrations', '_migrations_log', '_migrations_progress'],
  open(file, settings, { registry }) {
    const db = openDatabase(file, settings)
    return { migrate: () => migrate(db, registry), close: () => db.close() }
  },
}
