// Builds the histories that a history needs in an in-memory database, before it is replayed there.
import { remembered } from '../../../src/model/collected.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import type { DatabaseConfig } from '../../../src/model/config.js'
import type { Registry } from '../../../src/model/registry.js'
import { environment } from '../../../src/run/environment/environment.js'
import { migrateWork } from '../../../src/run/migrate.js'
import { readSchema } from '../../../src/schema/read-schema.js'
import { evaluateModule, type Given } from '../../bundle/evaluate-module.js'
import { bearStandIns } from '../../wall/bear-stand-ins.js'
import type { Wall } from '../../wall/wall.js'
import type { OtherHistories } from '../sides/history-run.js'
import type { NeededCode } from './protocol.js'

/** What other histories have put into a database. */
export interface BuiltHistories extends Pick<OtherHistories, 'ownerOf' | 'all'> {
  /** Builds them, as far as they are needed. Throws `NeededFailed`. */
  build(handle: Database): void
}

/** One of them could not be loaded or applied. */
export class NeededFailed extends TypeError {
  override readonly name = 'NeededFailed'
}

interface Ground {
  readonly wall: Wall
  readonly doors: Given
  readonly env: DatabaseConfig['env']
}

/** Loads their code once, when first needed. */
export function otherHistories(
  needed: readonly NeededCode[],
  { wall, doors, env }: Ground,
): BuiltHistories {
  const owners = new Map<string, string>()
  const registries = new Map<string, Registry<Database>>()
  const load = ({ name, code, path }: NeededCode): Registry<Database> =>
    remembered(registries, name, () =>
      bearStandIns(evaluateModule(code, path, doors)['registry'] as Registry<Database>, wall),
    )
  return {
    ownerOf: (object) => owners.get(object),
    all: () =>
      needed.map(({ code, path, ...one }) => ({ ...one, registry: load({ ...one, code, path }) })),
    build(handle) {
      for (const one of needed) {
        const before = objectsIn(handle, one)
        try {
          const options = { table: one.table, onUnmanaged: 'allow', ...(env && { env }) } as const
          const registry = load(one).slice(0, one.version)
          const driver = betterSqlite3(handle)
          perform('sync', migrateWork(environment(driver, registry, options), registry, {}))
        } catch (cause) {
          throw new NeededFailed(`${one.name}: ${(cause as Error).message}`, { cause })
        }
        for (const object of objectsIn(handle, one))
          if (!before.has(object)) owners.set(object, one.name)
      }
    },
  }
}

const objectsIn = (handle: Database, { table }: NeededCode): Set<string> =>
  new Set(
    perform('sync', readSchema(betterSqlite3(handle), { ledger: table, ignoreTables: [] })).keys(),
  )
