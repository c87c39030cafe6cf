// Databases in which one history was applied, and another is to take its place: for tests of redoing, in one process.
import Database from 'better-sqlite3'
import { afterAll } from 'vitest'
import { appliedRegistry } from '../../../src/cli/applied/applied-registry.js'
import { redoApplied, type RedoOrder } from '../../../src/cli/applied/redo-applied.js'
import { betterSqlite3 } from '../../../src/drivers/better-sqlite3.js'
import { perform } from '../../../src/database/outcome.js'
import { renderLosses } from '../../../src/cli/render/losses.js'
import type { Losses } from '../../../src/model/losses.js'
import { environment } from '../../../src/run/environment/environment.js'
import { readLedger } from '../../../src/run/ledger/read-ledger.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Registry } from '../../../src/model/registry.js'
import { versionId } from '../../../src/model/version.js'
import type { ManagerOptions } from '../../../src/model/options.js'
import { managerOf } from '../../support/manager-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { withDigests } from '../../support/replayed.js'
import { scratch } from '../../torture/scratch.js'
import { lineages } from '../../../codegen/checksum/lineage.js'

type Handle = ClientHandle
/** A migration of such a history. */
export type Step = Draft<Handle>

const files = scratch()
afterAll(() => files.remove())

/** A path for another file. */
export const newPath = (): string => files.path()

export const A: Step = { up: 'CREATE TABLE a (x)', down: 'DROP TABLE a' }
export const B: Step = { up: 'CREATE TABLE b (x)', down: 'DROP TABLE b' }
export const C: Step = { up: 'CREATE TABLE c (x)', down: 'DROP TABLE c' }
export const B2: Step = { up: 'CREATE TABLE b (x, y)', down: 'DROP TABLE b' }

/** A registry as the build writes it. */
export function built(...steps: readonly Step[]): Registry<Handle> {
  const registry = withDigests(registryOf<Handle>(...steps) as never) as unknown as Registry<Handle>
  const chain = lineages(registry)
  return registry.map((entry, at) => ({ ...entry, lineage: chain[at]! }))
}

/** What is redone, and on what it stands. */
export interface Scene {
  readonly was: Registry<Handle>
  readonly now: Registry<Handle>
  readonly steps?: number
  readonly released?: number
  /** Whether what was applied has records. */
  readonly recorded?: boolean
  readonly options?: ManagerOptions
  readonly accepts?: RedoOrder['accepts']
}

/** A database in which this history was applied, and then this SQL was run. */
export function applied(
  was: Registry<Handle>,
  sql = '',
  options: ManagerOptions = {},
): Database.Database {
  const db = new Database(files.path())
  db.pragma('synchronous = off')
  managerOf(db, was as never, options).migrate()
  db.exec(sql)
  return db
}

/** Redoes the newest steps. */
export function redo(db: Database.Database, scene: Scene) {
  const {
    was,
    now,
    steps = 1,
    released = 0,
    recorded = true,
    options = {},
    accepts = nothing,
  } = scene
  const driver = betterSqlite3<Handle>(db as never)
  const state = perform('sync', readLedger(environment(driver, now, options)))
  const rows = state.kind === 'ours' ? state.rows : []
  const undone = rows.slice(-steps).filter((row) => row.checksum !== now[row.version - 1]?.checksum)
  const found = new Map(
    undone.map(({ version }) => {
      const [old, present] = [was[version - 1]!, now[version - 1]!]
      return [version, recorded && old.reversible ? old : present]
    }),
  )
  const applied = appliedRegistry(now, rows, found)
  const changes = recorded ? undone.map(({ version }) => was[version - 1]?.schemaChanges ?? {}) : []
  const made = changes.flatMap((change) => Object.keys(change))
  const sources = recorded ? [] : undone.map(({ version, name }) => sourceOf(version, name))
  const undoing = {
    registry: applied,
    sources,
    made,
    unproven: new Set<number>(),
    beside: new Map<string, string>(),
    isRecorded: recorded || found.size === 0,
  }
  return redoApplied({
    driver,
    options,
    redo: { registry: now, applied, steps, released },
    undoing,
    accepts,
  })
}

const sourceOf = (version: number, name: string) =>
  ({ version, id: versionId(version), name, from: 'code' }) as const

/** Agrees to nothing that is worth a word. */
const nothing = (losses: Losses): boolean => renderLosses(losses).length === 0

/** The names of all objects but those of the ledger. */
export const namesIn = (db: Database.Database): string =>
  db
    .prepare(
      "SELECT name FROM sqlite_master WHERE name NOT LIKE '~_%' ESCAPE '~' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .pluck()
    .all()
    .join(' ')
