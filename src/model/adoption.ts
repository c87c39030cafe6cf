// Taking over a database that another tool has migrated: what is asked for, and what is answered.
import type { SchemaDifference } from './verification.js'

/** The ways of remembering migrations that are known by heart; most are named after the tool, some after the table. */
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

/** How rows of another tool are assigned to migrations: by their number, by their name, or one after the other. */
export const MAPPINGS = ['number', 'name', 'position'] as const

/** One of the ways to assign rows to migrations. */
export type Mapping = (typeof MAPPINGS)[number]

/**
 * What to take over. Without any of these, the layout is recognised by the tables that are there; where there are
 * none of a known layout, the version by the schema. Wherever the version comes from, the schema must be that of it.
 */
export interface AdoptOptions<V extends number = number> {
  /** The layout, where several could be meant. */
  readonly from?: LayoutName
  /** The table or view, where it is not the layout's usual one, or where the layout is none of the known ones. */
  readonly fromTable?: string
  /** An SQL expression: only rows of the table for which it is true are read. `"key LIKE 'migration~_%' ESCAPE '~'"`. */
  readonly where?: string
  /** In a table of an unknown layout: the column of the version. Default `version`, where there is one. */
  readonly versionColumn?: string
  /** In a table of an unknown layout: the column of the name. Default `name`, `description` or `key`, where there is one. */
  readonly nameColumn?: string
  /** In a table of an unknown layout: the column of the time. Default `applied_at`, where there is one. */
  readonly timeColumn?: string
  /** How its rows are assigned to migrations. Default: by number where they have small numbers, else by name, else by position. */
  readonly by?: Mapping
  /**
   * The version; all before it are recorded as applied as well, 0 records none. Alone it looks at no table; with `from`
   * or `fromTable` it decides where rows, or the schema, leave it open.
   */
  readonly at?: V | 0
  /**
   * Record the version although the schema is not that of it, or cannot be compared, or another tool's table says
   * otherwise. Needs a `reason`.
   */
  readonly force?: boolean
  /** Why; kept in the log. */
  readonly reason?: string
  /** See `RepairOptions.accept`. */
  readonly accept?: (adoption: Adoption) => boolean
}

/** One migration that is recorded as applied, and what stands for it in the database. */
export interface AdoptedMigration {
  readonly version: number
  readonly id: string
  readonly name: string
  /** What the other tool says; null where only the caller says so. */
  readonly row: string | null
  /** ISO 8601, UTC; null where nobody knows, and the time of adopting is recorded. */
  readonly appliedAt: string | null
}

/** What comparing the schema with that of the version showed, and what it could not show. */
export interface RecognizedSchema {
  /** How many objects of these migrations are there, all as the version leaves them but for `differences`. */
  readonly compared: number
  /** Objects that these migrations never make, by `table Users`, as they are written; they do not matter. */
  readonly foreign: readonly string[]
  /** Other versions that have the same schema, so that it does not show which of them was applied last. */
  readonly alike: readonly number[]
  /** Versions that leave no trace in the schema and stand in no table: nothing shows that they ran. */
  readonly traceless: readonly number[]
  /** How it differs from the version's, in spite of which the version is recorded; none unless that was forced. */
  readonly differences: readonly SchemaDifference[]
}

/** What adopting records. */
export interface Adoption {
  /**
   * The layout that was found or asked for; `table` for an unknown one, `version` for the caller's word, `schema` where
   * the version was recognised by the schema.
   */
  readonly layout: LayoutName | 'table' | 'version'
  /** The table that was read; null where there is none. */
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
   * Where the table is a log, with a row for each time that a migration was applied or taken back: the column that shows
   * which row of a migration is the last, which alone counts, and the migrations that were taken back. Null for others.
   */
  readonly log: { readonly order: string; readonly undone: readonly string[] } | null
  /**
   * The table that stands in the ledger's place, and the name that it gets. What names it, such as a view, SQLite changes
   * with it: `followers`, like `view applied`.
   */
  readonly renames: {
    readonly table: string
    readonly to: string
    readonly followers: readonly string[]
  } | null
  /** Null where the registry does not say which schema a version has, which goes only by force. */
  readonly schema: RecognizedSchema | null
  /** Whether the schema is not that of the version, or could not be compared with it, or `contradictions` are there. */
  readonly forced: boolean
  /**
   * What tables of other tools say against the version, like `goose_db_version says 004`; none unless forced, or shown by
   * the schema.
   */
  readonly contradictions: readonly string[]
}
