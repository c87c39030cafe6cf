// What a migration can do wrong in code, and what is true of the database afterwards.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Context } from '../../src/model/migration.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
type Code = (db: Handle) => unknown

/** Runs one good step and then the bad one. */
const attempt = (up: Code, db = files.open()) => {
  const registry = registryOf(...tables(1), { up: up as never })
  return { db, error: errorOf(() => migrate(db, registry)) }
}

describe('nothing of the step is left', () => {
  const work = (db: Handle): Handle => db.exec('CREATE TABLE half (x)')
  test.each<[string, Code, string]>([
    [
      'throws',
      (db) => {
        work(db)
        throw new Error('no')
      },
      'MIGRATION_FAILED',
    ],
    [
      'returns false',
      (db) => {
        work(db)
        return false
      },
      'MIGRATION_RETURNED_FALSE',
    ],
    ['is async', async (db) => work(db), 'MIGRATION_ASYNC'],
    [
      'returns a promise',
      (db) => {
        work(db)
        return Promise.resolve()
      },
      'MIGRATION_PROMISE',
    ],
    [
      'returns something like a promise',
      (db) => {
        work(db)
        return { then() {} }
      },
      'MIGRATION_PROMISE',
    ],
    [
      'returns something that asks for its value',
      (db) => {
        work(db)
        return { then: (resolve: (value: number) => void) => resolve(1) }
      },
      'MIGRATION_PROMISE',
    ],
    [
      'throws what has no text',
      (db) => {
        work(db)
        throw Object.create(null)
      },
      'MIGRATION_FAILED',
    ],
    ['runs COMMIT', (db) => work(db).exec('COMMIT'), 'TRANSACTION_CONTROL'],
    ['prepares COMMIT', (db) => work(db).prepare('COMMIT').run(), 'TRANSACTION_CONTROL'],
    ['runs COMMIT; BEGIN', (db) => work(db).exec('COMMIT; BEGIN'), 'TRANSACTION_CONTROL'],
    ['runs SAVEPOINT', (db) => work(db).exec('SAVEPOINT mine'), 'TRANSACTION_CONTROL'],
    ['runs ROLLBACK', (db) => work(db).exec('rollback'), 'TRANSACTION_CONTROL'],
    [
      'switches foreign key enforcement',
      (db) => work(db).exec('PRAGMA foreign_keys = ON'),
      'FOREIGN_KEYS_PRAGMA',
    ],
    [
      'switches foreign keys by the method for pragmas',
      (db) => work(db).pragma('"foreign_keys" /* so */ = ON'),
      'FOREIGN_KEYS_PRAGMA',
    ],
    [
      'has a NUL in its SQL',
      (db) => work(db).exec("INSERT INTO half VALUES ('a\0b'); CREATE TABLE more (x)"),
      'STATEMENT_NUL',
    ],
    [
      'returns a transaction that nobody has called',
      (db) => work(db).transaction(() => work(db)),
      'MIGRATION_NOT_RUN',
    ],
    [
      'is a generator function',
      function* (db: Handle) {
        yield work(db)
      } as unknown as (db: Handle) => void,
      'MIGRATION_NOT_RUN',
    ],
    [
      'fails while rows are not read to their end',
      (db) => {
        work(db).prepare('SELECT 1 UNION SELECT 2').iterate().next()
        throw new Error('nothing more')
      },
      'MIGRATION_FAILED',
    ],
    ['drops the ledger', (db) => work(db).exec('DROP TABLE _migrations'), 'LEDGER_LOST'],
    [
      'alters the ledger',
      (db) => work(db).exec('ALTER TABLE _migrations RENAME COLUMN name TO n'),
      'LEDGER_LOST',
    ],
    ['empties the ledger', (db) => work(db).exec('DELETE FROM _migrations'), 'LEDGER_LOST'],
    [
      'takes its place in the ledger',
      (db) => work(db).exec("INSERT INTO _migrations (version, name) VALUES ('002', 'x')"),
      'LEDGER_LOST',
    ],
    [
      'closes the handle',
      (db) => {
        work(db)
        ;(db as unknown as Database.Database).close()
      },
      'DATABASE_CLOSED',
    ],
  ])('when it %s', (_, up, code) => {
    const path = files.path()
    const { error } = attempt(up, files.open(path))
    expect(error).toMatchObject({ code, report: { from: 0, to: 1 } })
    const db = files.open(path)
    expect(tablesOf(db)).toEqual(['t1'])
    expect(ledgerIds(db)).toEqual(['001'])
    expect(migrate(db, registryOf(...tables(2))).steps).toHaveLength(1)
  })
  test('an async function is not even called', () => {
    let calls = 0
    attempt(async () => void (calls += 1))
    expect(calls).toBe(0)
  })
  test('a promise that rejects later does not end the process', async () => {
    const { error } = attempt(() => Promise.reject(new Error('later')))
    expect(error.message).toContain(
      'Whatever the promise still does happens outside any transaction.',
    )
    await new Promise((resolve) => setImmediate(resolve))
  })
  test('the ledger emptied on the way down', () => {
    const db = files.open()
    const registry = registryOf(...tables(1), {
      up: 'SELECT 1',
      down: (db) => void db.exec('DELETE FROM _migrations'),
    })
    migrate(db, registry)
    const manager = managerOf(db, registry)
    expect(errorOf(() => manager.rollback()).code).toBe('LEDGER_LOST')
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

describe('what a migration may do', () => {
  test('leave rows of an older statement unread, and those that others read stay open', () => {
    const db = files.open()
    const old = db.prepare('SELECT 1 UNION SELECT 2')
    const others = files.open().prepare('SELECT 1 UNION SELECT 2').pluck().iterate()
    others.next()
    migrate(db, registryOf({ up: () => void old.iterate().next() }, ...tables(2).slice(1)))
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(old.busy).toBe(false)
    expect([...others]).toEqual([2])
  })
  test('read rows any number of times, which leaves no trace on statements', () => {
    const db = files.open()
    const before = db.prepare('SELECT 1').iterate
    const up = (handle: Handle): void => {
      for (let turn = 0; turn < 10; turn++)
        expect([...handle.prepare('SELECT 7').pluck().iterate()]).toEqual([7])
    }
    migrate(db, registryOf({ up }))
    expect(db.prepare('SELECT 1').iterate).toBe(before)
  })
  test('leave rows unread', () => {
    const db = files.open()
    const unread = (handle: Handle): void => {
      handle.exec('CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)')
      handle.prepare('SELECT x FROM a').iterate().next()
    }
    migrate(db, registryOf({ up: unread }, { up: 'DROP TABLE a' }))
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(db.inTransaction).toBe(false)
  })
  test("use the client's own nested transactions", () => {
    const db = files.open()
    migrate(
      db,
      registryOf({
        up(handle) {
          handle.exec('CREATE TABLE a (x)')
          const insert = handle.prepare<[number]>('INSERT INTO a VALUES (?)')
          handle.transaction((from: number) =>
            [0, 1, 2].forEach((step) => insert.run(from + step)),
          )(5)
          try {
            handle.transaction(() => {
              insert.run(99)
              throw new Error('undo this')
            })()
          } catch {
            // The inner transaction is undone, the step goes on.
          }
        },
      }),
    )
    expect(db.prepare('SELECT x FROM a').pluck().all()).toEqual([5, 6, 7])
  })
  test('read the ledger, and the setting of foreign keys', () => {
    const seen: unknown[] = []
    migrate(
      files.open(),
      registryOf(...tables(1), {
        up(db) {
          seen.push(db.prepare('SELECT version FROM _migrations').all())
          seen.push(db.prepare('PRAGMA foreign_keys').all())
        },
      }),
    )
    expect(seen).toEqual([[{ version: '001' }], [{ foreign_keys: 0 }]])
  })
  test('catch its own errors', () => {
    const db = files.open()
    const attempted = (handle: Handle): void => {
      try {
        handle.exec('COMMIT')
      } catch {
        handle.exec('CREATE TABLE a (x)')
      }
    }
    migrate(db, registryOf({ up: attempted }))
    expect(tablesOf(db)).toEqual(['a'])
  })
})

describe('what code kept of its handle refuses to go on when the step has ended', () => {
  const kept: [what: string, keep: (db: Handle, ctx: Context) => () => unknown][] = [
    ['run', (db) => bound(db.prepare('INSERT INTO t1 VALUES (9)'), 'run')],
    ['iterate', (db) => bound(db.prepare('INSERT INTO t1 VALUES (9) RETURNING id'), 'iterate')],
    ['exec', (db) => bound(db, 'exec', 'INSERT INTO t1 VALUES (9)')],
    ['prepare', (db) => bound(db, 'prepare', 'INSERT INTO t1 VALUES (9)')],
    ['ctx.progress', (_, ctx) => () => ctx.progress(1)],
    ['ctx.rebuild', (_, ctx) => () => ctx.rebuild('t1', { create: 'CREATE TABLE t1 (id)' })],
    ['ctx.batches', (_, ctx) => () => ctx.batches('SELECT id FROM t1', { by: 'id' }, () => {})],
  ]
  const bound = (owner: object, name: string, ...values: unknown[]) => {
    const method = (owner as Record<string, (...given: unknown[]) => unknown>)[name]!
    return () => method.apply(owner, values)
  }
  const outside = [false, true].flatMap((one) => kept.map((what) => [one, ...what] as const))
  test.each(outside)('outside a transaction: %s, %s', (isOutside, _, keep) => {
    let goOn = (): unknown => undefined
    const db = files.open()
    const up = (handle: Handle, ctx: Context): void => void (goOn = keep(handle, ctx))
    const step = { up, toolkit, ...(isOutside && { transaction: false as const }) }
    migrate(db, registryOf(...tables(1), step))
    const error = errorOf(goOn)
    expect(error).toMatchObject({ code: 'MIGRATION_OVER', facts: { version: 2 } })
    expect(error.message).toContain(
      'Migration 002 (step_2) in migrations/002_step_2.ts used the handle or ctx after',
    )
    expect(ledgerIds(db)).toEqual(['001', '002'])
    expect(db.prepare('SELECT * FROM t1').all()).toEqual([])
  })
})

test('what a helper keeps of one step serves a later one', () => {
  const db = files.open()
  let add: ((id: unknown) => unknown) | undefined
  const up = (handle: Handle): void => {
    if (!add) {
      const insert = handle.prepare('INSERT INTO t1 VALUES (?)')
      const run = insert.run.bind(insert)
      add = (id) => run(id)
    }
    add(db.prepare('SELECT count(*) FROM t1').pluck().get())
  }
  migrate(db, registryOf(...tables(1), { up }, { up }))
  expect(db.prepare('SELECT id FROM t1').pluck().all()).toEqual([0, 1])
})

test('the handle is as it was: its methods, its timeout, nothing open', () => {
  const db = files.open()
  db.pragma('busy_timeout = 1234')
  for (const [index, up] of [
    'SELECT 1',
    'nonsense',
    (handle: Handle) => void handle.exec('SELECT 1'),
    (): never => {
      throw new Error('no')
    },
  ].entries()) {
    try {
      migrate(db, registryOf({ up }), { onUnmanaged: 'allow', table: `l${index}` })
    } catch {
      // Only what is left afterwards matters here.
    }
    expect(Object.keys(db)).toEqual(Object.keys(files.open()))
    expect(Object.hasOwn(db, 'exec') || Object.hasOwn(db, 'prepare')).toBe(false)
    expect(db.pragma('busy_timeout', { simple: true })).toBe(1234)
    expect(db.inTransaction).toBe(false)
  }
})
