// What says that a version is the last one: named in the log, on the screen and in refusals, where it says more than what was read.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { renderAdoption } from '../../src/cli/render/adoption.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import type { AdoptOptions } from '../../src/model/adoption.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryWith, SCHEMA } from './databases-of-tools.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const registry = registryWith(
  { name: 'fill', up: "UPDATE users SET email = ''" },
  { name: 'tags', up: 'CREATE TABLE tags (id)' },
)
const databaseWith = (sql: string): Database.Database => {
  const db = files.open()
  db.exec(SCHEMA + sql)
  return db
}

const NAMES = ['create_users', 'add_email', 'create_posts', 'fill']
const knexTo = (version: number): string =>
  `CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name, batch, migration_time);
  ${NAMES.slice(0, version)
    .map((name, at) => `INSERT INTO knex_migrations VALUES (${at}, '${name}.js', 1, 1);`)
    .join('')}`
const done = (...names: readonly string[]): string =>
  `CREATE TABLE done (name, ok); ${names.map((name) => `INSERT INTO done VALUES ('${name}', 1);`).join('')}`
const user = (version: number): string => `PRAGMA user_version = ${version};`
const settings = (version: number): string =>
  `CREATE TABLE settings (key, value); INSERT INTO settings VALUES ('db_migration_version', '${version}');`
const TAGS = 'CREATE TABLE tags (id);'
const force = { force: true, reason: 'known' } as const

interface Case {
  readonly sql: string
  readonly options: AdoptOptions<number>
  readonly source: string
  /** How the detail of the log begins. */
  readonly log: string
  readonly shown: string
  /** On whose word the version is recorded, where the schema is that of several. */
  readonly word?: string
}

const CASES: Record<string, Case> = {
  'a number that reaches the version': {
    sql: user(3),
    options: { from: 'user_version' },
    source: 'user_version',
    log: 'from user_version by number: 001 to 003 are applied',
    shown: 'user_version: 3 migrations applied, mapped by number;',
    word: 'that of user_version',
  },
  'a number below the version that the caller says': {
    sql: user(1),
    options: { from: 'user_version', at: 3 },
    source: '--at',
    log: 'from user_version by number, beyond that as given: 001 to 003 are applied',
    shown: 'user_version: 3 migrations applied, mapped by number, beyond that as given;',
    word: 'your word',
  },
  'a number that was never set': {
    sql: '',
    options: { from: 'user_version', at: 3 },
    source: '--at',
    log: 'from user_version by number, beyond that as given: 001 to 003 are applied',
    shown: 'user_version: 3 migrations applied, mapped by number, beyond that as given;',
    word: 'your word',
  },
  'a number that the caller repeats': {
    sql: user(3),
    options: { from: 'user_version', at: 3 },
    source: 'user_version',
    log: 'from user_version by number: 001 to 003 are applied',
    shown: 'user_version: 3 migrations applied, mapped by number;',
    word: 'that of user_version',
  },
  'a number in a table of settings, and more that the caller says': {
    sql: settings(2),
    options: { from: 'settings', at: 4 },
    source: '--at',
    log: 'from settings by number, beyond that as given: 001 to 004 are applied',
    shown: 'settings: 4 migrations applied, mapped by number, beyond that as given;',
    word: 'your word',
  },
  'rows of a tool, and more that the caller says': {
    sql: knexTo(2),
    options: { from: 'knex', at: 3 },
    source: '--at',
    log: 'from knex in knex_migrations by name, beyond that as given: 001 to 003 are applied',
    shown:
      'knex, table knex_migrations: 3 migrations applied, mapped by name, beyond that as given;',
    word: 'your word',
  },
  'rows of a tool that was found by itself': {
    sql: knexTo(4),
    options: {},
    source: 'knex_migrations',
    log: 'from knex in knex_migrations by name: 001 to 004 are applied',
    shown: 'knex, table knex_migrations: 4 migrations applied, mapped by name;',
    word: 'that of knex_migrations',
  },
  'rows that leave some out, and a schema that goes further': {
    sql: done('create_users', 'create_posts') + TAGS,
    options: { fromTable: 'done' },
    source: 'schema',
    log: 'from table in done by name, beyond that by the schema: 001 to 005 are applied',
    shown: 'table done: 5 migrations applied, mapped by name, beyond that by the schema;',
  },
  'rows that are filtered, in a way of the caller’s': {
    sql: done('create_users', 'add_email', 'create_posts', 'other'),
    options: { fromTable: 'done', where: "name <> 'other' AND ok", by: 'position' },
    source: 'done',
    log: "from table in done where name <> 'other' AND ok by position: 001 to 003 are applied",
    shown: 'table done: 3 migrations applied, mapped by position;',
    word: 'that of done',
  },
  'the schema': {
    sql: TAGS,
    options: { from: 'schema' },
    source: 'schema',
    log: 'recognised by the schema: 001 to 005 are applied',
    shown: 'recognised by its schema: 5 migrations applied;',
  },
  'the caller, where the schema is that of several': {
    sql: '',
    options: { from: 'schema', at: 4 },
    source: '--at',
    log: 'as given, without a table: 001 to 004 are applied',
    shown: '4 migrations applied, as given;',
    word: 'your word',
  },
  'the caller alone': {
    sql: '',
    options: { at: 3 },
    source: '--at',
    log: 'as given, without a table: 001 to 003 are applied',
    shown: '3 migrations applied, as given;',
    word: 'your word',
  },
  'the caller against the schema': {
    sql: '',
    options: { from: 'schema', at: 5, ...force },
    source: '--at',
    log: 'as given, without a table: 001 to 005 are applied, by force; these differ: table tags: known',
    shown: '5 migrations applied, as given',
  },
  'the caller against a table, where nothing differs': {
    sql: knexTo(4),
    options: { at: 3, ...force },
    source: '--at',
    log: 'as given, without a table: 001 to 003 are applied, by force, although knex_migrations says 004: known',
    shown: '3 migrations applied, as given;',
    word: 'your word',
  },
}

