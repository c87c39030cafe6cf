// Taking over a database that another tool has migrated: the options and the result.
import type { SchemaDifference } from './verification.js'

/** The known layouts of migration tables; most are named after the tool, some after the table. */
export const LAYOUT_NAMES = [
  '_migrations',
  'settings',
  'schema_migrations',
  'user_version',
  'knex',
  'kysely',
  'drizzle',
  'umzug',
  'typeorm',
  'prisma',
  'd1',
  'golang-migrate',
  'goose',
  'dbmate',
  'diesel',
  'sqlx',
  'flyway',
  'schema',
] as const

/** One of the known layouts; `schema` for none of them: the version is recognised by the schema. */
export type LayoutName = (typeof LAYOUT_NAMES)[number]

/** How rows of another tool are matched to migrations: by number, by name, or by position. */
export const MAPPINGS = ['number', 'name', 'position'] as const

/** One of the ways to match rows to migrations. */
export type Mapping = (typeof MAPPINGS)[number]

/**
 * What to take over. Without any of these, the layout is recognised by the existing tables; if none has a known layout, the
 * version is recognised by the schema. Wherever the version comes from, the schema must match it.
 */
export interface AdoptOptions<V extends number = number> {
  /** The layout, if there are several candidates. */
  readonly from?: LayoutName
  /** The table or view, if it is not the layout's usual one or has none of the known layouts. */
  readonly fromTable?: string
  /** An SQL expression: only rows of the table for which it is true are read. `"key LIKE 'migration~_%' ESCAPE '~'"`. */
  readonly where?: string
  /** In a table of an unknown layout: the column of the version. Default `version`, if it exists. */
  readonly versionColumn?: string
  /** In a table of an unknown layout: the column of the name. Default `name`, `description` or `key`, if one exists. */
  readonly nameColumn?: string
  /** In a table of an unknown layout: the column of the time. Default `applied_at`, if it exists. */
  readonly timeColumn?: string
  /** How its rows are matched to migrations. Default: by number if they have small numbers, else by name, else by position. */
  readonly by?: Mapping
  /**
   * The version; all before it are recorded as applied as well, 0 records none. On its own, no table is read; with `from` or
   * `fromTable` it decides what the rows or the schema leave open.
   */
  readonly at?: V | 0
  /**
   * Record the version although the schema does not match it or cannot be compared, or another tool's table contradicts it. Needs
   * a `reason`.
   */
  readonly force?: boolean
  /** The reason, kept in the log. */
  readonly reason?: string
  /** See `RepairOptions.accept`. */
  readonly accept?: (adoption: Adoption) => boolean
}

/** One migration that is recorded as applied, and its evidence in the database. */
export interface AdoptedMigration {
  readonly version: number
  readonly id: string
  readonly name: string
  /** What the other tool says; null if only the caller says so. */
  readonly row: string | null
  /** ISO 8601, UTC; null if unknown, in which case the time of adopting is recorded. */
  readonly appliedAt: string | null
}

/** What comparing the schema with that of the version showed, and what it could not show. */
export interface RecognizedSchema {
  /** How many objects of these migrations exist, all as the version leaves them except for `differences`. */
  readonly compared: number
  /** Objects that these migrations never create, like `table Users`, as they are spelled; they do not matter. */
  readonly foreign: readonly string[]
  /** Other versions with the same schema, so that it does not show which of them was applied last. */
  readonly alike: readonly number[]
  /** Versions that leave no trace in the schema and are in no table: nothing shows that they ran. */
  readonly traceless: readonly number[]
  /** How it differs from the version's, which is recorded regardless; empty unless forced. */
  readonly differences: readonly SchemaDifference[]
}

/** What adopting records. */
export interface Adoption {
  /**
   * The layout that was found or asked for; `table` for an unknown one, `version` if the caller gave it, `schema` if the version
   * was recognised by the schema.
   */
  readonly layout: LayoutName | 'table' | 'version'
  /** The table that was read; null if there is none. */
  readonly table: string | null
  readonly by: Mapping
  /**
   * What says that `version` is the last one: the table, `user_version`, `schema`, or `--at` for the caller. It may say
   * more than the table that was read.
   */
  readonly source: string
  /** The highest version recorded; 0 for none. */
  readonly version: number
  /** In ascending order of version, without gaps. */
  readonly migrations: readonly AdoptedMigration[]
  /**
   * If the table is a log, with a row for each time a migration was applied or rolled back: the column that shows which row of a
   * migration is the last, which alone counts, and the migrations that were rolled back. Null for other tables.
   */
  readonly log: { readonly order: string; readonly undone: readonly string[] } | null
  /**
   * The table that has the ledger's name, and its new name. SQLite also updates objects that refer to it, such as views:
   * `followers`, like `view applied`.
   */
  readonly renames: {
    readonly table: string
    readonly to: string
    readonly followers: readonly string[]
  } | null
  /** Null if the registry does not say which schema a version has, which requires `force`. */
  readonly schema: RecognizedSchema | null
  /** Whether the schema does not match the version or could not be compared with it, or there are `contradictions`. */
  readonly forced: boolean
  /**
   * What tables of other tools say against the version, like `goose_db_version says 004`; empty unless forced or proven by the
   * schema.
   */
  readonly contradictions: readonly string[]
}
