// A database that carries a history through replay, ready to be run by the runtime's own code.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { environment, type Environment } from '../../../src/run/environment/environment.js'
import type { KeyWatch } from '../../../src/run/keys/key-watch.js'
import { createLedger, keepApplication } from '../../../src/run/ledger/write-ledger.js'
import type { LateWork } from '../../wall/late-work.js'
import type { ReplayWall } from '../../wall/replay-wall.js'
import { connectionWatch, type ConnectionWatch } from './connection-watch.js'
import { handedStatements, type HandedStatements } from './handed-statements.js'
import type { Around } from './trace-statements.js'
import type { HistoryRun } from './history-run.js'
import type { Driver } from '../../../src/database/driver.js'
import { splitStatements } from '../../../src/sql/split-statements.js'

/** A database under replay. Foreign keys are off on it, as they are while the runtime migrates. */
export interface ReplayPass {
  readonly handle: Database
  readonly env: Environment<Database>
  /** What keeps the migrations from other databases; undefined where none is needed. */
  readonly wall: ReplayWall | undefined
  /** Takes note of texts and judges nothing: what foreign keys are left broken is found out by who replays. */
  readonly keys: KeyWatch<Database>
  /** The texts that the last side ran, as far as they can be seen: whole scripts, and what code gave to the handle. */
  readonly texts: string[]
  /** What code of the last side handed to the database, in order. */
  readonly handed: HandedStatements
  readonly connection: ConnectionWatch
  /** Follows what the sides leave for later; undefined where nobody asks. */
  readonly late: LateWork | undefined
  /** Told each time that a side is run. */
  readonly reportRun?: () => void
  /** Stands around each statement that code runs. */
  readonly around?: Around
}

type Ground = Pick<
  HistoryRun,
  'registry' | 'table' | 'env' | 'wall' | 'late' | 'reportRun' | 'reportStatement'
>

/**
 * Makes a fresh database ready: foreign keys off, an empty ledger with its log. Migrations meet what they meet in production, the
 * ledger included. One that is `ready` has them; of one that is `unheard` besides, nobody asks what code hands to the database.
 */
export function replayPass(
  handle: Database,
  { registry, table, env: values, wall, late, reportRun, reportStatement }: Ground,
  is: 'fresh' | 'ready' | 'unheard' = 'fresh',
): ReplayPass {
  const handed = handedStatements()
  const plain = betterSqlite3(handle)
  const watched = late ? late.over(plain) : plain
  const heard = is === 'unheard' ? watched : handed.listenTo(watched)
  const driver = progressDriver(heard, reportStatement)
  // There are few rows: only batches of one show what happens between two of them.
  const env = {
    ...environment(driver, registry, { table, ...(values && { env: values }) }),
    batchRows: 1,
  }
  const texts: string[] = []
  handle.exec('PRAGMA foreign_keys = OFF')
  if (is === 'fresh') {
    perform('sync', createLedger(env))
    // Makes the log, so that no step back is the one that changes the schema for it.
    perform('sync', keepApplication(env, { version: 0 }))
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
  }
}

const attentive = (texts: string[]): KeyWatch<Database> => ({
  *before() {},
  see: (text) => void texts.push(text),
  *after() {},
  forget() {},
})

/** Does work with foreign keys as a migration wants them. SQLite ignores the switch inside a transaction. */
export function withForeignKeysOf<T>(
  { handle }: Pick<ReplayPass, 'handle'>,
  { foreignKeys }: Pick<RegistryEntry<Database>, 'foreignKeys'>,
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
 * Runs scripts in which a query may go on for ever, a recursive one, statement by statement, and tells before each of them
 * where it begins and ends in the script. All others run as before: telling costs more than most statements do.
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

/** The word RECURSIVE may be left out. */
const MAY_NOT_END = /\bwith\s+(?:recursive\b|[^\s(]+\s*(?:\([^()]*\)\s*)?as\b)/i
