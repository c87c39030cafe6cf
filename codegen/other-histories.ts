// Checks the histories that a history needs, and provides what has to be built before it is replayed.
import { findNeeded } from './find-needed.js'
import type { ParsedMigration, Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { readHistory } from './read-history.js'
import type { WrittenPlace } from './write/released-checksums.js'
import type { RegistryItem } from './model/registry-item.js'
import type { OtherHistory } from './replay/bundle-others.js'

/** The reading with all problems of what its migrations need, and with the files that was read from. */
export async function withNeedsChecked(
  reading: Reading,
  settings: GenerateSettings,
): Promise<Reading> {
  const { diagnostics, consulted } = await findNeeded(reading.migrations, settings, readHistory)
  return { ...reading, consulted, diagnostics: [...reading.diagnostics, ...diagnostics] }
}

/**
 * Expands declared changes as far as possible, and assembles the registry's items; `written` is the location of the registry that
 * may already have the steps.
 */
export type Expand = (
  reading: Reading,
  settings: GenerateSettings,
  written: WrittenPlace,
) => Promise<readonly RegistryItem[]>

/** The histories that `migrations` need, in the order they can be built. */
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

/** The part up to which all migrations can be read and have steps: later problems are reported by that history's own build. */
export function readable(reading: Reading): Reading {
  const { migrations } = reading
  const end = migrations.findIndex((one, at) => one.unreadable || !one.up || one.version !== at + 1)
  return end < 0 ? reading : { ...reading, migrations: migrations.slice(0, end) }
}
