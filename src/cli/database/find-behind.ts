// Finds out whether objects of pending migrations already exist, by the digests of the registry, without replay. Shared by the
// commands that report it and those that refuse to begin.
import { perform, type Work } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import type { Forgotten } from '../../errors/ledger.js'
import type { MigrationManager } from '../../manager.js'
import type { LedgerRow } from '../../model/ledger.js'
import type { Registry } from '../../model/registry.js'
import type { Problem, Status } from '../../model/report.js'
import { describeStatus } from '../../plan/describe-status.js'
import { compareSchema } from '../../run/compare-schema.js'
import { environment, type Environment } from '../../run/environment/environment.js'
import { readForgotten } from '../../run/ledger/read-history.js'
import { readLedger } from '../../run/ledger/read-ledger.js'
import { behindProblems, exclusionsOf } from '../../run/verify.js'
import { readOwnSchema, type OwnSchema } from '../../schema/schema-view.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Settings } from '../settings/settings.js'

/** A database open for reading, with the code's migrations. */
interface Readable {
  readonly handle: ClientHandle
  readonly settings: Settings
  readonly registry: Registry<ClientHandle>
  readonly manager: MigrationManager<ClientHandle, 'sync'>
}

/** The `LEDGER_BEHIND` problems that `verify` would find; none if the ledger moves meanwhile. Reads the schema and no rows. */
export function findBehind(database: Readable, status: Status): Problem[] {
  if (status.pending.length === 0) return []
  const { registry, manager } = database
  const look = lookInto(database)
  const env = environmentOf(database)
  const compared = compareSchema(registry, status, look, undefined)
  const found = perform('sync', behindProblems(env, status, compared))
  return found.length > 0 && manager.status().version !== status.version ? [] : found
}

/** The same at this moment, for callers that hold the lock or only need a hint. */
export function* behindNow<H>(env: Environment<H>, look: OwnSchema): Work<Problem[]> {
  const { registry, table, options } = env
  const status = describeStatus(registry, yield* readLedger(env), table, options)
  return yield* behindProblems(env, status, compareSchema(registry, status, look, undefined))
}

/** The schema without the ledger and ignored tables. */
export const lookAt = <H>(env: Environment<H>): Work<OwnSchema> =>
  readOwnSchema(env.driver, exclusionsOf(env))

/** The same for a database open for reading. */
export const lookInto = (database: Readable): OwnSchema =>
  perform('sync', lookAt(environmentOf(database)))

/** The row of a version; undefined if it has none. */
export function findRow(database: Readable, version: number): LedgerRow | undefined {
  const state = perform('sync', readLedger(environmentOf(database)))
  return state.kind === 'ours' ? state.rows.find((row) => row.version === version) : undefined
}

/** Why a version is missing in the ledger, according to its log; undefined if the log does not say. */
export const findForgotten = (database: Readable, version: number): Forgotten | undefined =>
  perform('sync', readForgotten(environmentOf(database))).get(version)

/** The environment that a run on it would have. */
export const environmentOf = ({ handle, registry, settings }: Readable) =>
  environment(betterSqlite3(handle), registry, settings.manager)
