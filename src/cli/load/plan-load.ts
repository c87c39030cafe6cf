// Plans what loading schema.sql would record. Pure.
import { loadUnproven } from '../../errors/load.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { historyUpTo } from '../../schema/schema-digest.js'

/** A version that is recorded as applied without being run. */
export interface LoadedVersion {
  readonly version: number
  readonly id: string
  readonly name: string
}

/** The result of loading. */
export interface Loading {
  readonly version: number
  readonly id: string
  /** The digest of the schema that must result. */
  readonly schemaDigest: string
  readonly lineage: string
  readonly versions: readonly LoadedVersion[]
}

/** Throws `LOAD_UNPROVEN` if the registry has no migrations, or does not say what they create. */
export function planLoad(registry: Registry<never>): Loading {
  const head = registry.at(-1)
  if (!head) throw new LockstepError(loadUnproven('there are no migrations'))
  const { version, schemaDigest, lineage } = head
  if (schemaDigest === undefined || !historyUpTo(registry, version))
    throw new LockstepError(loadUnproven('the registry was generated without the proof'))
  return {
    version,
    id: versionId(version),
    schemaDigest,
    lineage,
    versions: registry.map((entry) => ({
      version: entry.version,
      id: versionId(entry.version),
      name: entry.name,
    })),
  }
}
