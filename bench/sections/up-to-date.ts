// Asks an open database that is up to date, beside one prepared read of the ledger's head.
import type { Database } from 'better-sqlite3'
import { betterSqlite3, migrate, type Registry } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import { versionId } from '../../src/model/version.js'
import { BUDGETS } from '../budgets.js'
import { withDatabaseFile } from '../contestants/database-file.js'
import { headReader } from '../contestants/raw.js'
import { rowRegistry } from '../history/row-registry.js'
import type { Measurement } from '../measurement.js'
import { medianRatio, medianTime, sideBySide, type Times } from '../measure/side-by-side.js'
import type { Bench } from './bench.js'

const SIZES = [10, 1000, 10_000] as const
const GROUP = 'Up to date, database open'
const READ = 'one prepared read'
const MIGRATE = 'migrate(db, registry)'
const MANAGER = 'manager.migrate()'

/** One call takes microseconds: so many are timed together. */
const CALLS = 500
const ROUNDS = 60

/** Measures 10, 1,000 and 10,000 migrations. */
export function measureUpToDate(bench: Bench): Measurement[] {
  const found: Measurement[] = []
  for (const size of SIZES) {
    bench.tell(`asking a database with ${size} migrations that is up to date`)
    const registry = rowRegistry(size)
    const times = withDatabaseFile(bench.scratch, 'wal', (db) => {
      migrate(db, registry, { transaction: 'all' })
      return sideBySide(contestantsOf(bench, db, registry), bench.rounds(ROUNDS))
    })
    found.push(...interpret(times, size))
  }
  return [...found, growth(found)]
}

function contestantsOf({ time }: Bench, db: Database, registry: Registry) {
  const read = headReader(db, versionId(registry.length))
  const manager = new MigrationManager(betterSqlite3(db), registry)
  const calls: readonly (readonly [name: string, call: () => unknown])[] = [
    [READ, read],
    [MIGRATE, () => migrate(db, registry)],
    [MANAGER, () => manager.migrate()],
  ]
  return calls.map(([name, call]) => ({ name, run: () => time(() => repeat(call)) / CALLS }))
}

function repeat(call: () => unknown): void {
  for (let left = CALLS; left > 0; left--) call()
}

function interpret(times: Times, migrations: number): Measurement[] {
  const line = { group: GROUP, migrations }
  const limit = BUDGETS.upToDateMicroseconds
  const medianOf = (what: string): Measurement => {
    return { ...line, what, unit: 'µs', value: medianTime(times, what) * 1000 }
  }
  const ratioOf = (what: string): Measurement => {
    return { ...line, what, unit: 'ratio', value: medianRatio(times, what, READ) }
  }
  return [
    ratioOf(MIGRATE),
    ratioOf(MANAGER),
    medianOf(READ),
    { ...medianOf(MIGRATE), limit },
    { ...medianOf(MANAGER), limit },
  ]
}

/** How much longer `migrate` takes with the most migrations than with the fewest. */
function growth(found: readonly Measurement[]): Measurement {
  const times = found.filter(({ what, unit }) => what === MIGRATE && unit === 'µs')
  const [most, fewest] = [times.at(-1)!.value, times[0]!.value]
  const what = `${MIGRATE}, 10,000 to 10`
  const limit = BUDGETS.upToDateGrowth
  return { group: GROUP, what, unit: 'ratio', value: most / fewest, migrations: null, limit }
}
