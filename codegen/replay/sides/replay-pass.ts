// Prepares a database to carry a history through replay with the runtime's own code.
import type { Entry } from './step-side.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { environment, type Environment } from '../../../src/run/environment/environment.js'
import type { KeyWatch } from '../../../src/run/keys/key-watch.js'
import { createLedger, readyLog } from '../../../src/run/ledger/write-ledger.js'
import type { LateWork } from '../../wall/late-work.js'
import type { ReplayWall } from '../../wall/replay-wall.js'
import { connectionWatch, type ConnectionWatch } from './connection-watch.js'
import { handedStatements, type HandedStatements } from './handed-statements.js'
import type { Around } from './trace-statements.js'
import type { HistoryRun } from './history-run.js'
import type { Driver } from '../../../src/database/driver.js'
import { splitStatements } from '../../../src/sql/split-statements.js'

/** A database under replay. Foreign keys are off, as they are while the runtime migrates. */
export interface ReplayPass {
  readonly handle: Database
  readonly env: Environment<Database>
  /** Keeps migrations away from other databases; undefined if none is needed. */
  readonly wall: ReplayWall | undefined
  /** Records texts and judges nothing: broken foreign keys are found by the replay itself. */
  readonly keys: KeyWatch<Database>
  /** The texts that the last side ran, as far as visible: whole scripts, and statements that code ran on the handle. */
  readonly texts: string[]
  /** The statements that code of the last side ran, in order. */
  readonly handed: HandedStatements
  readonly connection: ConnectionWatch
  /** Tracks what sides leave for later; undefined if nothing asks for it. */
  readonly late: LateWork | undefined
  /** Called each time a side runs. */
  readonly reportRun?: () => void
  /** Called when it has ended. */
  readonly reportEnd?: () => void
  /** Wraps each statement that code runs. */
  readonly around?: Around
}

type Ground = Pick<
  HistoryRun,
  'registry' | 'table' | 'env' | 'wall' | 'late' | 'reportRun' | 'reportEnd' | 'reportStatement'
>

/**
 * Prepares a fresh database: foreign keys off, an empty ledger with its log, so that migrations find what they find in production. A
 * `ready` one has these already; an `unheard` one is ready, too, and does not record the statements of code.
 */
export function replayPass(
  handle: Database,
  { registry, table, env: values, wall, late, reportRun, reportEnd, reportStatement }: Ground,
  is: 'fresh' | 'ready' | 'unheard' = 'fresh',
): ReplayPass {
  const handed = handedStatements()
  const plain = betterSqlite3(handle)
  const watched = late ? late.over(plain) : plain
  const heard = is === 'unheard' ? watched : handed.listenTo(watched)
  const driver = progressDriver(heard, reportStatement)
  // There are few rows: only batches of one row show what happens between two batches.
  const env = {
    ...environment(driver, registry, { table, ...(values && { env: values }) }),
    batchRows: 1,
  }
  const texts: string[] = []
  handle.exec('PRAGMA foreign_keys = OFF')
  if (is === 'fresh') {
    perform('sync', createLedger(env))
    // Otherwise each rollback would create the log, and the schema would differ.
    perform('sync', readyLog(env))
  }
  const connection = connectionWatch(handle, handed)
  const keys = attentive(texts)
  return {
    handle,
    env,
    wall,
    keys,
    texts,
    handed,
    connection,
    late,
    ...(reportRun && { reportRun }),
    ...(reportEnd && { reportEnd }),
  }
}

const attentive = (texts: string[]): KeyWatch<Database> => ({
  *before() {},
  see: (text) => void texts.push(text),
  *after() {},
  forget() {},
})

/** Runs work with foreign keys as a migration wants them. SQLite ignores the switch inside a transaction. */
export function withForeignKeysOf<T>(
  { handle }: Pick<ReplayPass, 'handle'>,
  { foreignKeys }: Pick<Entry, 'foreignKeys'>,
  work: () => T,
): T {
  if (foreignKeys !== 'enforce') return work()
  handle.exec('PRAGMA foreign_keys = ON')
  try {
    return work()
  } finally {
    if (handle.open) handle.exec('PRAGMA foreign_keys = OFF')
  }
}

/**
 * Runs scripts that may contain an endless recursive query statement by statement, and reports the position of each one before it runs.
 * Other scripts run as a whole, as reporting costs more than most statements.
 */
export function progressDriver(
  driver: Driver<Database, 'sync'>,
  tell: HistoryRun['reportStatement'],
): Driver<Database, 'sync'> {
  if (!tell) return driver
  return {
    ...driver,
    execute(script) {
      if (!MAY_NOT_END.test(script)) return driver.execute(script)
      for (const { text, start } of splitStatements(script)) {
        tell(script, start, start + text.length)
        driver.execute(text)
      }
    },
  }
}

/** The keyword RECURSIVE is optional. */
const MAY_NOT_END = /\bwith\s+(?:recursive\b|[^\s(]+\s*(?:\([^()]*\)\s*)?as\b)/i
