// A driver with faults that real files do not produce on demand, and a clock that only advances when the runtime waits.
import Database from 'better-sqlite3'
import type { Driver } from '../../src/database/driver.js'

/** The faults to produce. */
export interface Faults {
  /** The number of BEGINs at which another connection holds the lock. */
  readonly busyBegins?: number
  /** Whether the client waits for its busy timeout before it reports that, or reports it at once. */
  readonly waits?: boolean
  /** Statements that fail, by their beginning, with the client's error code and how many times. */
  readonly failing?: readonly (readonly [beginning: string, code: string, times: number])[]
}

/** The driver with its faults, and the time on its clock, in milliseconds. */
export type FailingDriver<H> = Driver<H, 'sync'> & { elapsed(): number }

/** Adds faults to a driver. */
export function failingDriver<H>(
  driver: Driver<H, 'sync'>,
  { busyBegins = 0, waits = true, failing = [] }: Faults,
): FailingDriver<H> {
  let [busy, elapsed, timeout] = [busyBegins, 0, 5_000]
  const left = failing.map(([beginning, code, times]) => ({ beginning, code, times }))
  const fail = (sql: string): void => {
    const fault = left.find(({ beginning, times }) => times > 0 && sql.startsWith(beginning))
    if (!fault) return
    fault.times -= 1
    throw new Database.SqliteError(`${fault.code} on demand`, fault.code)
  }
  return {
    ...driver,
    execute(script) {
      fail(script)
      driver.execute(script)
    },
    query(sql, parameters) {
      fail(sql)
      return driver.query(sql, parameters)
    },
    begin() {
      fail('BEGIN')
      if (busy === 0) return driver.begin()
      busy -= 1
      if (waits) elapsed += timeout
      return false
    },
    setBusyTimeout(ms) {
      const before = timeout
      timeout = ms
      return before
    },
    now: () => elapsed,
    pause: (ms) => void (elapsed += ms),
    elapsed: () => elapsed,
  }
}
