// The drivers of this project, as an author would hand them to the suite.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Driver } from '../../../src/database/driver.js'
import type { Mode } from '../../../src/database/outcome.js'
import type { DriverUnderTest } from '../../../src/testing/driver.js'
import { asyncDriver } from '../../support/async-driver.js'

type Handle = Database.Database

/** How a client's migrations run a statement: two ways, one of which cannot be refused afterwards. */
const waysOf = (mode: Mode): DriverUnderTest<Handle>['ways'] => {
  const now: DriverUnderTest<Handle>['ways'] = {
    exec: (db, sql) => db.exec(sql),
    prepare(db, sql) {
      const statement = db.prepare(sql)
      if (statement.reader) statement.all()
      else statement.run()
    },
  }
  if (mode === 'sync') return now
  return Object.fromEntries(
    Object.entries(now).map(([name, way]) => [
      name,
      async (db: Handle, sql: string) => way(db, sql),
    ]),
  )
}

/** A driver over better-sqlite3 on files in `journal` mode, each in a folder that goes away with its last connection. */
export function subject<M extends Mode>(
  mode: M,
  driverOf: (db: Handle) => Driver<Handle, M>,
  journal: 'delete' | 'wal' = 'delete',
): DriverUnderTest<Handle, M> {
  const open = (path: string, options?: Database.Options): Driver<Handle, M> => {
    const db = new Database(path, options)
    // Files that nobody needs after a crash of the machine.
    if (!options?.readonly) db.pragma('synchronous = OFF')
    connections.set(path, (connections.get(path) ?? 0) + 1)
    return driverOf(db)
  }
  const connections = new Map<string, number>()
  return {
    open() {
      const driver = open(join(mkdtempSync(join(tmpdir(), 'lockstep-driver-')), 'app.db'))
      driver.handle.pragma(`journal_mode = ${journal}`)
      return driver
    },
    openAgain: (db) => open(db.name),
    openReadonly: (db) => open(db.name, { readonly: true }),
    close(db) {
      db.close()
      const left = (connections.get(db.name) ?? 0) - 1
      connections.set(db.name, left)
      if (left === 0) rmSync(dirname(db.name), { recursive: true })
    },
    ways: waysOf(mode),
    bigIntegers: {
      choose: (db) => db.defaultSafeIntegers(true),
      read: (db, sql) => db.prepare(sql).pluck().get(),
    },
  }
}

/** better-sqlite3 itself. */
export const better = subject('sync', (db) => betterSqlite3(db))

/** The asynchronous driver of the tests, whose handle cannot be watched. */
export const later = {
  ...subject('async', (db) => asyncDriver(db)),
  capabilities: { watch: false },
}
