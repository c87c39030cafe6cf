// A driver that tells at which statement it is where one may never come back.
import type { Driver } from '../../../src/database/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { HistoryRun } from './history-run.js'

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
