// What else `ctx` has: questions about the schema, levels of the log, the values of the application, and the signal.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import type { Context } from '../../../src/model/migration.js'
import type { ManagerOptions } from '../../../src/model/options.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { asyncDriver } from '../../support/async-driver.js'
import { databases, ledgerIds } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'

const files = databases()
const SCHEMA = `CREATE TABLE users (id INTEGER PRIMARY KEY, Émail TEXT, total AS (id + 1));
CREATE VIEW people AS SELECT id FROM users;
CREATE VIRTUAL TABLE words USING fts5(body);
CREATE INDEX by_email ON users(Émail);
CREATE TEMP TABLE scratch (a UNIQUE);
CREATE INDEX temp.by_a ON scratch(a)`

/** Runs a step over a database that has a schema already. */
function run(step: (ctx: Context) => unknown, options: ManagerOptions = {}): Database.Database {
  const db = files.open()
  db.exec(SCHEMA)
  migrate(db, registryOf({ toolkit, up: (_, ctx) => void step(ctx) }), {
    onUnmanaged: 'allow',
    ...options,
  })
  return db
}

/** Each question with its answer: tables, columns and indexes, also TEMP ones and in other letters. */
const ASKED: readonly [question: (ctx: Context) => boolean, answer: boolean][] = [
  [(ctx) => ctx.hasTable('USERS'), true],
  [(ctx) => ctx.hasTable('words'), true],
  [(ctx) => ctx.hasTable('scratch'), true],
  [(ctx) => ctx.hasTable('people'), false],
  [(ctx) => ctx.hasTable('by_email'), false],
  [(ctx) => ctx.hasTable(`users'; DROP TABLE users; --`), false],
  [(ctx) => ctx.hasColumn('users', 'ID'), true],
  [(ctx) => ctx.hasColumn('users', 'total'), true],
  [(ctx) => ctx.hasColumn('users', 'Émail'), true],
  [(ctx) => ctx.hasColumn('users', 'émail'), false],
  [(ctx) => ctx.hasColumn('people', 'id'), true],
  [(ctx) => ctx.hasColumn('nowhere', 'id'), false],
  [(ctx) => ctx.hasIndex('By_Email'), true],
  [(ctx) => ctx.hasIndex('by_a'), true],
  [(ctx) => ctx.hasIndex('users'), false],
]

describe('questions about the schema', () => {
  test.each(ASKED)('%s: %s', (question, answer) => {
    let found: unknown
    run((ctx) => (found = question(ctx)))
    expect(found).toBe(answer)
  })
  test('are promises on an asynchronous driver', async () => {
    const db = files.open()
    db.exec(SCHEMA)
    const found: unknown[] = []
    const up = async (_: unknown, ctx: Context): Promise<void> => {
      found.push(await ctx.hasTable('users'), await ctx.hasColumn('users', 'no'))
      found.push(await ctx.hasIndex('by_email'))
    }
    const registry = registryOf({ toolkit, up: up as never })
    await new MigrationManager(asyncDriver(db), registry, { onUnmanaged: 'allow' }).migrate()
    expect(found).toEqual([true, false, true])
  })
})

test('log: plain is info, and each level has a function of its own', () => {
  const heard: string[] = []
  run(
    (ctx) => {
      ctx.log('a')
      ctx.log.debug('b')
      ctx.log.info('c')
      ctx.log.warn('d')
    },
    { onEvent: (event) => event.type === 'log' && heard.push(`${event.level} ${event.message}`) },
  )
  expect(heard).toEqual(['info a', 'debug b', 'info c', 'warn d'])
})

