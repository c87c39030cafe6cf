// A good driver that waits on a clock of its own, which costs no time: hundreds of databases are tried with it. The clock
// goes on by waiting only, so that the same driver breaks the same promises on a slow machine and on a fast one.
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Driver } from '../../../src/database/driver.js'
import type Database from 'better-sqlite3'

/** A driver for better-sqlite3. */
export type HastyDriver = Driver<Database.Database, 'sync'>

/** Its client never waits; where it would have to, its clock goes on by the busy timeout. */
export function hasty(db: Database.Database): HastyDriver {
  const driver = betterSqlite3(db)
  let [time, timeout] = [driver.now(), 5_000]
  driver.setBusyTimeout(0)
  const begin = (): boolean => {
    const taken = driver.begin()
    if (!taken) time += timeout
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
    now: () => time,
    pause: (ms) => void (time += ms),
  }
}
