// A good driver that waits on a clock of its own, which costs no time: hundreds of databases are tried with it.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Driver } from '../../../src/database/driver.js'
import type Database from 'better-sqlite3'

/** A driver for better-sqlite3. */
export type HastyDriver = Driver<Database.Database, 'sync'>

/** Its client never waits; where it would have to, its clock goes on by the busy timeout. */
export function hasty(db: Database.Database): HastyDriver {
  const driver = betterSqlite3(db)
  let [ahead, timeout] = [0, 5_000]
  driver.setBusyTimeout(0)
  const begin = (): boolean => {
    const taken = driver.begin()
    if (!taken) ahead += timeout
    return taken
  }
  return {
    ...driver,
    begin,
    setBusyTimeout(ms) {
      const before = timeout
      timeout = ms
      return before
    },
    now: () => driver.now() + ahead,
    pause: (ms) => void (ahead += ms),
  }
}
