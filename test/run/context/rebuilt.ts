// Databases in which one table is rebuilt, for the tests of `ctx.rebuild`.
import type Database from 'better-sqlite3'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { RebuildOptions } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'

/** Rebuilds a table of an open database by a migration. */
export function rebuild(
  db: Database.Database,
  table: string,
  options: RebuildOptions | string,
): void {
  const given = typeof options === 'string' ? { create: options } : options
  migrate(db, registryOf({ toolkit, up: (_, ctx) => ctx.rebuild(table, given) }), {
    onUnmanaged: 'allow',
  })
}

/** What it throws. */
export const refusal = (
  db: Database.Database,
  table: string,
  options: RebuildOptions | string,
): Error & { readonly code?: unknown } => errorOf(() => rebuild(db, table, options))

/** All rows of a query, each as a list. */
export const all = (db: Database.Database, sql: string): unknown[] => db.prepare(sql).raw().all()

/** Rebuilds a table in code that goes on after an error. */
export function rebuildCatching(
  db: Database.Database,
  table: string,
  options: RebuildOptions | string,
): unknown {
  const given = typeof options === 'string' ? { create: options } : options
  let caught: unknown
  const registry = registryOf({
    toolkit,
    up(_, ctx) {
      try {
        ctx.rebuild(table, given)
      } catch (error) {
        caught = error
      }
    },
  })
  migrate(db, registry, { onUnmanaged: 'allow' })
  return caught
}
