// A process that migrates a database and is killed before one of its statements. Bundled by the test.
import Database from 'better-sqlite3'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { rebuildHistory } from './rebuild-history.js'

const [path, at] = process.argv.slice(2)
let count = 0
const verbose = (): void => {
  if (++count === Number(at)) process.kill(process.pid, 'SIGKILL')
}
const db = new Database(path, { verbose })
// Nothing here waits for the disk; what reaches the file, and when, stays the same.
db.pragma('synchronous = off')
migrate(db, rebuildHistory)
process.stdout.write(String(count))
