// What the registry says about one migration. Types only.
import type { VersionProof } from './evidence.js'
import type { Checksums, LeftOut, ParsedMigration } from './migration.js'

/** What a registry says that a version does. */
export interface Pin {
  /** The present checksum first, then those of `formerly`. */
  readonly checksums: readonly string[]
  /** Null where it was generated without replay. */
  readonly schemaDigest: string | null
  /** Whether it states `effects`, which no comparison of checksums tells. */
  readonly hasEffects: boolean
}

/** By version. */
export type Pins = ReadonlyMap<number, Pin>

/** A migration with everything that is computed about it. */
export interface RegistryItem {
  readonly migration: ParsedMigration
  readonly checksums: Checksums
  /** What earlier builds digested it to, where that is something else. */
  readonly formerly: readonly string[]
  readonly lineage: string
  /** Digests of what is done with the rows of each of its walks; absent or empty for a migration without batches. */
  readonly walks?: readonly string[]
  /** Whether `up` was proven unable to make a foreign-key violation, or unable but for tables that it creates. */
  readonly keepsForeignKeys: boolean | readonly string[]
  /** What replaying found the schema to be after this version; null without replay. */
  readonly schema: Pick<VersionProof, 'schemaDigest' | 'schemaChanges'> | null
  /** The codes of what was found about its way back and need not be told; in alphabetical order. */
  readonly acknowledged: readonly string[]
  /** What is not replayed of it. */
  readonly leftOut?: readonly LeftOut[]
}
