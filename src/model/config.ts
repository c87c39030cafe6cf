// The configuration file: what a project tells the command line about its migrations and its database.
import type { FindingCode } from './codes.js'
import type { ManagerOptions } from './options.js'

/** How `open` should open the database: read-only, or for writing as well. */
export interface OpenOptions {
  readonly readonly: boolean
}

/** A value that SQLite can store. */
export type SeedValue = string | number | bigint | Uint8Array | null

/** One database of an application. Relative paths start at the folder of the configuration file. */
export interface DatabaseConfig extends Pick<
  ManagerOptions,
  | 'table'
  | 'onUnmanaged'
  | 'onAhead'
  | 'onDrift'
  | 'keepDowns'
  | 'transaction'
  | 'lockTimeoutMs'
  | 'mirrors'
  | 'gates'
  | 'ignoreTables'
  | 'env'
> {
  /** The client that the migrations are written for; their handle comes from `lockstep/<driver>`. Default `better-sqlite3`. */
  readonly driver?: 'better-sqlite3'
  /** The database file. `LOCKSTEP_DATABASE` and `--db` take precedence. */
  readonly database?: string
  /**
   * The name of the history in snake case, if several share a database file, such as those of an application and its plugins. Its
   * ledger is `_migrations_<history>`. Default: no name, and the ledger is `_migrations`, or `table`.
   */
  readonly history?: string
  /**
   * The folders of the histories whose versions these migrations need, by name; `{ migrations, table }` if the ledger is not
   * `_migrations_<history>`. Other entries of `databases` are known by the name of their history, or their own.
   */
  readonly histories?: Readonly<
    Record<string, string | { readonly migrations: string; readonly table: string }>
  >
  /** The folder of the migrations. Default `migrations`. */
  readonly migrations?: string
  /** The folder of the generated files. Default `generated`; with several databases each history needs its own. */
  readonly out?: string
  /**
   * Opens the database the way the application does (keys, functions, pragmas) and returns the client's handle. Called with an
   * absolute path, and with `readonly: true` only for a file that exists; with `:memory:` for an empty database to replay
   * migrations on, which must not become a file. The command line then sets its busy timeout to `lockTimeoutMs`. Default: the
   * client's own way.
   */
  readonly open?: (path: string, options: OpenOptions) => unknown
  /**
   * How the registry refers to migration files. Default `auto`: the way the migrations write their own imports, else what the
   * project's tsconfig asks for.
   */
  readonly importExtension?: 'auto' | 'js' | 'ts' | 'none'
  /**
   * The language of the generated registry and of new migrations. Default: `ts` if the configuration or a migration is in
   * TypeScript or there is a tsconfig.json, `js` if there is only JavaScript.
   */
  readonly language?: 'ts' | 'js'
  /**
   * Example rows by table, for the replay at build time: rows that the migrations' own code can read, where generated ones would
   * not work (JSON, formats, application functions). Columns that are left out get generated values. A row is used from the first
   * version in which its table has all of its columns.
   */
  readonly seeds?: Readonly<Record<string, readonly Readonly<Record<string, SeedValue>>[]>>
  /** The folder of the development rows that `lockstep seed` inserts. Default `seeds`. */
  readonly seedsFolder?: string
  /**
   * The time limit of the replay at build time, in milliseconds. A step that does not end with generated rows is stopped after a
   * 24th of it and tried with other rows. Default 120,000.
   */
  readonly replayTimeoutMs?: number
  /**
   * Types of columns for the generated `schema.ts`, without NULL: by column, `'users.meta'`, or by declared type, `JSON`. Each is
   * TypeScript, such as `unknown` or `import('../src/meta.js').Meta`.
   */
  readonly types?: Readonly<Record<string, string>>
  /** Whether `SCHEMA.md`, the schema as a page to read, is generated. Default true. */
  readonly schemaPage?: boolean
  /**
   * Whether to generate `snapshot.ts`: the result of all migrations, from which the option `snapshot` of `migrate` creates a new
   * database. Default false.
   */
  readonly snapshot?: boolean
  /** The oldest SQLite that the migrations must run on, such as `3.40`: newer features are reported. */
  readonly minimumSqlite?: string
  /**
   * Whether the development commands that delete or invent rows (`reset`, `seed`, `redo`, `dev`) refuse to touch the database,
   * whichever file is meant: `process.env.NODE_ENV === 'production'`. The file itself is refused under the name of every other
   * entry, too. Default false.
   */
  readonly protected?: boolean
  /**
   * The newest version that has shipped. For migrations up to it, only findings that affect a fresh database are errors; all
   * others are summarised in one line, and changing what these migrations do is refused.
   */
  readonly released?: number
  /** Severity by diagnostic code; numbering errors cannot be lowered. */
  readonly rules?: SeverityRules
  /** Severities for some of the migrations. If several entries name a code, the last one counts. */
  readonly overrides?: readonly SeverityOverride[]
}

/** Severity by diagnostic code. */
export type SeverityRules = Readonly<
  Partial<Record<FindingCode, 'error' | 'warning' | 'info' | 'off'>>
>

/** Severities for the findings about some files. */
export interface SeverityOverride {
  /**
   * Globs relative to the folder of the configuration file, such as `migrations/0*.sql`, `migrations/**` or
   * `migrations/{003,007}_*`. Those that begin with `!` exclude.
   */
  readonly files: readonly string[]
  readonly rules: SeverityRules
}

/** The whole configuration: one database, or several by name that share the settings beside them. */
export interface LockstepConfig extends DatabaseConfig {
  /** The databases of an application with several, by the name to select with `--name`. */
  readonly databases?: Readonly<Record<string, DatabaseConfig>>
}

/** Gives a configuration its types; returns it as it is. */
export const defineConfig = (config: LockstepConfig): LockstepConfig => config
