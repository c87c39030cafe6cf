// The process that is killed, and that runs beside others like it: opens a database as an application does, migrates it,
// and prints each sign of progress the moment it happens. A failure goes to the standard error stream, with exit code 1.
import { readSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { backup } from '../../../src/cli/backup/door.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../../src/manager.js'
import type { MigrationEvent } from '../../../src/model/events.js'
import { HALF, historyOf } from '../history.js'
import { outsideHistory } from '../outside-history.js'
import type { JournalMode, Sign, Task } from './task.js'

const task = JSON.parse(process.argv[2] ?? '') as Task
say('ready', 0)
if (task.start === 'when-told') readSync(0, Buffer.alloc(16))
const db = new Database(task.path)
setJournalMode(db, task.journalMode)
// Few pages in memory: what a step writes reaches the file before it commits.
db.pragma('cache_size = 10')
say('opened', 0)
run()
db.close()
say('done', 0)

function run(): void {
  const registry = task.gate === undefined ? historyOf(task.pace) : outsideHistory(task.gate)
  const { lockTimeoutMs, direction, to } = task
  const copying = task.backup ? { backup: backup(db) } : {}
  const options = { lockTimeoutMs, onEvent: tell, ...copying }
  const manager = new MigrationManager<Handle, 'sync'>(
    betterSqlite3(db as Handle),
    registry,
    options,
  )
  if (direction === 'migrate') manager.migrate({ to: to ?? registry.length })
  else manager.rollback({ to: to ?? 0 })
}

/** Switching the mode needs the file for itself for a moment, and does not wait for it whatever the timeout. */
function setJournalMode(db: Database.Database, mode: JournalMode): void {
  for (;;) {
    try {
      if (db.pragma(`journal_mode = ${mode}`, { simple: true }) === mode) return
    } catch (error) {
      if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error
    }
  }
}

function tell(event: MigrationEvent): void {
  if (event.type === 'step-start') say('start', event.version)
  if (event.type === 'step-end') say('end', event.version)
  if (event.type === 'log' && event.message === HALF) say('half', event.version)
}

/** Written at once, not when the event loop turns: the loop does not turn while migrations run. */
function say(is: Sign['is'], version: number): void {
  writeSync(1, `${is} ${version}\n`)
}
