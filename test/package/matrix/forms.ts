// The forms of a migration besides those that `init` and `create` write, as each kind of project writes them.
import type { Kind } from './kinds.js'

/** File → text, below the folder of the migrations. */
export const FORMS: Readonly<Record<Kind['forms'], Readonly<Record<string, string>>>> = {
  inferred: {
    '002_sql.ts': `import { defineMigration, sql } from 'lockstep/better-sqlite3'

const column = sql.id('a')
export default defineMigration({ up: sql\`CREATE TABLE t2 (\${column} TEXT)\`, down: ['DROP TABLE t2'] })
`,
    '003_named.ts': `import type { Context, Handle } from 'lockstep/better-sqlite3'

export const description = 'Named'
export function up(db: Handle, ctx: Context): void {
  ctx.log('three')
  db.exec('CREATE TABLE t3 (a TEXT)')
  db.prepare<[string], { a: string }>('SELECT a FROM t3 WHERE a = ?').get('x')
}
export const down = (db: Handle): void => void db.exec('DROP TABLE t3')
`,
    '004-005_list.ts': `import { defineMigrations } from 'lockstep/better-sqlite3'

export default defineMigrations([
  { version: 4, sql: ['CREATE TABLE t4 (a TEXT)'], down: 'DROP TABLE t4' },
  { version: 5, description: 'Five', sql: 'CREATE TABLE t5 (a TEXT)', down: 'DROP TABLE t5' },
])
`,
    '006_class.ts': `import { Migration, type Handle } from 'lockstep/better-sqlite3'

export default class Six extends Migration {
  version = '006'
  up(db: Handle): void {
    db.exec('CREATE TABLE t6 (a TEXT)')
  }
  down(db: Handle): void {
    db.exec('DROP TABLE t6')
  }
}
`,
    '007_named_object.ts': `import { defineMigration } from 'lockstep'
import type { Database } from 'lockstep/better-sqlite3'

const migration = defineMigration({
  up: (db: Database) => db.exec('CREATE TABLE t7 (a TEXT)'),
  irreversible: 'to try it',
})
export default migration
`,
    '008_sql_file.sql':
      '-- migrate:up\nCREATE TABLE t8 (a TEXT);\n-- migrate:down\nDROP TABLE t8;\n',
  },
  stated: {
    '002_object.ts': `import { defineMigration, sql, type MigrationDefinition } from 'lockstep/better-sqlite3'

const migration: MigrationDefinition = defineMigration({
  up: sql\`CREATE TABLE t2 (a TEXT)\`,
  down: (db) => db.exec('DROP TABLE t2'),
})
export default migration
`,
    '003_named.ts': `import type { Handle, Step } from 'lockstep/better-sqlite3'

export const description = 'Named'
export function up(db: Handle): void {
  db.exec('CREATE TABLE t3 (id INTEGER PRIMARY KEY, a TEXT)')
}
export const down: Step<Handle> = (db) => void db.exec('DROP TABLE t3')
`,
    '004-005_list.ts': `import type { ListedMigration } from 'lockstep/better-sqlite3'

const list: readonly ListedMigration[] = [
  { version: 4, sql: 'CREATE TABLE t4 (a TEXT)', down: 'DROP TABLE t4' },
  { version: 5, sql: 'CREATE TABLE t5 (a TEXT)', down: 'DROP TABLE t5' },
]
export default list
`,
    '006_class.ts': `import { Migration, type Handle } from 'lockstep/better-sqlite3'

export default class Six extends Migration {
  version = '006'
  up(db: Handle): void {
    db.exec('CREATE TABLE t6 (a TEXT)')
  }
  down(db: Handle): void {
    db.exec('DROP TABLE t6')
  }
}
`,
    '007_alter.ts': `import type { AlteringMigration } from 'lockstep/better-sqlite3'

const migration: AlteringMigration = { alter: { t2: { add: { b: 'TEXT' } } }, down: 'auto' }
export { migration as default }
`,
    '008_batches.ts': `import type { BatchedMigration } from 'lockstep/better-sqlite3'

const migration: BatchedMigration = {
  batches: [
    { query: 'SELECT id FROM t3', by: 'id', update: 'UPDATE t3 SET a = trim(a) WHERE id BETWEEN :from AND :to' },
    { query: 'SELECT id FROM t3', by: 'id', each: (db) => db.exec('SELECT 1') },
  ],
  irreversible: 'to try it',
}
export default migration
`,
  },
  commonjs: {
    '002_sql.js': `const { defineMigration, sql } = require('lockstep/better-sqlite3')

module.exports = defineMigration({ up: sql\`CREATE TABLE t2 (a TEXT)\`, down: ['DROP TABLE t2'] })
`,
    '003_named.js': `const { table } = require('./_names')

exports.description = 'Named'
exports.up = (db, ctx) => {
  if (ctx.columns(table).length === 0) db.exec('CREATE TABLE t3 (a TEXT)')
}
exports.down = (db) => {
  db.exec('DROP TABLE t3')
}
`,
    '_names.js': `module.exports = { table: 't3' }\n`,
    '004-005_list.js': `const lockstep = require('lockstep')

module.exports = lockstep.defineMigrations([
  { version: 4, sql: ['CREATE TABLE t4 (a TEXT)'], down: 'DROP TABLE t4' },
  { version: 5, sql: 'CREATE TABLE t5 (a TEXT)', down: 'DROP TABLE t5' },
])
`,
    '006_class.cjs': `const { Migration } = require('lockstep/better-sqlite3')

module.exports = class Six extends Migration {
  up(db) {
    db.exec('CREATE TABLE t6 (a TEXT)')
  }
  down(db) {
    db.exec('DROP TABLE t6')
  }
}
`,
    '007_module.mjs': `export default { up: 'CREATE TABLE t7 (a TEXT)', irreversible: 'to try it' }\n`,
    '008_sql_file.sql':
      '-- migrate:up\nCREATE TABLE t8 (a TEXT);\n-- migrate:down\nDROP TABLE t8;\n',
  },
}

const IMPORTS: readonly string[] = [
  `import Database from 'better-sqlite3'`,
  `import { migrate } from 'lockstep/better-sqlite3'`,
  `import { MigrationManager, isLockstepError } from 'lockstep'`,
]

/** The application: it migrates a database in memory, and tells how far. */
export const application = ({ forms, ending = 'js' }: Kind): string =>
  [
    ...(forms === 'commonjs' ? IMPORTS.map(required) : IMPORTS),
    forms === 'commonjs'
      ? `const { registry } = require('../generated/registry.js')`
      : `import { registry } from '../generated/registry.${ending}'`,
    `const { steps, to } = migrate(new Database(':memory:'), registry, { to: 9 })`,
    'console.log(steps.length, to, typeof MigrationManager, isLockstepError(null))',
    '',
  ].join('\n')

const required = (line: string): string =>
  line.replace(/^import (.*) from ('.*')$/, 'const $1 = require($2)')
