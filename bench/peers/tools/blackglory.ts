// @blackglory/better-sqlite3-migrations.
import { migrate } from '@blackglory/better-sqlite3-migrations'
import type { Tool } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: '@blackglory/better-sqlite3-migrations',
  about: 'keeps a number in `user_version`, no ledger of names',
  ledger: [],
  open(file, settings, { history }) {
    const db = openDatabase(file, settings)
    const migrations = history.map(({ version, up, down }) => ({ version, up, down }))
    return { migrate: () => migrate(db, migrations), close: () => db.close() }
  },
}
