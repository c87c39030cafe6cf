// Describes the migration tables of other tools, as data: one layout per tool. Conditions are SQL over one row.
import type { LayoutName } from '../../model/adoption.js'

/** How a tool stores its migrations in a table. Optional columns are simply not read if a table lacks them. */
export interface Layout {
  /** The table's usual name. */
  readonly table: string
  /** The columns by which the table is recognised. */
  readonly columns: readonly string[]
  /** The table has these columns and no others. */
  readonly exactly?: true
  /** The column with the migration's number. */
  readonly number?: string
  /** The column with its name: a file name, a class, a description. */
  readonly title?: string
  /** A table that programs create by hand: its time columns may mean more than the time of applying. */
  readonly homemade?: true
  /** The name column holds a sentence about the migration, which need not be its name. */
  readonly described?: true
  /** The column with the time of applying. */
  readonly time?: string
  /** The columns that give the order in which rows were written. */
  readonly order: readonly string[]
  /** A column with a boolean, as a number or a word; NULL in the conditions below if it is neither. */
  readonly flag?: string
  /** Rows that say nothing about an applied migration. */
  readonly ignored?: string
  /** Rows of migrations that failed or did not end. */
  readonly failed?: string
  /** Rows that roll back an earlier row of the same migration. */
  readonly undone?: string
  /** Rows that stand for every version before them as well. */
  readonly through?: string
  /** A column of the table `<table>_lock` that is not zero while the tool is running, and after it crashed. */
  readonly locked?: string
}

/** The layouts that have a table of their own; `settings` and `user_version` are single values, `schema` stores nothing. */
export type TableLayout = Exclude<LayoutName, 'settings' | 'user_version' | 'schema'>

/** Every layout that has a table of its own. */
export const LAYOUTS: Readonly<Record<TableLayout, Layout>> = {
  // Versions like '001' with a name, one row each.
  _migrations: {
    table: '_migrations',
    homemade: true,
    columns: ['version', 'name', 'applied_at'],
    number: 'version',
    title: 'name',
    time: 'applied_at',
    order: ['version'],
  },
  // Versions as integers, or as text with a checksum column; the description is free text.
  schema_migrations: {
    table: 'schema_migrations',
    columns: ['version', 'description', 'applied_at'],
    homemade: true,
    number: 'version',
    title: 'description',
    described: true,
    time: 'applied_at',
    order: ['version'],
  },
  // Names are file names; the time is written in milliseconds.
  knex: {
    table: 'knex_migrations',
    columns: ['name', 'batch', 'migration_time'],
    title: 'name',
    time: 'migration_time',
    order: ['id'],
    locked: 'is_locked',
  },
  // Names are file names without extension, run in alphabetical order.
  kysely: {
    table: 'kysely_migration',
    columns: ['name', 'timestamp'],
    title: 'name',
    time: 'timestamp',
    order: ['name'],
  },
  // `created_at` is when the migration was generated, not when it was applied. Newer tables have name and applied_at.
  drizzle: {
    table: '__drizzle_migrations',
    columns: ['hash', 'created_at'],
    title: 'name',
    time: 'applied_at',
    order: ['created_at', 'id'],
  },
  // The Sequelize storage: file names with their extension, no times.
  umzug: {
    table: 'SequelizeMeta',
    columns: ['name'],
    title: 'name',
    time: 'createdAt',
    order: ['name'],
  },
  // `timestamp` is part of the class's name, not a time of applying.
  typeorm: {
    table: 'migrations',
    columns: ['id', 'timestamp', 'name'],
    title: 'name',
    order: ['timestamp', 'id'],
  },
  // One row for each attempt; failed ones that were marked as rolled back do not count.
  prisma: {
    table: '_prisma_migrations',
    columns: ['migration_name', 'finished_at', 'rolled_back_at'],
    title: 'migration_name',
    time: 'finished_at',
    order: ['migration_name', 'started_at'],
    ignored: 'rolled_back_at IS NOT NULL',
    failed: 'rolled_back_at IS NULL AND finished_at IS NULL',
  },
  // Written by wrangler: file names with their extension.
  d1: {
    table: 'd1_migrations',
    columns: ['id', 'name', 'applied_at'],
    title: 'name',
    time: 'applied_at',
    order: ['id'],
  },
  // One row: the newest version. A negative number stands for none.
  'golang-migrate': {
    table: 'schema_migrations',
    columns: ['version', 'dirty'],
    number: 'version',
    order: ['version'],
    flag: 'dirty',
    ignored: 'version < 0 AND NOT dirty',
    failed: 'coalesce(dirty, 1)',
    through: '1',
  },
  // Starts with a row for version 0; older releases write a second row when a migration is rolled back.
  goose: {
    table: 'goose_db_version',
    columns: ['version_id', 'is_applied'],
    number: 'version_id',
    time: 'tstamp',
    order: ['id'],
    ignored: 'version_id = 0',
    flag: 'is_applied',
    failed: 'is_applied IS NULL',
    undone: 'NOT is_applied',
  },
  // Also the table of Rails: versions only.
  dbmate: {
    table: 'schema_migrations',
    columns: ['version'],
    exactly: true,
    number: 'version',
    order: ['version'],
  },
  // The date of the folder's name without its dashes.
  diesel: {
    table: '__diesel_schema_migrations',
    columns: ['version', 'run_on'],
    number: 'version',
    time: 'run_on',
    order: ['version'],
  },
  sqlx: {
    table: '_sqlx_migrations',
    columns: ['version', 'description', 'installed_on', 'success'],
    number: 'version',
    title: 'description',
    time: 'installed_on',
    order: ['version'],
    flag: 'success',
    failed: 'NOT coalesce(success, 0)',
  },
  // Repeatable scripts have no version; a baseline stands for everything up to its own. Rows that `repair` has marked as deleted
  // are not applied.
  flyway: {
    table: 'flyway_schema_history',
    columns: ['installed_rank', 'version', 'description', 'type', 'installed_on', 'success'],
    number: 'version',
    title: 'description',
    time: 'installed_on',
    order: ['installed_rank'],
    flag: 'success',
    ignored: "success AND (version IS NULL OR type = 'SCHEMA')",
    failed: 'NOT coalesce(success, 0)',
    undone: "type LIKE 'UNDO%' OR type = 'DELETE'",
    through: "type LIKE '%BASELINE%'",
  },
}