describe.each(Object.entries(CASES))('%s', (_, { sql, options, source, log, shown, word }) => {
  test('is named as what says it', () => {
    const db = databaseWith(sql)
    const manager = managerOf(db, registry)
    const adoption = manager.adopt(options as AdoptOptions)
    expect(adoption.source).toBe(source)
    const detail = manager.history().find(({ action }) => action === 'adopt')?.detail
    expect(detail).toBe(log)
    const lines = renderAdoption(adoption, 'app.db', makeStyle({ colors: 'off', listing: 'whole' }))
    expect(`${lines[0]};`).toContain(`app.db  ${shown}`)
    const taken = lines.find((line) => line.startsWith('The schema is also that of'))
    expect(taken?.replace(/.* rests on (.*)\.$/, '$1')).toBe(word)
  })
})

describe('a refusal names what says the version', () => {
  const refusal = (sql: string, options: AdoptOptions<number>) =>
    errorOf(() => managerOf(databaseWith(sql), registry).adopt(options as AdoptOptions))
  test('and the table that goes on contradicting what fits', () => {
    const error = refusal(knexTo(3) + 'DROP TABLE posts', { from: 'knex', at: 3 })
    expect(error.message).toContain('According to knex_migrations, 003 (create_posts)')
    expect(error.fix).toContain(
      '`lockstep adopt --at 2` with `--force --reason "<why>"`, which overrules knex_migrations',
    )
  })
  test('or the caller, where the table reaches less far', () => {
    const error = refusal(knexTo(2), { from: 'knex', at: 5 })
    expect(error.message).toContain('According to --at, 005 (tags) is the last one applied')
    expect(error.fix).toContain('which overrules knex_migrations')
  })
  test('but no table that nobody reads unless it is named', () => {
    const db = databaseWith(done('create_users', 'add_email'))
    const error = errorOf(() => managerOf(db, registry).adopt({ fromTable: 'done' }))
    expect(error.message).toContain('According to done, 002 (add_email)')
    expect(error.fix).not.toContain('against done')
    expect(managerOf(db, registry).adopt({ at: 3 })).toMatchObject({ version: 3, forced: false })
  })
  test('or the schema, which goes further than a table with rows missing', () => {
    const sql = done('create_users', 'create_posts') + knexTo(4) + TAGS
    const error = refusal(sql, { fromTable: 'done' })
    expect(error.code).toBe('ADOPT_LEDGERS_DIFFER')
    expect(error.message).toContain('According to the schema, 005 (tags) is the last one applied')
  })
})
