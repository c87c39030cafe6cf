// Holds the database that carries the pure history, and what is known about it.
import {
  catalogReader,
  knownCatalog,
  type CatalogLook,
  type CatalogReader,
} from '../catalog/read-catalog.js'
import type { HistoryRun } from '../sides/history-run.js'
import { alteredTables, reachMemo, type ReachOf } from '../sides/side-reach.js'
import { integrityWatch, type IntegrityWatch } from '../sides/integrity-watch.js'
import { replayPass, type ReplayPass } from '../sides/replay-pass.js'
import { runSide } from '../sides/run-side.js'
import type { StepSide } from '../sides/step-side.js'
import { schemaDigests, type SchemaDigests } from '../catalog/schema-digests.js'

/** A database at some version of the history. Proofs change it only to undo what they did. */
export interface SchemaPass {
  readonly run: HistoryRun
  readonly digests: SchemaDigests
  readonly reach: ReachOf
  readonly watch: IntegrityWatch
  /** The current database; a different one once the history had to be applied again. */
  current: {
    readonly replay: ReplayPass
    readonly read: CatalogReader['read']
  }
  /** The schema after the last applied version. */
  look: CatalogLook
  /** Whether production has this schema as well: every version ran to its end. */
  isWhole: boolean
  /** Replaces the database by an empty one. */
  begin(): Promise<void>
  close(): void
}

/** Opens an empty database. What it contains when opened does not belong to the history. */
export async function openPass(run: HistoryRun): Promise<SchemaPass> {
  const known = knownCatalog()
  const fresh = async (): Promise<SchemaPass['current']> => {
    const handle = await run.open()
    const exclusions = { ledger: run.table, ignoreTables: run.ignoreTables }
    return { replay: replayPass(handle, run), ...catalogReader(handle, exclusions, known) }
  }
  const current = await fresh()
  const reach = reachMemo()
  const pass: SchemaPass = {
    run,
    digests: schemaDigests(),
    reach,
    watch: integrityWatch(run, reach),
    current,
    look: current.read(),
    isWhole: true,
    async begin() {
      pass.close()
      pass.current = await fresh()
      pass.look = pass.current.read()
    },
    close: () => void pass.current.replay.handle.close(),
  }
  return pass
}

/** Whether the history can be applied again up to a version: migrations with effects run only once. */
export const canRebuild = ({ run }: SchemaPass, version: number): boolean =>
  !run.registry.slice(0, version).some(({ effects }) => effects !== undefined)

/** The schema after a side that started from `before`; read only as far as the side can have changed it. */
export function lookAfter(
  { current, reach }: SchemaPass,
  before: CatalogLook,
  { entry, direction }: StepSide,
): CatalogLook {
  const { schema: by } = reach(entry, direction)
  if (by === 'none') return before
  if (by === 'adds' || by === 'removes') return current.read({ from: before, by })
  if (by !== 'extends' && by !== 'shrinks') return current.read()
  return current.read({ from: before, by, tables: alteredTables(entry, direction) })
}

/**
 * Applies the history again up to a version, after a proof has spoiled the database. Returns false if that is impossible, or if a version
 * fails that succeeded the first time.
 */
export async function rebuildPass(pass: SchemaPass, version: number): Promise<boolean> {
  const { run } = pass
  if (!canRebuild(pass, version)) return false
  await pass.begin()
  for (const entry of run.registry.slice(0, version)) {
    run.report(entry.version, 'up')
    if (runSide(pass.current.replay, entry, 'up')) return false
  }
  pass.look = pass.current.read()
  return true
}
