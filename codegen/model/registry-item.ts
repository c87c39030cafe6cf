// The content of the registry for one migration. Types only.
import type { VersionProof } from './evidence.js'
import type { Checksums, LeftOut, ParsedMigration } from './migration.js'

/** What a registry says that a version does. */
export interface Pin {
  /** The current checksum first, then those of `formerly`. */
  readonly checksums: readonly string[]
  /** Null if it was generated without replay. */
  readonly schemaDigest: string | null
  /** Whether it declares `effects`, which checksums do not cover. */
  readonly hasEffects: boolean
}

/** By version. */
export type Pins = ReadonlyMap<number, Pin>

/** A migration with everything computed about it. */
export interface RegistryItem {
  readonly migration: ParsedMigration
  readonly checksums: Checksums
  /** Its digests in earlier builds, if different. */
  readonly formerly: readonly string[]
  readonly lineage: string
  /** Digests of the work on the rows of each of its walks; absent or empty for a migration without batches. */
  readonly walks?: readonly string[]
  /** Whether `up` was proven unable to cause a foreign key violation, or only through tables that it creates. */
  readonly keepsForeignKeys: boolean | readonly string[]
  /** The schema after this version according to the replay; null without replay. */
  readonly schema: Pick<VersionProof, 'schemaDigest' | 'schemaChanges'> | null
  /** The codes of findings about its way back that need not be reported, in alphabetical order. */
  readonly acknowledged: readonly string[]
  /** The statements of it that are not replayed. */
  readonly leftOut?: readonly LeftOut[]
}
