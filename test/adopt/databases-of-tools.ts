// Databases as other tools leave them: their own CREATE statements, and the rows that they write.
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { AdoptOptions } from '../../src/model/adoption.js'
import type { Registry } from '../../src/model/registry.js'
import { registryOf, type Draft } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'

/** One tool's database after three migrations, and what taking it over must find. */
export interface ToolCase {
  readonly layout: string
  /** What sets it apart from other cases of the same layout. */
  readonly title?: string
  readonly sql: string
  readonly table: string | null
  readonly by: 'number' | 'name' | 'position'
  /** What stands for each of the three migrations, and when it was applied; null for a time that nobody knows. */
  readonly rows: readonly (readonly [row: string, appliedAt: string | null])[]
}

/** The migrations that all of them have applied, by name. */
export const NAMES = ['create_users', 'add_email', 'create_posts'] as const

const STEPS = [
  'CREATE TABLE users (id INTEGER PRIMARY KEY)',
  'ALTER TABLE users ADD COLUMN email TEXT',
  'CREATE TABLE posts (id INTEGER)',
] as const

/** The three, and more, with the digests of what they make; a test that runs one of the three again fails. */
export const registryWith = (...more: readonly Draft<Handle>[]): Registry<Handle> =>
  withDigests(registryOf(...NAMES.map((name, at) => ({ name, up: STEPS[at]! })), ...more)).map(
    (entry, at) => (at < NAMES.length ? { ...entry, source: { up: 'SELECT never_run' } } : entry),
  )

/** What the three migrations made. */
export const SCHEMA =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT); CREATE TABLE posts (id INTEGER);'

const T1 = '2024-01-15T10:30:00.000Z'
const T2 = '2024-02-20T14:15:00.000Z'
const T3 = '2024-03-25T09:00:30.000Z'
const ms = (iso: string): number => Date.parse(iso)

