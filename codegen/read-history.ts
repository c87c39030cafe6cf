// Discover → parse: reads the migrations of a folder as they are written.
import { withAliases } from './bundle/resolve-aliases.js'
import { discover } from './discover/discover.js'
import type { Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { readMigrations } from './parse/read-migrations.js'

/** Reads the migrations without executing anything; no rules are applied yet. */
export async function readHistory(settings: GenerateSettings): Promise<Reading> {
  const { root, migrations } = settings
  const discovery = await withAliases(await discover(root, migrations), migrations)
  return readMigrations(discovery)
}

/** The files it was read from besides its folder; some may be missing. */
export const filesBehind = ({ discovery, consulted = [] }: Reading): readonly string[] => [
  ...(discovery.aliases?.consulted ?? []),
  ...(discovery.package?.consulted ?? []),
  ...consulted,
]
