// The histories that a history needs: what is wrong with the needing, and what is built before it is replayed.
import { findNeeded } from './find-needed.js'
import type { ParsedMigration, Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { readHistory } from './read-history.js'
import type { WrittenPlace } from './write/released-checksums.js'
import type { RegistryItem } from './model/registry-item.js'
import type { OtherHistory } from './replay/bundle-others.js'

/** The reading with all that is wrong with what its migrations need, and with what that was read from. */
export async function withNeedsChecked(
  reading: Reading,
  settings: GenerateSettings,
): Promise<Reading> {
  const { diagnostics, consulted } = await findNeeded(reading.migrations, settings, readHistory)
  return { ...reading, consulted, diagnostics: [...reading.diagnostics, ...diagnostics] }
}

/**
 * Makes steps of declared changes, as far as that goes, and puts together what the registry would say; `written` is where the one
 * stands that may have such steps already.
 */
export type Expand = (
  reading: Reading,
  settings: GenerateSettings,
  written: WrittenPlace,
) => Promise<readonly RegistryItem[]>

/** Those that `migrations` need, in the order in which they can be built. */
export async function otherHistories(
  migrations: readonly ParsedMigration[],
  settings: GenerateSettings,
  expand: Expand,
): Promise<OtherHistory[]> {
  const others: OtherHistory[] = []
  const { histories } = await findNeeded(migrations, settings, readHistory)
  for (const { name, settings: own, reading, version, written } of histories) {
    const items = await expand(readable(reading), own, written)
    others.push({ name, settings: own, items, version })
  }
  return others
}

/** Up to where all can be read, and has steps: what is wrong behind that is told by the build of that history. */
export function readable(reading: Reading): Reading {
  const { migrations } = reading
  const end = migrations.findIndex((one, at) => one.unreadable || !one.up || one.version !== at + 1)
  return end < 0 ? reading : { ...reading, migrations: migrations.slice(0, end) }
}
