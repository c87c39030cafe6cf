// The registry: what the generator writes and the only thing the runtime consumes.
import type { BegunWalk } from './ledger.js'
import type { HistoriesReport } from './report.js'
import type { Batches, Script, Step } from './migration.js'

/** The code or SQL of one migration, as the registry refers to it: an object, a module, or a class to be made. */
export interface MigrationSource<H> {
  readonly up: Step<H> | Script
  readonly down?: Step<H> | Script | undefined
}

/** The same of one that declares batches. */
export interface BatchedSource<H> {
  readonly batches: readonly Batches<H>[]
  readonly up?: undefined
  readonly down?: Step<H> | Script | undefined
}

/**
 * Where the SQL of a migration begins in its file, `line:column`, one for each script of a list; `path:line:column` where it
 * stands in a helper file.
 */
export interface ScriptPositions {
  readonly up?: readonly string[]
  readonly down?: readonly string[]
}

/** The larger tools of `ctx` (`columns`, `hasTable`, `rebuild`, `batches` …), exported by the package as `toolkit`; made per migration. */
export type Toolkit = (host: never) => object

/** What runs declared batches, exported by the package as `resumable`. */
export interface Resumable {
  /** What has become of walks that were begun, in an entry that is another one. */
  comparedWith(
    entry: never,
    walks: readonly BegunWalk[],
  ): 'changed' | 'other rows' | 'other batches'
  /** Before the step is marked as begun, in the same transaction; answers how many milliseconds runs before have taken. */
  begin(env: never, task: never): Generator<unknown, number, unknown>
  /** Stops between two batches where the run is asked to. */
  run(host: never): Generator<unknown, 'done' | 'stopped', unknown>
  /** In the transaction that records it. */
  end(env: never, task: never): Generator<unknown, void, unknown>
}

/** What sees to `needs`, exported by the package as `dependencies`. */
export interface Dependencies {
  /** Of all steps before the run, and of each again under the lock: throws where something is missing. */
  before(env: never, ...tasks: never[]): Generator<unknown, void, unknown>
  /** In the transaction that writes the ledger's row. */
  record(env: never, entry: never): Generator<unknown, void, unknown>
}

/** What migrates several histories in one call, exported by the package as `together`. */
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
  /** In the first entry of a history that has a name, of which several may share a database: its ledger is `_migrations_<history>`. */
  readonly history?: string
  /** Present where there is `history`. */
  readonly together?: Together
  readonly description?: string
  /** Path of the migration file, relative to the project, with `/`; for messages only. */
  readonly file: string
  /** Path of the second file of an `.up.sql`/`.down.sql` pair; for messages only. */
  readonly downFile?: string
  /** Digest of the meaning of `up` and its options. */
  readonly checksum: string
  /** Digest of the meaning of `down`; absent when there is none. */
  readonly downChecksum?: string
  /** Digest of what declared changes became, which is `source`: as long as it fits, generating again leaves that as it is. */
  readonly expanded?: string
  /**
   * What an older Lockstep gave as `checksum` or `downChecksum` to the same code; present only where it saw less of it. A row
   * of the ledger with one of these is stamped anew; to an application built before that, it then looks edited.
   */
  readonly formerly?: readonly string[]
  /** Digest over (version, checksum) of this migration and of all before it. */
  readonly lineage: string
  /** What `digests` says of this version, in the registries that an older Lockstep wrote. */
  readonly schemaDigest?: string
  readonly schemaChanges?: VersionDigests['schemaChanges']
  readonly reversible: boolean
  /** Why it is not reversible. */
  readonly irreversible?: string
  /**
   * The codes of what the build found about its way back, where nothing of it is told any more: comments acknowledge it, its
   * release has settled it, or the settings switch it off. Tests do not expect it to be reversible then.
   */
  readonly acknowledged?: readonly string[]
  readonly transaction?: false
  readonly foreignKeys?: 'enforce'
  readonly effects?: string
  /**
   * Versions of other histories that must be applied before: `core:003`; `"_migrations":003` where the ledger of that history is
   * not of its name. They are kept in the ledger's row as well.
   */
  readonly needs?: readonly string[]
  /** Present where there are `needs`. */
  readonly dependencies?: Dependencies
  /**
   * The build proved that this step's SQL cannot make a foreign-key violation, so the check is skipped; or that it can
   * only do so through the foreign keys of these tables, which it creates, so that no others are checked.
   */
  readonly keepsForeignKeys?: true | readonly string[]
  readonly at?: ScriptPositions
  /** Present where a function of this migration takes `ctx`; without it, `ctx` has no tools that ask the database. */
  readonly toolkit?: Toolkit
  /** Present where the migration declares batches: one that was begun goes on where it stopped. */
  readonly resumable?: Resumable
  /** Digests of what is done with the rows of each of its `batches`, in order: which of them a database has done is told by these. */
  readonly walks?: readonly string[]
  readonly source: MigrationSource<H> | BatchedSource<H> | (new () => MigrationSource<H>)
}

/** What one version does to the schema. */
export interface VersionDigests {
  /** Digest of the canonical schema after this version. */
  readonly schemaDigest: string
  /**
   * By `table users` (type, and name in lower case) the digest of each object that this version makes or changes, null for
   * each that it removes.
   */
  readonly schemaChanges: Readonly<Record<string, string | null>>
}

/**
 * What the versions of a registry do to the schema, by version; empty where it was generated without replay. It stands beside
 * the registry, in the same file, and is handed over where the schema is to be compared: bundlers leave it out of an
 * application that does not.
 */
export type Digests = Readonly<Record<number, VersionDigests>>

/** Every migration a build contains, in ascending order of version, 1, 2, 3 … without gaps. */
export type Registry<H = unknown, V extends number = number> = readonly RegistryEntry<H, V>[]
