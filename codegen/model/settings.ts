// The settings of the build, which the command line derives from the configuration. Types only.
import type { Severity } from './diagnostic.js'

/** How the registry refers to migration files. `auto` follows the migrations' own imports, then the project's tsconfig. */
export type ImportExtension = 'auto' | 'js' | 'ts' | 'none'

/** Everything that `generate` and `lint` need. Paths are absolute. */
export interface GenerateSettings {
  /** The project's folder: the nearest one with a package.json. Printed paths are relative to it. */
  readonly root: string
  readonly migrations: string
  /** The folder of the generated files. */
  readonly out: string
  /** The package's entry point whose handle the migrations receive: `better-sqlite3` is imported from `lockstep/better-sqlite3`. */
  readonly driver: string
  /** Whether that driver is synchronous; then an `async up` is an error. */
  readonly mode: 'sync' | 'async'
  readonly importExtension: ImportExtension
  /** `js` writes `registry.js` with JSDoc types. */
  readonly language: 'ts' | 'js'
  /** Severity by diagnostic code; numbering errors cannot be lowered. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>
  /** The same for some files; if several name a code, the last one counts. */
  readonly overrides?: readonly SeverityOverride[]
  /** The newest version that has shipped and cannot be changed any more; absent for none. */
  readonly released?: number
  /** The branch with the released versions, if that says more than the configuration, whose number is `stated`; 0 for none. */
  readonly releasedOn?: { readonly ref: string; readonly stated: number }
  /** Whether findings about released migrations are shown one by one. */
  readonly showReleased?: true
  /** What to do with trailing migrations that are still empty: they are errors, unless they may be left out. */
  readonly drafts?: 'left out' | 'refused'
  /** Whether the migrations are replayed, which proves them and gives the registry its digests. */
  readonly replay: boolean
  /** Whether a snapshot for new databases is generated. */
  readonly snapshot?: true
  /** Whether proven steps are also measured on more rows. */
  readonly scaled?: true
  /**
   * The configuration file, where the process that replays finds `open` and `seeds`; null if there is none. `database` is the
   * name of one of its `databases`; null if it has only one.
   */
  readonly config: { readonly file: string; readonly database: string | null } | null
  /** The example rows of the configuration by table: for each column the kind and the text of its value, to distinguish rows. */
  readonly seeds?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
  /** The values in `ctx.env`, by name: the kind and the text of each, to distinguish them. */
  readonly env?: Readonly<Record<string, string>>
  /** Types of columns by `table.column`, or by declared type. */
  readonly types?: Readonly<Record<string, string>>
  /** Whether the configuration opens databases its own way, which may differ each time. */
  readonly opens?: true
  /** The name of the history, if it has one; it is in the registry's first entry. */
  readonly history?: string
  /** The locations of the other histories that migrations may need, by name. */
  readonly histories?: Readonly<Record<string, HistoryPlace>>
  /** The ledger, and the tables that do not belong to the history: neither is part of the schema. */
  readonly table: string
  readonly ignoreTables: readonly string[]
  /** The time limit of a replay in milliseconds; exceeding it is an error: a step may not end in production either. */
  readonly replayTimeoutMs: number
  /** Whether `SCHEMA.md` is written as well. */
  readonly schemaPage: boolean
  /** The folder of all caches, absolute, if it is not the project's own. */
  readonly memory?: string
  /** The oldest SQLite version that the migrations must run on, as `3.40`; null if the project does not say. */
  readonly minimumSqlite: string | null
}

/** The location of another history. */
export interface HistoryPlace {
  /** Its folder of migrations, absolute. */
  readonly migrations: string
  /** Its ledger. */
  readonly table: string
  /** The database that it is in, by its name in the configuration, if it is another one. */
  readonly elsewhere?: string
  /** The folder of its registry, if it is an entry of the same configuration for the same database. */
  readonly out?: string
}

/** Severities for some files. */
export interface SeverityOverride {
  /** The base folder of the globs, relative to the project; the project itself if absent. */
  readonly folder?: string
  /** Globs; those that begin with `!` exclude. */
  readonly files: readonly string[]
  readonly rules: GenerateSettings['rules']
  /** It applies to several databases, whose files are elsewhere. */
  readonly shared?: true
}
