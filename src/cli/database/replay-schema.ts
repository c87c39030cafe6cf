// Determines the schema of a version by applying the migrations up to it to an empty database in memory.
import { replayFailed, replaySkipped } from '../../errors/command-line.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { problemOf } from '../../errors/lockstep-error.js'
import { MigrationManager } from '../../manager.js'
import type { Gate } from '../../model/gate.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import { gateWith } from '../../run/gate-with.js'
import type { Problem } from '../../model/report.js'
import type { Schema } from '../../schema/schema.js'
import type { Terminal } from '../command/command.js'
import { messageOf } from '../terminal/describe-error.js'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import type { Wall } from '../../../codegen/wall/wall.js'
import { buildBeside, loadBeside, type Beside } from './build-beside.js'
import { loadRegistry } from './load-registry.js'
import { writtenColumns, type WrittenColumns } from './written-columns.js'
import { speakAside } from '../command/speak-aside.js'
import type { Settings } from '../settings/settings.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { openInMemory } from '../../../codegen/client/open-in-memory.js'

/** What to replay, and how. */
export interface Replay {
  readonly settings: Settings
  readonly registry: Registry<ClientHandle>
  readonly version: number
  readonly cwd: string
  /** Returns the registry to replay instead; what its modules open is isolated as well. */
  readonly instead?: (registry: Registry<ClientHandle>) => Promise<Registry<ClientHandle>>
  /** Called with each text that a step runs; null for what cannot be observed. */
  readonly see?: (version: number, text: string | null) => void
  /** The output of migrations goes here, and is shown with `--verbose`. */
  readonly terminal: Terminal
  /** Gates that watch each step meanwhile. */
  readonly gates?: readonly Gate[]
}

/** The schema with its columns as they are spelled, or why there is none. */
export type Replayed =
  | { readonly schema: Schema; readonly columns: WrittenColumns }
  | { readonly problem: Problem; readonly reason: string }

/**
 * Replays a freshly loaded registry, so that what its modules open is isolated, on top of what it needs of other histories;
 * migrations that touch the outside world are not run for this. Never throws.
 */
export async function replaySchema(replay: Replay): Promise<Replayed> {
  const { registry, version } = replay
  const applied = registry.slice(0, version)
  const outside = applied.find(({ effects }) => effects)
  if (outside) return skipped(outside, 'declares effects on the outside world')
  const wall = buildWall()
  return wall.around(async () => {
    const needing = applied.find(({ needs }) => needs)
    const beside = needing ? await loadBeside(applied, replay).catch(() => null) : NOTHING_BESIDE
    return beside
      ? replayBehind(wall, { ...replay, beside })
      : skipped(needing!, 'needs other histories, whose registries are not all known here')
  })
}

const NOTHING_BESIDE: Beside = new Map()

const skipped = ({ version, name }: RegistryEntry<never>, why: string): Replayed => ({
  problem: problemOf(replaySkipped(version, name, why), 'warning'),
  reason: `${name} ${why}`,
})

interface BesideReplay extends Replay {
  readonly beside: Beside
}

async function replayBehind(wall: Wall, replay: BesideReplay): Promise<Replayed> {
  const { settings, registry: loaded, version, cwd, instead } = replay
  const digested = loaded.slice(0, version).every(({ schemaDigest }) => schemaDigest !== undefined)
  try {
    const own = await loadRegistry(settings, cwd)
    const registry = (await instead?.(own)) ?? own
    const handle = await openInMemory({ ...settings, wall })
    try {
      const schema = speakAside(replay.terminal, () => schemaAfter(handle, { ...replay, registry }))
      return { schema, columns: writtenColumns(handle) }
    } finally {
      handle.close()
    }
  } catch (error) {
    const reason = messageOf(error)
    const failed = replayFailed(version, reason)
    return { problem: problemOf(failed, digested ? 'warning' : 'error'), reason }
  }
}

function schemaAfter(
  handle: ClientHandle,
  { settings, registry, version, see, gates, beside }: BesideReplay,
): Schema {
  buildBeside(handle, registry.slice(0, version), beside)
  const { table, ignoreTables } = settings.manager
  const manager = new MigrationManager(betterSqlite3(handle), registry, {
    ...(table !== undefined && { table }),
    ...(ignoreTables && { ignoreTables }),
    ...(see && telling(see)),
    ...(gates && { gates }),
  })
  const others = manager.schema()
  if (version > 0) manager.migrate({ to: version })
  return new Map([...manager.schema()].filter(([object]) => !others.has(object)))
}

/** A gate that lets everything pass, and a listener that knows which step is running. */
function telling(see: Required<Replay>['see']): Pick<ManagerOptions, 'gates' | 'onEvent'> {
  let version = 0
  return {
    gates: [gateWith(() => ({ *before() {}, see: (text) => see(version, text), *after() {} }))],
    onEvent: (event) => {
      if (event.type === 'step-start') ({ version } = event)
    },
  }
}
