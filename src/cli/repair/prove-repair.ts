// Whether a database has gone through what the edited migrations say now, as far as its schema and their statements tell.
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import type { LedgerRow } from '../../model/ledger.js'
import type { Repair, RepairedRow } from '../../model/recovery.js'
import type { SchemaDifference } from '../../model/verification.js'
import { environment } from '../../run/environment/environment.js'
import { readLedger } from '../../run/ledger/read-ledger.js'
import { diffSchemas } from '../../schema/diff-schema.js'
import { ownedAt } from '../../schema/owned-objects.js'
import { diffDigests } from '../../schema/schema-digest.js'
import type { Schema } from '../../schema/schema.js'
import { findSteps } from '../applied/find-steps.js'
import type { Invocation } from '../command/command.js'
import type { ReadableDatabase } from '../database/read-database.js'
import { replaySchema } from '../database/replay-schema.js'
import { writesRows } from './writes-rows.js'

/** What is known of what a repair would accept. */
export interface RepairProof {
  /** How the objects of the history differ from what the migrations lead to; null where nothing tells what that is. */
  readonly differences: readonly SchemaDifference[] | null
  /** Edited migrations that write rows, or of which what was applied did or may have: the schema does not tell all. */
  readonly writing: readonly RepairedRow[]
  /** Whether nothing but the newest applied migration was edited. */
  readonly newestOnly: boolean
}

/** Replays the migrations, and looks for what was applied. Only reads; never throws for what is found. */
export async function proveRepair(
  { rows }: Repair,
  database: ReadableDatabase,
  { terminal, cwd }: Invocation,
): Promise<RepairProof> {
  const { manager, registry, settings } = database
  const edited = rows.filter((row) => changes(row, 'checksum'))
  const { version } = manager.status()
  const newestOnly = edited.every((row) => row.version === version)
  if (!rows.some((row) => changes(row, 'checksum') || changes(row, 'lineage')))
    return { differences: [], writing: [], newestOnly }
  const seen = new Map<number, (string | null)[]>()
  const see = (at: number, text: string | null): void =>
    void seen.set(at, [...(seen.get(at) ?? []), text])
  const replayed = await replaySchema({ settings, registry, version, terminal, cwd, see })
  const applied = await findSteps(rowsOf(edited, database), settings)
  const steps = [...applied].map(([, { entry }]) => entry)
  const made = steps.flatMap(({ schemaChanges = {} }) => Object.keys(schemaChanges))
  const wanted = 'schema' in replayed ? replayed.schema : null
  const writing = edited.filter((row) => {
    const before = applied.get(row.version)?.entry
    const now = registry[row.version - 1]
    return !before || !now || writesRows(before) || writesRows(now, seen.get(row.version))
  })
  return { differences: differencesOf(database, { version, wanted, made }), writing, newestOnly }
}

const changes = ({ values }: RepairedRow, wanted: string): boolean =>
  values.some(({ field }) => field === wanted)

function rowsOf(
  edited: readonly RepairedRow[],
  { handle, registry, settings }: ReadableDatabase,
): LedgerRow[] {
  const state = perform(
    'sync',
    readLedger(environment(betterSqlite3(handle), registry, settings.manager)),
  )
  const versions = new Set(edited.map(({ version }) => version))
  return state.kind === 'ours' ? state.rows.filter(({ version }) => versions.has(version)) : []
}

interface Expected {
  readonly version: number
  /** The whole schema; null where the migrations could not be replayed. */
  readonly wanted: Schema | null
  readonly made: readonly string[]
}

/** Of what the registry and the applied steps make; the objects of others never matter. */
function differencesOf(
  { manager, registry }: ReadableDatabase,
  { version, wanted, made }: Expected,
): SchemaDifference[] | null {
  const schema = manager.schema()
  const owned = ownedAt(registry, version, { made })
  if (!wanted) return owned ? diffDigests(owned, schema) : null
  const isOwned = (object: string): boolean =>
    wanted.has(object) || made.includes(object) || owned?.known.has(object) === true
  return diffSchemas(wanted, schema).filter(
    ({ object, grade }) => grade === 'differs' && isOwned(object),
  )
}
