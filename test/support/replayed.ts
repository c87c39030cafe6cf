// Registries with schema digests, computed by replay as in the build.
import Database from 'better-sqlite3'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import type { Registry } from '../../src/model/registry.js'
import { digestObjects, schemaChanges, schemaDigest } from '../../src/schema/schema-digest.js'
import type { Schema } from '../../src/schema/schema.js'

/** The schema that a registry leads to at each version, from 0 on. */
export function schemasOf(registry: Registry<Handle>): Schema[] {
  const db = new Database(':memory:')
  try {
    const manager = new MigrationManager(betterSqlite3<Handle>(db), registry)
    return [null, ...registry].map((entry) => {
      if (entry) manager.migrate({ to: entry.version })
      return manager.schema()
    })
  } finally {
    db.close()
  }
}

/** The same registry with the digests that generating with replay would write. */
export function withDigests(registry: Registry<Handle>): Registry<Handle> {
  const schemas = schemasOf(registry)
  return registry.map((entry, at) => ({
    ...entry,
    schemaDigest: schemaDigest(digestObjects(schemas[at + 1]!)),
    schemaChanges: schemaChanges(schemas[at]!, schemas[at + 1]!),
  }))
}
