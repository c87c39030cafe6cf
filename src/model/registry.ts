// The types of the registry, which the generator writes and which is all the runtime reads.
import type { BegunWalk } from './ledger.js'
import type { HistoriesReport } from './report.js'
import type { Batches, Script, Step } from './migration.js'

/** The code or SQL of one migration, as the registry refers to it: an object, a module, or a class to instantiate. */
export interface MigrationSource<H> {
  readonly up: Step<H> | Script
  readonly down?: Step<H> | Script | undefined
}

/** The same for one that declares batches. */
export interface BatchedSource<H> {
  readonly batches: readonly Batches<H>[]
  readonly up?: undefined
  readonly down?: Step<H> | Script | undefined
}

/**
 * Where the SQL of a migration begins in its file, `line:column`, one for each script of a list; `path:line:column` if it is in a
 * helper file.
 */
export interface ScriptPositions {
  readonly up?: readonly string[]
  readonly down?: readonly string[]
}

/**
 * The larger tools of `ctx` (`columns`, `hasTable`, `rebuild`, `batches` …), exported by the package as `toolkit`; created per
 * migration.
 */
export type Toolkit = (host: never) => object

/** Runs declared batches; exported by the package as `resumable`. */
export interface Resumable {
  /** How the walks of an entry relate to those that were begun under another version of it. */
  comparedWith(
    entry: never,
    walks: readonly BegunWalk[],
  ): 'changed' | 'other rows' | 'other batches'
  /** Called before the step is marked as begun, in the same transaction; returns how many milliseconds earlier runs have taken. */
  begin(env: never, task: never): Generator<unknown, number, unknown>
  /** Stops between two batches if the run is asked to. */
  run(host: never): Generator<unknown, 'done' | 'stopped', unknown>
  /** Called in the transaction that records the step. */
  end(env: never, task: never): Generator<unknown, void, unknown>
}

/** Handles `needs`; exported by the package as `dependencies`. */
export interface Dependencies {
  /** Called for all steps before the run, and for each again under the lock: throws if something is missing. */
  before(env: never, ...tasks: never[]): Generator<unknown, void, unknown>
  /** Called in the transaction that writes the ledger row. */
  record(env: never, entry: never): Generator<unknown, void, unknown>
}

/** Migrates several histories in one call; exported by the package as `together`. */
export type Together = (
  driver: unknown,
  registries: unknown,
  options: unknown,
) => Generator<unknown, HistoriesReport, unknown>

/**
 * One migration of the registry. Every field but `source` is a literal, so identity survives bundling and minifying.
 * Digests are `algorithm:hex`.
 */
export interface RegistryEntry<H, V extends number = number> {
  readonly version: V
  readonly name: string
  /** In the first entry of a named history, several of which may share a database: its ledger is `_migrations_<history>`. */
  readonly history?: string
  /** Present with `history`. */
  readonly together?: Together
  readonly description?: string
  /** Path of the migration file, relative to the project, with `/`; for messages only. */
  readonly file: string
  /** Path of the second file of an `.up.sql`/`.down.sql` pair; for messages only. */
  readonly downFile?: string
  /** Digest of the meaning of `up` and its options. */
  readonly checksum: string
  /** Digest of the meaning of `down`; absent if there is none. */
  readonly downChecksum?: string
  /**
   * Digest of the SQL that declared changes were expanded to, which is `source`: as long as it matches, generating again leaves
   * that SQL as it is.
   */
  readonly expanded?: string
  /**
   * The `checksum` or `downChecksum` that an older Lockstep gave to the same code; present only if it covered less of it. A
   * ledger row with one of these is restamped; to an application built before that, it then looks edited.
   */
  readonly formerly?: readonly string[]
  /** Digest over (version, checksum) of this migration and of all before it. */
  readonly lineage: string
  /** The content of `digests` for this version, in registries written by an older Lockstep. */
  readonly schemaDigest?: string
  readonly schemaChanges?: VersionDigests['schemaChanges']
  readonly reversible: boolean
  /** Why it is not reversible. */
  readonly irreversible?: string
  /**
   * The codes of findings about its way back that are no longer reported: comments acknowledge them, its release has settled
   * them, or the settings switch them off. Tests then do not expect it to be reversible.
   */
  readonly acknowledged?: readonly string[]
  readonly transaction?: false
  readonly foreignKeys?: 'enforce'
  readonly effects?: string
  /**
   * Versions of other histories that must be applied before: `core:003`; `"_migrations":003` if the ledger of that history is not
   * named after it. They are also kept in the ledger row.
   */
  readonly needs?: readonly string[]
  /** Present with `needs`. */
  readonly dependencies?: Dependencies
  /**
   * The build proved that this step's SQL cannot cause a foreign key violation, so the check is skipped; or that it can only do
   * so through the foreign keys of these tables, which it creates, so that no others are checked.
   */
  readonly keepsForeignKeys?: true | readonly string[]
  readonly at?: ScriptPositions
  /** Present if a function of this migration takes `ctx`; without it, `ctx` has no tools that query the database. */
  readonly toolkit?: Toolkit
  /** Present if the migration declares batches: one that was begun continues where it stopped. */
  readonly resumable?: Resumable
  /** Digests of the work on the rows of each of its `batches`, in order: they tell which of them a database has done. */
  readonly walks?: readonly string[]
  readonly source: MigrationSource<H> | BatchedSource<H> | (new () => MigrationSource<H>)
}

/** What one version does to the schema. */
export interface VersionDigests {
  /** Digest of the canonical schema after this version. */
  readonly schemaDigest: string
  /**
   * The digest of each object that this version creates or changes, keyed like `table users` (type, and name in lower case); null
   * for each that it removes.
   */
  readonly schemaChanges: Readonly<Record<string, string | null>>
}

/**
 * What the versions of a registry do to the schema, by version; empty if it was generated without replay. It is in the registry's
 * file, but separate from it, and is passed only if the schema is to be compared: bundlers drop it from applications that do not.
 */
export type Digests = Readonly<Record<number, VersionDigests>>

/** Every migration a build contains, in ascending order of version, 1, 2, 3 … without gaps. */
export type Registry<H = unknown, V extends number = number> = readonly RegistryEntry<H, V>[]
