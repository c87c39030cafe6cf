// The process that is killed while it copies, restores, adopts, redoes or renumbers: it does one piece of work as the command line
// does, says when it begins and when it is done. A failure goes to the standard error stream, with exit code 1.
import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { concludeMoves, recoverMoves, moveFiles } from '../../../codegen/renumber/move-files.js'
import { writeFile } from '../../../codegen/write/write-file.js'
import { backupPath } from '../../../src/cli/backup/backup-path.js'
import { copyDatabase } from '../../../src/cli/backup/copy-database.js'
import { backup } from '../../../src/cli/backup/door.js'
import { appliedRegistry, otherRows } from '../../../src/cli/applied/applied-registry.js'
import { redoApplied } from '../../../src/cli/applied/redo-applied.js'
import { restoreDatabase } from '../../../src/cli/backup/restore-database.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { MigrationManager } from '../../../src/manager.js'
import type { Registry } from '../../../src/model/registry.js'
import { environment } from '../../../src/run/environment/environment.js'
import { readLedger } from '../../../src/run/ledger/read-ledger.js'
import { historyOf } from '../history.js'
import { movesOf } from '../victims/moves.js'
import { HALF, PACE, provenAs, type VictimTask } from '../victims/task.js'

const task = JSON.parse(process.argv[2] ?? '') as VictimTask
const { path, other } = task
const open = async (file: string): Promise<ClientHandle> =>
  new Database(file) as unknown as ClientHandle
const managerOf = (db: Database.Database, options = {}): MigrationManager<Handle, 'sync'> =>
  new MigrationManager(betterSqlite3(db as Handle), historyOf(PACE), options)

const WORKS: Readonly<Record<VictimTask['work'], () => unknown>> = {
  backup: async () => copyDatabase(await open(path), other, { open }),
  'backup-first': () => {
    const db = new Database(path)
    return managerOf(db, { backup: backup(db) }).migrate()
  },
  restore: () =>
    restoreDatabase({
      source: other,
      database: path,
      saveTo: backupPath(path, new Date(), 'before-restore'),
      patienceMs: 10_000,
      open,
      openToWrite: open,
    }),
  // The history is stated without replay, so it says no schemas to compare with.
  adopt: () => managerOf(new Database(path)).adopt({ force: true, reason: 'torture' }),
  redo: () => redo(new Database(path)),
  renumber: async () => {
    const fixed = await recoverMoves(path)
    const moves = movesOf(path)
    if (moves.length > 0) await moveFiles(moves)
    if (moves.length === 0 && fixed === null) return
    const names = readdirSync(path).filter((name) => !name.startsWith('.'))
    await writeFile(join(other, 'registry.ts'), names.sort().join('\n'))
    await concludeMoves(path)
  },
}

say('opened')
await WORKS[task.work]()
say('done')

/** Written at once, not when the event loop turns. */
function say(is: 'opened' | 'done'): void {
  writeSync(1, `${is} 0\n`)
}

/** The upper half: with the `down` of what was applied, which was edited since. */
function redo(db: Database.Database): void {
  const driver = betterSqlite3(db as unknown as ClientHandle)
  const now = provenAs(readFileSync(other, 'utf8')) as unknown as Registry<ClientHandle>
  const state = perform('sync', readLedger(environment(driver, now, {})))
  const rows = state.kind === 'ours' ? state.rows : []
  const was = historyOf(PACE) as unknown as Registry<ClientHandle>
  const found = otherRows(now, rows).map(({ version }) => [version, was[version - 1]!] as const)
  const applied = appliedRegistry(now, rows, new Map(found))
  redoApplied({
    driver,
    options: {},
    redo: { registry: now, applied, steps: PACE.steps - HALF, released: 0 },
    undoing: {
      registry: applied,
      sources: [],
      made: [],
      unproven: new Set(),
      beside: new Map(),
      isRecorded: true,
    },
    accepts: () => true,
  })
}
