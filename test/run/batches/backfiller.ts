// A process that migrates a database, and says so after each batch. Bundled by the test.
import Database from 'better-sqlite3'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { backfillOf } from './backfill.js'

const [path = '', rows] = process.argv.slice(2)
const db = new Database(path)
db.pragma('synchronous = off')
migrate(db, backfillOf(Number(rows), Number(rows) / 400, 1), {
  // Shorter than the signs of life are apart: a process may be taken for dead that is not.
  lockTimeoutMs: 200,
  onEvent: ({ type }) => void (type === 'progress' && process.stdout.write('.')),
})