export const TOOLS: readonly ToolCase[] = [
  {
    layout: '_migrations',
    table: '_migrations',
    by: 'number',
    sql: `CREATE TABLE _migrations (version TEXT PRIMARY KEY, name TEXT NOT NULL, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO _migrations VALUES ('001', 'create_users', '2024-01-15 10:30:00'), ('002', 'add_email', '2024-02-20 14:15:00'), ('003', 'create_posts', '2024-03-25 09:00:30');`,
    rows: [
      ['001 create_users', T1],
      ['002 add_email', T2],
      ['003 create_posts', T3],
    ],
  },
  {
    layout: 'settings',
    table: 'settings',
    by: 'number',
    sql: `CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO settings (key, value) VALUES ('retries', '5'), ('db_migration_version', '3'), ('db_migration_last_run', '2024-03-25T09:00:30.123456');`,
    rows: [
      ['3', '2024-03-25T09:00:30.123Z'],
      ['3', '2024-03-25T09:00:30.123Z'],
      ['3', '2024-03-25T09:00:30.123Z'],
    ],
  },
  {
    layout: 'schema_migrations',
    title: 'integer versions',
    table: 'schema_migrations',
    by: 'number',
    sql: `CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, description TEXT, applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO schema_migrations VALUES (1, 'Create users', '2024-01-15 10:30:00'), (2, 'Add email to users', '2024-02-20 14:15:00'), (3, NULL, '2024-03-25 09:00:30');`,
    rows: [
      ['1 Create users', T1],
      ['2 Add email to users', T2],
      ['3', T3],
    ],
  },
  {
    layout: 'schema_migrations',
    title: 'text versions and a checksum',
    table: 'schema_migrations',
    by: 'number',
    sql: `CREATE TABLE schema_migrations (version TEXT PRIMARY KEY, description TEXT, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, checksum TEXT);
      INSERT INTO schema_migrations (version, description, applied_at) VALUES ('003', 'Create posts', '2024-03-25 09:00:30'), ('001', 'Create users', NULL), ('002', 'Email', '2024-02-20 14:15:00');`,
    rows: [
      ['001 Create users', null],
      ['002 Email', T2],
      ['003 Create posts', T3],
    ],
  },
  {
    layout: 'user_version',
    table: null,
    by: 'number',
    sql: 'PRAGMA user_version = 3;',
    rows: [
      ['3', null],
      ['3', null],
      ['3', null],
    ],
  },
  {
    layout: 'knex',
    table: 'knex_migrations',
    by: 'name',
    sql: `CREATE TABLE knex_migrations (id integer not null primary key autoincrement, name varchar(255), batch integer, migration_time datetime);
      CREATE TABLE knex_migrations_lock ("index" integer not null primary key autoincrement, is_locked integer);
      INSERT INTO knex_migrations_lock (is_locked) VALUES (0);
      INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('20240115103000_create_users.js', 1, ${ms(T1)}), ('20240220141500_add_email.ts', 1, ${ms(T2)}), ('20240325090030_create_posts.js', 2, ${ms(T3)});`,
    rows: [
      ['20240115103000_create_users.js', T1],
      ['20240220141500_add_email.ts', T2],
      ['20240325090030_create_posts.js', T3],
    ],
  },
  {
    layout: 'kysely',
    table: 'kysely_migration',
    by: 'name',
    sql: `CREATE TABLE "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
      CREATE TABLE "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
      INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);
      INSERT INTO kysely_migration VALUES ('2024-01-15T10-30-00-create-users', '${T1}'), ('2024-02-20T14-15-00-add-email', '${T2}'), ('2024-03-25T09-00-30-create-posts', '${T3}');`,
    rows: [
      ['2024-01-15T10-30-00-create-users', T1],
      ['2024-02-20T14-15-00-add-email', T2],
      ['2024-03-25T09-00-30-create-posts', T3],
    ],
  },
  {
    layout: 'drizzle',
    table: '__drizzle_migrations',
    by: 'position',
    sql: `CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
      INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('b2', ${ms(T2)}), ('a1', ${ms(T1)}), ('c3', ${ms(T3)});`,
    rows: [
      ['row 1', null],
      ['row 2', null],
      ['row 3', null],
    ],
  },
  {
    layout: 'drizzle',
    title: 'with names',
    table: '__drizzle_migrations',
    by: 'name',
    sql: `CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric, name text, applied_at TEXT);
      INSERT INTO __drizzle_migrations (hash, created_at, name, applied_at) VALUES ('a1', ${ms(T1)}, '20240115103000_create_users', '${T1}'), ('b2', ${ms(T2)}, '20240220141500_add_email', '${T2}'), ('c3', ${ms(T3)}, '20240325090030_create_posts', '${T3}');`,
    rows: [
      ['20240115103000_create_users', T1],
      ['20240220141500_add_email', T2],
      ['20240325090030_create_posts', T3],
    ],
  },
  {
    layout: 'umzug',
    table: 'SequelizeMeta',
    by: 'name',
    sql: `CREATE TABLE \`SequelizeMeta\` (\`name\` VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
      INSERT INTO SequelizeMeta VALUES ('20240115103000-create-users.js'), ('20240220141500-add-email.js'), ('20240325090030-create-posts.js');`,
    rows: [
      ['20240115103000-create-users.js', null],
      ['20240220141500-add-email.js', null],
      ['20240325090030-create-posts.js', null],
    ],
  },
  {
    layout: 'typeorm',
    table: 'migrations',
    by: 'name',
    sql: `CREATE TABLE "migrations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "timestamp" bigint NOT NULL, "name" varchar NOT NULL);
      INSERT INTO migrations ("timestamp", name) VALUES (${ms(T1)}, 'CreateUsers${ms(T1)}'), (${ms(T2)}, 'AddEmail${ms(T2)}'), (${ms(T3)}, 'CreatePosts${ms(T3)}');`,
    rows: [
      [`CreateUsers${ms(T1)}`, null],
      [`AddEmail${ms(T2)}`, null],
      [`CreatePosts${ms(T3)}`, null],
    ],
  },
  {
    layout: 'prisma',
    table: '_prisma_migrations',
    by: 'name',
    sql: `CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
      INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at) VALUES
        ('a', 'x', '20240115103000_create_users', ${ms(T1)}, NULL),
        ('b', 'x', '20240220141500_add_email', NULL, ${ms(T1)}),
        ('c', 'x', '20240220141500_add_email', ${ms(T2)}, NULL),
        ('d', 'x', '20240325090030_create_posts', ${ms(T3)}, NULL);`,
    rows: [
      ['20240115103000_create_users', T1],
      ['20240220141500_add_email', T2],
      ['20240325090030_create_posts', T3],
    ],
  },
  {
    layout: 'd1',
    table: 'd1_migrations',
    by: 'name',
    sql: `CREATE TABLE "d1_migrations"(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);
      INSERT INTO d1_migrations (name, applied_at) VALUES ('0000_create_users.sql', '2024-01-15 10:30:00'), ('0001_add_email.sql', '2024-02-20 14:15:00'), ('0002_create_posts.sql', '2024-03-25 09:00:30');`,
    rows: [
      ['0000_create_users.sql', T1],
      ['0001_add_email.sql', T2],
      ['0002_create_posts.sql', T3],
    ],
  },
  {
    layout: 'golang-migrate',
    table: 'schema_migrations',
    by: 'number',
    sql: `CREATE TABLE schema_migrations (version uint64, dirty bool); CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
      INSERT INTO schema_migrations VALUES (3, false);`,
    rows: [
      ['3', null],
      ['3', null],
      ['3', null],
    ],
  },
  {
    layout: 'goose',
    table: 'goose_db_version',
    by: 'number',
    sql: `CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
      INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (0, 1, '2024-01-01 00:00:00'), (1, 1, '2024-01-15 10:30:00'), (2, 1, '2024-02-01 00:00:00'), (2, 0, '2024-02-02 00:00:00'), (2, 1, '2024-02-20 14:15:00'), (3, 1, '2024-03-25 09:00:30'), (4, 1, '2024-03-26 00:00:00'), (4, 0, '2024-03-27 00:00:00');`,
    rows: [
      ['1', T1],
      ['2', T2],
      ['3', T3],
    ],
  },
  {
    layout: 'goose',
    title: 'numbered by date',
    table: 'goose_db_version',
    by: 'position',
    sql: `CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
      INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (0, 1, '2024-01-01 00:00:00'), (20240115103000, 1, '2024-01-15 10:30:00'), (20240325090030, 1, '2024-03-25 09:00:30'), (20240220141500, 1, '2024-03-26 00:00:00');`,
    rows: [
      ['20240115103000', T1],
      ['20240220141500', '2024-03-26T00:00:00.000Z'],
      ['20240325090030', T3],
    ],
  },
  {
    layout: 'dbmate',
    table: 'schema_migrations',
    by: 'position',
    sql: `CREATE TABLE IF NOT EXISTS "schema_migrations" (version varchar(128) primary key);
      INSERT INTO schema_migrations VALUES ('20240115103000'), ('20240220141500'), ('20240325090030');`,
    rows: [
      ['20240115103000', null],
      ['20240220141500', null],
      ['20240325090030', null],
    ],
  },
  {
    layout: 'diesel',
    table: '__diesel_schema_migrations',
    by: 'position',
    sql: `CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO __diesel_schema_migrations VALUES ('20240115103000', '2024-01-15 10:30:00'), ('20240220141500', '2024-02-20 14:15:00'), ('20240325090030', '2024-03-25 09:00:30');`,
    rows: [
      ['20240115103000', T1],
      ['20240220141500', T2],
      ['20240325090030', T3],
    ],
  },
  {
    layout: 'sqlx',
    table: '_sqlx_migrations',
    by: 'name',
    sql: `CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
      INSERT INTO _sqlx_migrations VALUES (20240115103000, 'create users', '2024-01-15 10:30:00', 1, x'00', 1), (20240220141500, 'add email', '2024-02-20 14:15:00', 1, x'00', 1), (20240325090030, 'create posts', '2024-03-25 09:00:30', 1, x'00', 1);`,
    rows: [
      ['20240115103000 create users', T1],
      ['20240220141500 add email', T2],
      ['20240325090030 create posts', T3],
    ],
  },
  {
    layout: 'flyway',
    table: 'flyway_schema_history',
    by: 'number',
    sql: `CREATE TABLE "flyway_schema_history" ("installed_rank" INT NOT NULL PRIMARY KEY, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INT, "installed_by" VARCHAR(100) NOT NULL, "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')), "execution_time" INT NOT NULL, "success" BOOLEAN NOT NULL);
      INSERT INTO flyway_schema_history VALUES
        (1, '1', '<< Flyway Baseline >>', 'BASELINE', '', NULL, 'me', '2024-01-15 10:30:00.000', 0, 1),
        (2, '2', 'add email', 'SQL', 'V2__add_email.sql', 5, 'me', '2024-02-20 14:15:00.000', 1, 1),
        (3, NULL, 'refresh views', 'SQL', 'R__refresh_views.sql', 6, 'me', '2024-02-20 14:15:01.000', 1, 1),
        (4, '3', 'create posts', 'SQL', 'V3__create_posts.sql', 7, 'me', '2024-03-01 00:00:00.000', 1, 1),
        (5, '3', 'create posts', 'UNDO_SQL', 'U3__create_posts.sql', 7, 'me', '2024-03-02 00:00:00.000', 1, 1),
        (6, '3', 'create posts', 'SQL', 'V3__create_posts.sql', 7, 'me', '2024-03-25 09:00:30.000', 1, 1);`,
    rows: [
      ['1 << Flyway Baseline >>', T1],
      ['2 add email', T2],
      ['3 create posts', T3],
    ],
  },
]

/** How a layout is asked for: by nothing where its table is recognised; a user_version may be any program's own. */
export const askedFor = (layout: string): AdoptOptions =>
  layout === 'user_version' ? { from: layout } : {}