describe('env', () => {
  test('holds what the application gave, and can be asked, written down and awaited', () => {
    let found: unknown[] = []
    const names = { de: 'Deutsch' }
    run(
      (ctx) => {
        found = [ctx.env['language'], ctx.env['names'], 'names' in ctx.env, 'region' in ctx.env]
        found.push(JSON.stringify(ctx.env), String(ctx.env), { ...ctx.env })
      },
      { env: { language: 'de', names, nothing: undefined } },
    )
    expect(found).toEqual([
      'de',
      names,
      true,
      false,
      '{"language":"de","names":{"de":"Deutsch"}}',
      '[object Object]',
      { language: 'de', names },
    ])
  })
  test.each<[given: ManagerOptions, told: string]>([
    [{}, 'reads ctx.env.language, which was not given.'],
    [{ env: { language: undefined } }, 'reads ctx.env.language, which was not given.'],
    [
      { env: { region: 'CH', style: 1 } },
      'reads ctx.env.language, which was not given (given: region, style).',
    ],
  ])('given %j, refuses a name that is not there, and undoes the step', (given, told) => {
    const db = files.open()
    const registry = registryOf<Database.Database>({
      file: 'm.ts',
      up(own, { env }) {
        own.exec('CREATE TABLE t (x)')
        own.prepare('INSERT INTO t VALUES (?)').run(env['language'])
      },
    })
    const error = errorOf(() => migrate(db, registry, given))
    expect(error).toMatchObject({ code: 'ENV_MISSING', facts: { name: 'language', version: 1 } })
    expect(error.message).toContain(told)
    expect(error.message).toContain('rolled back')
    expect(ledgerIds(db)).toEqual([])
    migrate(db, registry, { env: { language: 'de' } })
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe('de')
  })
  test('cannot be written to', () => {
    const env = { language: 'de' }
    const write = (ctx: Context): void => void ((ctx.env as typeof env).language = 'fr')
    expect(errorOf(() => run(write, { env }))).toMatchObject({ code: 'MIGRATION_FAILED' })
    expect(env.language).toBe('de')
  })
})

describe('signal', () => {
  const signal = { aborted: false }
  const rows = (count: number): string =>
    `CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i, 0 FROM n`
  const walk = (transaction?: false) =>
    registryOf<Database.Database>(
      { up: rows(10) },
      {
        toolkit,
        ...(transaction === false && { transaction }),
        up(db, ctx) {
          const write = db.prepare('UPDATE t SET x = 1 WHERE id = ?')
          ctx.batches<{ id: number }>('SELECT id FROM t', { by: 'id', size: 3 }, (batch) => {
            signal.aborted = true
            for (const { id } of batch) write.run(id)
          })
        },
      },
    )

  test('stops a walk between two batches, whose step is undone, and done when it runs again', () => {
    const db = files.open()
    signal.aborted = false
    const error = errorOf(() => migrate(db, walk(), { signal }))
    expect(error).toMatchObject({ code: 'RUN_ABORTED', report: { to: 1 } })
    expect(error.message).toContain('was stopped while it worked through rows')
    expect(error.message).toContain('rolled back')
    expect(db.prepare('SELECT sum(x) FROM t').pluck().get()).toBe(0)
    migrate(db, walk())
    expect(db.prepare('SELECT sum(x) FROM t').pluck().get()).toBe(10)
  })
  test('lets a walk outside a transaction come to its end: what is done stays', () => {
    const db = files.open()
    signal.aborted = false
    migrate(db, walk(false), { signal })
    expect(db.prepare('SELECT sum(x) FROM t').pluck().get()).toBe(10)
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
  test('can be looked at by loops of a step, which then throw', () => {
    const seen: boolean[] = []
    signal.aborted = false
    const look = (ctx: Context): void => {
      seen.push(ctx.signal.aborted)
      signal.aborted = true
      seen.push(ctx.signal.aborted)
    }
    run(look, { signal })
    run((ctx) => seen.push(ctx.signal.aborted))
    expect(seen).toEqual([false, true, false])
  })
})

test('a step that asks the schema first does not fail on what is there', () => {
  const db = files.open()
  db.exec('CREATE TABLE t (id, email)')
  const registry = registryOf<Database.Database>({
    toolkit,
    up(own, ctx) {
      if (!ctx.hasColumn('t', 'email')) own.exec('ALTER TABLE t ADD COLUMN email')
      if (!ctx.hasTable('u')) own.exec('CREATE TABLE u (id)')
    },
  })
  new MigrationManager(betterSqlite3(db), registry, { onUnmanaged: 'allow' }).migrate()
  expect(ledgerIds(db)).toEqual(['001'])
})
