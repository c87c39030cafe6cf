// Builds what migrations need of other histories, from their registries in the configuration.
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import { needsIn, type Need } from '../../model/needs.js'
import type { Registry } from '../../model/registry.js'
import { foldCase, isSameName } from '../../sql/names.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { loadRegistry } from './load-registry.js'
import type { Settings } from '../settings/settings.js'

/** The needed histories, by their ledgers in lower case. */
export type Beside = ReadonlyMap<string, OneBeside>

interface OneBeside {
  readonly table: string
  readonly registry: Registry<ClientHandle>
}

/** Where to look for registries. */
interface Place {
  readonly settings: Settings
  readonly cwd: string
}

/**
 * Loads the registries of all histories that these migrations need. Null if the configuration lacks one of them, or it lacks a
 * needed version or touches the outside world before it. Throws what loading a registry throws.
 */
export async function loadBeside(
  registry: Registry<ClientHandle>,
  place: Place,
): Promise<Beside | null> {
  const found = new Map<string, OneBeside>()
  const isWhole = await follow(registry, found, place)
  return isWhole ? found : null
}

async function follow(
  registry: Registry<ClientHandle>,
  found: Map<string, OneBeside>,
  place: Place,
): Promise<boolean> {
  for (const { ledger, id } of registry.flatMap(needsOf)) {
    const key = foldCase(ledger)
    const isKnown = found.has(key)
    const one = found.get(key) ?? (await load(ledger, place))
    const needed = one?.registry.slice(0, Number(id)) ?? []
    if (!one || needed.length < Number(id) || needed.some(({ effects }) => effects)) return false
    found.set(key, one)
    if (!isKnown && !(await follow(one.registry, found, place))) return false
  }
  return true
}

const needsOf = ({ needs = [] }: Registry<never>[number]): readonly Need[] => needs.flatMap(needsIn)

async function load(ledger: string, { settings, cwd }: Place): Promise<OneBeside | null> {
  const places = Object.values(settings.histories ?? {})
  const { out, migrations, table } = places.find((one) => isSameName(one.table, ledger)) ?? {}
  if (out === undefined || migrations === undefined || table === undefined) return null
  return { table, registry: await loadRegistry({ ...settings, out, migrations }, cwd) }
}

/** Applies to a database what these migrations need, and before each what that needs itself. */
export function buildBeside(
  handle: ClientHandle,
  registry: Registry<ClientHandle>,
  beside: Beside,
): void {
  const reached = new Map<string, number>()
  const advance = ({ ledger, id }: Need): void => {
    const one = beside.get(foldCase(ledger))!
    const from = reached.get(one.table) ?? 0
    if (from >= Number(id)) return
    reached.set(one.table, Number(id))
    one.registry.slice(from, Number(id)).flatMap(needsOf).forEach(advance)
    const named = one.registry[0]?.history === undefined && { table: one.table }
    const options = { ...named, onUnmanaged: 'allow' } as const
    new MigrationManager(betterSqlite3(handle), one.registry, options).migrate({ to: Number(id) })
  }
  registry.flatMap(needsOf).forEach(advance)
}
