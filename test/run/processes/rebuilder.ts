// A process that migrates a database, and before each of its statements copies what a kill would leave there; or is killed before
// one of them. Bundled by the test.
import Database from 'better-sqlite3'
import { copyFileSync, existsSync } from 'node:fs'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { rebuildHistory } from './rebuild-history.js'

const [path = '', at] = process.argv.slice(2)
let count = 0
const verbose = (): void => {
  count++
  if (count === Number(at)) process.kill(process.pid, 'SIGKILL')
  if (at === undefined) copyAll(`${path}.${count}`)
}

/** What a killed process has written stays, synchronized or not. That this gives up the locks matters to nobody. */
function copyAll(to: string): void {
  for (const end of ['', '-journal', '-wal'])
    if (existsSync(path + end)) copyFileSync(path + end, to + end)
}

const db = new Database(path, { verbose })
// Nothing here waits for the disk; what reaches the file, and when, stays the same.
db.pragma('synchronous = off')
migrate(db, rebuildHistory)
process.stdout.write(String(count))
