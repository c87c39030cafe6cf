// The configuration file: what a project tells the command line about its migrations and its database.
import type { FindingCode } from './codes.js'
import type { ManagerOptions } from './options.js'

/** How `open` is to open the database: for reading only, or for writing as well. */
export interface OpenOptions {
  readonly readonly: boolean
}

/** A value that SQLite can keep. */
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
  /** The database file. `LOCKSTEP_DATABASE` and `--db` win over it. */
  readonly database?: string
  /**
   * The name of the history, where several share a database file, such as those of an application and its plugins: in snake
   * case. Its ledger is `_migrations_<history>`. Default: it has none, and the ledger is `_migrations`, or `table`.
   */
  readonly history?: string
  /**
   * The folders of the histories whose versions these migrations need, by name; `{ migrations, table }` where the ledger is not
   * `_migrations_<history>`. Other entries of `databases` are known by the name of their history, or their own.
   */
  readonly histories?: Readonly<
    Record<string, string | { readonly migrations: string; readonly table: string }>
  >
  /** The folder of the migrations. Default `migrations`. */
  readonly migrations?: string
  /** The folder of the generated files. Default `generated`; of several databases each history needs one of its own. */
  readonly out?: string
  /**
   * Opens the database the way the application does (keys, functions, pragmas) and returns the client's handle. Called
   * with an absolute path, and with `readonly: true` only for a file that exists; with `:memory:` for an empty database
   * that migrations are replayed on, which must not become a file. The command line then sets its busy timeout
   * to `lockTimeoutMs`. Default: the client's own way.
   */
  readonly open?: (path: string, options: OpenOptions) => unknown
  /**
   * How the registry refers to migration files. Default `auto`: as the migrations write their own imports, else what the
   * project's tsconfig asks for.
   */
  readonly importExtension?: 'auto' | 'js' | 'ts' | 'none'
  /**
   * The language of the generated registry and of new migrations. Default: `ts` where the configuration or a migration
   * is in TypeScript or there is a tsconfig.json, `js` where there is only JavaScript.
   */
  readonly language?: 'ts' | 'js'
  /**
   * Example rows by table, for the replay at build time: rows that the migrations' own code can read, where generated ones
   * would not do (JSON, formats, application functions). Columns that are left out get generated values. A row is used
   * from the version on in which its table has all of its columns.
   */
  readonly seeds?: Readonly<Record<string, readonly Readonly<Record<string, SeedValue>>[]>>
  /** The folder of the rows for development that `lockstep seed` writes. Default `seeds`. */
  readonly seedsFolder?: string
  /**
   * The time limit of the replay at build time, in milliseconds. A step that does not end with generated rows is stopped
   * after a 24th of it, and tried with other rows. Default 120,000.
   */
  readonly replayTimeoutMs?: number
  /**
   * Types of columns for the generated `schema.ts`, NULL left out: by column, `'users.meta'`, or by declared type, `JSON`. Each
   * is TypeScript, such as `unknown` or `import('../src/meta.js').Meta`.
   */
  readonly types?: Readonly<Record<string, string>>
  /** Whether `SCHEMA.md`, the schema as a page to read, is generated. Default true. */
  readonly schemaPage?: boolean
  /**
   * Whether `snapshot.ts` is generated: what all migrations lead to, which the option `snapshot` of `migrate` lets a new database begin
   * with. Default false.
   */
  readonly snapshot?: boolean
  /** The oldest SQLite that the migrations must run on, such as `3.40`: newer features are reported. */
  readonly minimumSqlite?: string
  /**
   * Whether the commands of development, which delete or invent rows (`reset`, `seed`, `redo`, `dev`), refuse to touch the
   * database, whichever file is meant: `process.env.NODE_ENV === 'production'`. The file itself is refused under the name of every
   * other entry, too. Default false.
   */
  readonly protected?: boolean
  /**
   * The newest version that has shipped. Of migrations at or below it only what a fresh database suffers from is an error;
   * all other findings are one line, and changing what they do is refused.
   */
  readonly released?: number
  /** Severity by code of a diagnostic; errors of numbering cannot be lowered. */
  readonly rules?: SeverityRules
  /** Severities for some of the migrations. Of several entries that name a code, the last one counts. */
  readonly overrides?: readonly SeverityOverride[]
}

/** Severity by code of a diagnostic. */
export type SeverityRules = Readonly<
  Partial<Record<FindingCode, 'error' | 'warning' | 'info' | 'off'>>
>

/** Severities for the findings about some files. */
export interface SeverityOverride {
  /**
   * Globs that start at the folder of the configuration file, such as `migrations/0*.sql`, `migrations/**` or
   * `migrations/{003,007}_*`. Those that begin with `!` exclude.
   */
  readonly files: readonly string[]
  readonly rules: SeverityRules
}

/** The whole configuration: one database, or several by name that share what stands beside them. */
export interface LockstepConfig extends DatabaseConfig {
  /** The databases of an application that has several, by the name that `--name` picks. */
  readonly databases?: Readonly<Record<string, DatabaseConfig>>
}

/** Gives a configuration its types; returns it as it is. */
export const defineConfig = (config: LockstepConfig): LockstepConfig => config
