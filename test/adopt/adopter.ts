// A process that takes a database over by its schema when it is told to. Bundled by the test and started several times.
import Database from 'better-sqlite3'
import { betterSqlite3, isLockstepError } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'

const [path = '', count = '0'] = process.argv.slice(2)
const registry = withDigests(
  registryOf<Handle>(
    ...Array.from({ length: Number(count) }, (_, at) => ({
      up: at % 20 === 0 ? `CREATE TABLE t${at} (id)` : `ALTER TABLE t${at - (at % 20)} ADD c${at}`,
    })),
  ),
)

process.stdout.write('ready\n')
process.stdin.once('data', () => {
  const db = new Database(path)
  try {
    const { version } = new MigrationManager(betterSqlite3<Handle>(db), registry).adopt()
    process.stdout.write(JSON.stringify({ version }))
  } catch (error) {
    const code = isLockstepError(error) ? error.code : String(error)
    process.stdout.write(JSON.stringify({ code }))
  }
  process.stdin.pause()
})
