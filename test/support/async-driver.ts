// An asynchronous driver: better-sqlite3 behind real turns of the event loop, so that no result is available at once.
import { setImmediate, setTimeout } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Driver } from '../../src/database/driver.js'

/** The kind of client to imitate. */
export interface AsyncClient {
  /** Whether it runs scripts of several statements; default true. */
  readonly runsScripts?: boolean
}

/** Wraps an open database. The handle cannot be watched, and each call resolves in a later turn. */
export function asyncDriver(
  handle: Database.Database,
  { runsScripts = true }: AsyncClient = {},
): Driver<Database.Database, 'async'> {
  const { watch: _, ...now } = betterSqlite3(handle)
  const later = async <T>(call: () => T): Promise<T> => {
    await setImmediate()
    return call()
  }
  return {
    ...now,
    mode: 'async',
    runsScripts,
    execute: (script) => later(() => (runsScripts ? now.execute(script) : single(handle, script))),
    query: (sql, parameters) => later(() => now.query(sql, parameters)),
    begin: () => later(now.begin),
    setBusyTimeout: (ms) => later(() => now.setBusyTimeout(ms)),
    dataVersion: () => later(now.dataVersion),
    now: () => later(now.now),
    pause: (ms) => setTimeout(ms),
  }
}

/** Runs exactly one statement: `prepare` throws for more. */
function single(handle: Database.Database, statement: string): void {
  const prepared = handle.prepare(statement)
  if (prepared.reader) prepared.all()
  else prepared.run()
}
