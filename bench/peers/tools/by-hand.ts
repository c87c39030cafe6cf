// better-sqlite3 alone, with the same ledger as Lockstep: the base of comparison for the others.
import { versionId } from '../../../src/model/version.js'
import { applyEachRaw, headReader } from '../../contestants/raw.js'
import type { Tool } from '../../contestants/tool.js'
import { openDatabase, READ_SCHEMA } from './open.js'

export const tool: Tool = {
  name: 'by hand',
  about:
    'better-sqlite3 alone, writing the same ledger rows as Lockstep; it looks at nothing first',
  ledger: ['_migrations'],
  open(file, settings, { raw }) {
    const db = openDatabase(file, settings)
    const isNew = db.prepare(READ_SCHEMA).pluck().get() === 0
    const migrate = (): unknown =>
      isNew ? applyEachRaw(db, raw) : headReader(db, versionId(raw.length))()
    return { migrate, close: () => db.close() }
  },
}
