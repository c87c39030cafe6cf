// Migrates an open database that is up to date, compared with one prepared read of the ledger's head.
import type { Database } from 'better-sqlite3'
import { betterSqlite3, migrate, type Registry } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { versionId } from '../../src/model/version.js'
import { BUDGETS } from '../budgets.js'
import { withDatabaseFile } from '../contestants/database-file.js'
import { headReader } from '../contestants/raw.js'
import { rowRegistry } from '../history/row-registry.js'
import type { Measurement } from '../measurement.js'
import {
  medianRatio,
  medianTime,
  sideBySide,
  type Contestant,
  type Times,
} from '../measure/side-by-side.js'
import type { Bench } from './bench.js'

const SIZES = [10, 1000, 10_000] as const
const GROUP = 'Up to date, database open'
const READ = 'one prepared read'
const MIGRATE = 'migrate(db, registry)'
const MANAGER = 'manager.migrate()'

/** The number of calls that are timed together: one takes microseconds. */
const CALLS = 500
const ROUNDS = 60

/** Measures 10, 1,000 and 10,000 migrations in the same rounds, so that their times can be compared. */
export function measureUpToDate(bench: Bench): Measurement[] {
  bench.tell('asking databases that are up to date')
  const times = withCurrentDatabases(bench, SIZES, (contestants) =>
    sideBySide(contestants, bench.rounds(ROUNDS)),
  )
  return SIZES.flatMap((size) => interpret(times, size))
}

/** Calls `use` with the contestants of all sizes, each size with an open database of its own. */
function withCurrentDatabases<T>(
  bench: Bench,
  [size, ...others]: readonly number[],
  use: (contestants: readonly Contestant[]) => T,
): T {
  if (size === undefined) return use([])
  return withDatabaseFile(bench.scratch, 'wal', (db) => {
    const registry = rowRegistry(size)
    migrate(db, registry, { transaction: 'all' })
    const own = contestantsOf(bench, db, registry)
    return withCurrentDatabases(bench, others, (rest) => use([...own, ...rest]))
  })
}

/** The name of a contestant: what it does, and the number of migrations. */
const nameOf = (what: string, size: number): string => `${what} ${size}`

function contestantsOf({ time }: Bench, db: Database, registry: Registry): Contestant[] {
  const size = registry.length
  const manager = new MigrationManager(betterSqlite3(db), registry)
  const calls: readonly (readonly [what: string, call: () => unknown])[] = [
    [READ, headReader(db, versionId(size))],
    [MIGRATE, () => migrate(db, registry)],
    [MANAGER, () => manager.migrate()],
  ]
  return calls.map(([what, call]) => ({
    name: nameOf(what, size),
    run: () => time(() => repeat(call)) / CALLS,
  }))
}

function repeat(call: () => unknown): void {
  for (let left = CALLS; left > 0; left--) call()
}

function interpret(times: Times, migrations: number): Measurement[] {
  const line = { group: GROUP, migrations }
  const limit = migrations > 1000 ? BUDGETS.upToDateManyMicroseconds : BUDGETS.upToDateMicroseconds
  const medianOf = (what: string): Measurement => {
    const value = medianTime(times, nameOf(what, migrations)) * 1000
    return { ...line, what, unit: 'µs', value }
  }
  const ratioOf = (what: string): Measurement => {
    const value = medianRatio(times, nameOf(what, migrations), nameOf(READ, migrations))
    return { ...line, what, unit: 'ratio', value }
  }
  return [
    ratioOf(MIGRATE),
    ratioOf(MANAGER),
    medianOf(READ),
    { ...medianOf(MIGRATE), limit },
    { ...medianOf(MANAGER), limit },
  ]
}
