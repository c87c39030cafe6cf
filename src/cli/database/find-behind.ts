// Whether what pending migrations make is there already: by the digests of the registry, without replay.
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import type { Problem, Status } from '../../model/report.js'
import { compareSchema } from '../../run/compare-schema.js'
import { behindProblems } from '../../run/verify.js'
import { readOwnSchema } from '../../schema/schema-view.js'
import type { ReadableDatabase } from './read-database.js'

/** The `LEDGER_BEHIND` that `verify` would find too; none where the ledger moves meanwhile. Reads the schema and no rows. */
export function findBehind(
  { handle, manager, registry, settings }: ReadableDatabase,
  status: Status,
): Problem[] {
  if (status.pending.length === 0) return []
  const { table = '_migrations', ignoreTables = [] } = settings.manager
  const exclusions = { ledger: table, ignoreTables }
  const schema = perform('sync', readOwnSchema(betterSqlite3(handle), exclusions))
  const found = behindProblems(status.problems, compareSchema(registry, status, schema, undefined))
  return found.length > 0 && manager.status().version !== status.version ? [] : found
}
