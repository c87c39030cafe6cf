// Finds out whether a database has run what the edited migrations now say, as far as its schema and their statements show.
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import type { LedgerRow } from '../../model/ledger.js'
import type { Repair, RepairedRow } from '../../model/recovery.js'
import type { RegistryEntry } from '../../model/registry.js'
import type { SchemaDifference } from '../../model/verification.js'
import { codeIn } from '../../plan/scripts.js'
import { RESET, waysToCode } from '../../plan/way-to-code.js'
import { environment } from '../../run/environment/environment.js'
import { readLedger } from '../../run/ledger/read-ledger.js'
import { diffSchemas } from '../../schema/diff-schema.js'
import { ownedAt } from '../../schema/owned-objects.js'
import { diffDigests } from '../../schema/schema-digest.js'
import type { Schema } from '../../schema/schema.js'
import { appliedRegistry } from '../applied/applied-registry.js'
import { findPresent, findSteps, type FoundStep } from '../applied/find-steps.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Invocation } from '../command/command.js'
import type { ReadableDatabase } from '../database/read-database.js'
import { replaySeeing } from './replay-seeing.js'
import { mayWriteRows, type SeenTexts } from './writes-rows.js'

/** What is known about the changes a repair would accept. */
export interface RepairProof {
  /** How the objects of the history differ from those of the migrations; null if that is unknown. */
  readonly differences: readonly SchemaDifference[] | null
  /** Edited migrations that may write rows, or may have: nothing proves otherwise, and the schema does not show it. */
  readonly writing: readonly RepairedRow[]
  /** Whether only the newest applied migration was edited. */
  readonly newestOnly: boolean
  /** How a development database gets to the current migrations, in words. */
  readonly commands: string
}

/** Replays the migrations, and looks for what was applied. Only reads; never throws for what is found. */
export async function proveRepair(
  { rows }: Repair,
  database: ReadableDatabase,
  { terminal, cwd }: Invocation,
): Promise<RepairProof> {
  const { manager, registry, settings } = database
  const ledger = rowsOf(database)
  const begun = rows.filter((row) => isBegun(row, ledger))
  const edited = rows.filter((row) => changes(row, 'checksum') && !begun.includes(row))
  const { version } = manager.status()
  const newestOnly = edited.every((row) => row.version === version)
  if (edited.length === 0 && !rows.some((row) => changes(row, 'lineage')))
    return { differences: [], writing: begun, newestOnly, commands: '' }
  const wanted = ledger.filter((row) => edited.some((one) => one.version === row.version))
  const applied = await findSteps(wanted, settings)
  const here = { settings, registry, version, terminal, cwd }
  const now = await replaySeeing(here)
  const before = [...applied.values()].some(({ entry }) => isCode(entry))
    ? await replaySeeing({
        ...here,
        instead: async (own) =>
          appliedRegistry(own, ledger, entriesOf(await findSteps(wanted, settings))),
      })
    : now
  const present = await presentSteps(edited, database)
  const written = edited.filter(
    ({ version: at }) =>
      mayWrite(applied.get(at), before.seenBy(at)) || mayWrite(present.get(at), now.seenBy(at)),
  )
  const made = [...applied.values()].flatMap(({ entry }) => Object.keys(entry.schemaChanges ?? {}))
  const expected = { version, wanted: now.schema, made }
  const [lowest] = wanted
  const isKnown = wanted.every((row) => row.downChecksum === null || applied.has(row.version))
  const commands = lowest && isKnown ? waysToCode(registry, ledger).follow(lowest.version) : RESET
  const writing = [...written, ...begun]
  return { differences: differencesOf(database, expected), writing, newestOnly, commands }
}

const entriesOf = (
  steps: ReadonlyMap<number, FoundStep>,
): ReadonlyMap<number, RegistryEntry<ClientHandle>> =>
  new Map([...steps].map(([version, { entry }]) => [version, entry]))

async function presentSteps(
  rows: readonly RepairedRow[],
  { registry, settings }: ReadableDatabase,
): Promise<ReadonlyMap<number, KnownStep>> {
  const found = new Map<number, KnownStep>()
  for (const { version } of rows) {
    const entry = registry[version - 1]
    // Bundled with the rest of the registry, its names may differ from those in its own text.
    const own = entry && isCode(entry) ? await findPresent(entry, settings) : null
    if (entry) found.set(version, own ?? { entry, text: undefined })
  }
  return found
}

/** A step, and all the text of its code, as far as it is known. */
interface KnownStep {
  readonly entry: RegistryEntry<never>
  readonly text: string | undefined
}

const mayWrite = (step: KnownStep | undefined, seen: SeenTexts | null): boolean =>
  !step || mayWriteRows(step.entry, { seen, text: step.text })

const isCode = (entry: RegistryEntry<never>): boolean => codeIn(entry, 'up') !== null

/** Batches that were edited when some were done: no schema shows what they made of rows. */
const isBegun = ({ version }: RepairedRow, ledger: readonly LedgerRow[]): boolean =>
  ledger.some((row) => row.version === version && row.startedBy !== null)

const changes = ({ values }: RepairedRow, wanted: string): boolean =>
  values.some(({ field }) => field === wanted)

function rowsOf({ handle, registry, settings }: ReadableDatabase): readonly LedgerRow[] {
  const state = perform(
    'sync',
    readLedger(environment(betterSqlite3(handle), registry, settings.manager)),
  )
  return state.kind === 'ours' ? state.rows : []
}

interface Expected {
  readonly version: number
  /** The whole schema; null if the migrations could not be replayed. */
  readonly wanted: Schema | null
  readonly made: readonly string[]
}

/** Of the objects of the registry and the applied steps; those of others never matter. */
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
