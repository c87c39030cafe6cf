// What the build steps need to know; the command line makes this from the configuration. Types only.
import type { Severity } from './diagnostic.js'

/** How the registry refers to migration files. `auto` asks the project's tsconfig. */
export type ImportExtension = 'auto' | 'js' | 'ts' | 'none'

/** Everything that `generate` and `lint` need. Paths are absolute. */
export interface GenerateSettings {
  /** The project's folder: the nearest one with a package.json. Printed paths are relative to it. */
  readonly root: string
  readonly migrations: string
  /** The folder of the generated files. */
  readonly out: string
  /** The package door whose handle the migrations receive: `better-sqlite3` is imported from `lockstep/better-sqlite3`. */
  readonly driver: string
  /** Whether that driver is synchronous; an `async up` is an error then. */
  readonly mode: 'sync' | 'async'
  readonly importExtension: ImportExtension
  /** `js` writes `registry.js` with JSDoc types. */
  readonly language: 'ts' | 'js'
  /** Severity by diagnostic code; errors of numbering cannot be lowered. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>
  /** The same for some files; of several that name a code, the last one counts. */
  readonly overrides?: readonly SeverityOverride[]
  /** The newest version that has shipped and cannot be changed any more; absent for none. */
  readonly released?: number
  /** The branch that has them, where that says more than the configuration, whose number is `stated`; 0 for none. */
  readonly releasedOn?: { readonly ref: string; readonly stated: number }
  /** Whether findings about those migrations are shown one by one. */
  readonly showReleased?: true
  /** What becomes of migrations at the end that are still empty: they are errors, unless they are to be left out. */
  readonly drafts?: 'left out' | 'refused'
  /** Whether the migrations are replayed, which proves them and gives the registry its digests. */
  readonly replay: boolean
  /** Whether what the history leads to is kept for new databases. */
  readonly snapshot?: true
  /** Whether what is proven is measured on more rows as well. */
  readonly scaled?: true
  /**
   * The configuration file, where `open` and `seeds` are found by the process that replays; null when there is none.
   * `database` is the name of one of its `databases`; null where it has one.
   */
  readonly config: { readonly file: string; readonly database: string | null } | null
  /** The example rows of the configuration by table: of each column the kind and the text of its value, to tell rows apart. */
  readonly seeds?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
  /** What migrations find in `ctx.env`, by name: the kind and the text of each value, to tell them apart. */
  readonly env?: Readonly<Record<string, string>>
  /** Types of columns by `table.column`, or by the type that they are declared with. */
  readonly types?: Readonly<Record<string, string>>
  /** Whether the configuration opens databases its own way, which may do something else each time. */
  readonly opens?: true
  /** The name of the history, where it has one; the registry has it in its first entry. */
  readonly history?: string
  /** Where the other histories are that migrations may need, by name. */
  readonly histories?: Readonly<Record<string, HistoryPlace>>
  /** The ledger, and the tables that are not the history's: neither is part of the schema. */
  readonly table: string
  readonly ignoreTables: readonly string[]
  /** The time limit of a replay in milliseconds; exceeding it is an error: a step may never end in production either. */
  readonly replayTimeoutMs: number
  /** Whether `SCHEMA.md` is written as well. */
  readonly schemaPage: boolean
  /** The folder of everything that is remembered, absolute, where it is not the project's own. */
  readonly memory?: string
  /** The oldest SQLite that the migrations are to run on, as `3.40`; null when the project does not say. */
  readonly minimumSqlite: string | null
}

/** Where another history is. */
export interface HistoryPlace {
  /** Its folder of migrations, absolute. */
  readonly migrations: string
  /** Its ledger. */
  readonly table: string
  /** The database that it is in, as the configuration names it, where that is another one. */
  readonly elsewhere?: string
  /** The folder of its registry, where it is an entry of the same configuration, for the same database. */
  readonly out?: string
}

/** Severities for some files. */
export interface SeverityOverride {
  /** Where the globs start, relative to the project; there itself where it is absent. */
  readonly folder?: string
  /** Globs; those that begin with `!` exclude. */
  readonly files: readonly string[]
  readonly rules: GenerateSettings['rules']
  /** It holds for several databases, whose files are elsewhere. */
  readonly shared?: true
}
