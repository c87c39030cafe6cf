// better-sqlite3 alone, with no ledger at all: the SQL of the migrations and nothing else.
import type { Tool } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: 'by hand, no ledger',
  about: 'the SQL of the migrations and nothing else',
  ledger: [],
  open(file, settings, { raw }) {
    const db = openDatabase(file, settings)
    const apply = db.transaction((up: string) => void db.exec(up))
    const migrate = (): void => raw.forEach(({ up }) => apply.immediate(up))
    return { migrate, close: () => db.close() }
  },
}
